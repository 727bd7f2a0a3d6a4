"""What the page writes of a prediction's numbers, and files with a safe name."""

from __future__ import annotations

import re

from dta_demo.results import Prediction
from dta_demo.ui import text
from dta_demo.units import format_pkd


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
