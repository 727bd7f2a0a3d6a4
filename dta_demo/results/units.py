"""Affinities as people read them: pKd, and the Kd that belongs to it with a unit."""

from __future__ import annotations

UNITS_NM = ((1e6, "mM"), (1e3, "µM"), (1.0, "nM"), (1e-3, "pM"))
"""Units of concentration, each with its size in nM, largest first."""


def nanomolar(pkd: float) -> float:
    """Dissociation constant in nM, from pKd = -log10(Kd / M)."""
    return float(10.0 ** (9.0 - pkd))


def format_kd(nanomolar: float) -> str:
    """Write a dissociation constant with two significant digits and the fitting unit.

    Parameters
    ----------
    nanomolar : float
        The constant in nM, above zero.

    Returns
    -------
    str
        Such as ``"200 pM"``, ``"4.0 nM"`` or ``"10 µM"``.
    """
    rounded = float(f"{nanomolar:.2g}")
    size, unit = next((pair for pair in UNITS_NM if rounded >= pair[0]), UNITS_NM[-1])
    value = rounded / size
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def kd_of(pkd: float) -> str:
    """Write the dissociation constant that belongs to a pKd."""
    return format_kd(nanomolar(pkd))


def format_pkd(pkd: float) -> str:
    """Write a pKd with two decimals."""
    return f"{pkd:.2f}"


def say_pkd(pkd: float) -> str:
    """Write a pKd with its Kd, such as ``"pKd 7.72 (Kd 19 nM)"``."""
    return f"pKd {format_pkd(pkd)} (Kd {kd_of(pkd)})"


def say_floor(floor: float) -> str:
    """Write what a prediction at the floor means: ``"Kd above 10 µM (pKd at most 5)"``."""
    return f"Kd above {kd_of(floor)} (pKd at most {floor:g})"


def say_interval(interval: tuple[float, float], floor: float) -> str:
    """Write an interval of pKd; one that begins at the floor has no lower end."""
    low, high = interval
    if low <= floor:
        return f"at most {format_pkd(high)}"
    return f"{format_pkd(low)} to {format_pkd(high)}"
