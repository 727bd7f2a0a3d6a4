"""What the page writes of a prediction's numbers, and files with a safe name."""

from __future__ import annotations

import re

from dta_demo.kinases.landmarks import Landmark
from dta_demo.results.prediction import Prediction, Region
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui import text


def shown_pkd(prediction: Prediction, pkd: float) -> str:
    """Write a pKd of the model's; at the floor it is a bound, since the model knows no more."""
    if prediction.is_at_floor(pkd):
        return text.AT_MOST.format(value=f"{prediction.floor:g}")
    return format_pkd(pkd)


def shown_kd(prediction: Prediction, pkd: float) -> str:
    """Write the Kd of a pKd of the model's; at the floor it is a bound."""
    if prediction.is_at_floor(pkd):
        return text.AT_FLOOR.format(kd=kd_of(prediction.floor))
    return kd_of(pkd)


def shown_interval(prediction: Prediction) -> tuple[str, str]:
    """Write the interval in pKd and in Kd; from the floor down it is open."""
    low, high = prediction.interval
    if low <= prediction.floor:
        kd = text.KD_OR_ABOVE.format(kd=kd_of(high))
        return text.AT_MOST.format(value=format_pkd(high)), kd
    return (
        text.RANGE.format(low=format_pkd(low), high=format_pkd(high)),
        text.KD_RANGE.format(low=kd_of(high), high=kd_of(low)),
    )


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


def region_name(regions: tuple[Region, ...], number: int) -> str:
    """Name the region that a residue lies in, or nothing."""
    return next((x.name for x in regions if x.start <= number <= x.end), "")


def landmark_name(landmarks: tuple[Landmark, ...], number: int) -> str:
    """Name the landmark that a residue belongs to, or nothing."""
    return next((x.name for x in landmarks if x.start <= number <= x.end), "")
