"""Numbers as people read them: dissociation constants with a unit, files with a safe name."""

from __future__ import annotations

import re

from dta_demo.results import Prediction
from dta_demo.ui import text

UNITS_NM = ((1e6, "mM"), (1e3, "µM"), (1.0, "nM"), (1e-3, "pM"))
"""Units of concentration, each with its size in nM, largest first."""


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
    return format_kd(10.0 ** (9.0 - pkd))


def format_pkd(pkd: float) -> str:
    """Write a pKd with two decimals."""
    return f"{pkd:.2f}"


def shown_pkd(prediction: Prediction) -> str:
    """Write a predicted pKd; at the floor it is a bound, since the model knows no more."""
    if prediction.at_floor:
        return text.AT_MOST.format(value=f"{prediction.floor:g}")
    return format_pkd(prediction.affinity)


def safe_file_stem(name: str, fallback: str) -> str:
    """Reduce a name that a visitor gave to what a file may be called anywhere.

    Parameters
    ----------
    name : str
        Any text.
    fallback : str
        What to return when nothing of the name can be kept.

    Returns
    -------
    str
        At most 40 letters, digits, ``_`` and ``-``.
    """
    kept = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-")[:40]
    return kept or fallback
