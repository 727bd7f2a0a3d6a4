"""Colour scales of maps: values become uint8 codes, and the colour bar has the real values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.ui.text import shared as text

SCALE_START = 0.1
"""Lowest value, in multiples of an equal share, with a colour of its own."""

SHARE_TICKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)

PERCENT_TICKS = (99.9, 99, 90, 0)


@dataclass(frozen=True)
class MapScale:
    """A scale of 256 colours.

    Attributes
    ----------
    unit : str
        Title of the colour bar.
    low, high : float
        Values of the first and the last colour; values beyond them get the nearest colour.
    logarithmic : bool
        Whether equal steps of colour are equal ratios.
    ticks : tuple of (float, str)
        Values that the colour bar shows, with their labels.
    missing_to : float or None
        If given, the scale is over ``missing_to - value``, and ``low`` and ``high`` are too.
    """

    unit: str
    low: float
    high: float
    logarithmic: bool
    ticks: tuple[tuple[float, str], ...]
    missing_to: float | None = None

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Codes of values, uint8 of the same shape."""
        coloured = values if self.missing_to is None else self.missing_to - values
        clipped = np.clip(coloured, self.low, self.high)
        if self.logarithmic:
            position = np.log(clipped / self.low) / np.log(self.high / self.low)
        else:
            position = (clipped - self.low) / (self.high - self.low)
        return np.rint(255 * position).astype(np.uint8)

    def axis(self, **bar: Any) -> dict[str, Any]:
        """Colour axis of a figure; the keywords place its bar."""
        values = np.array([value for value, _ in self.ticks])
        return {
            "colorscale": "Viridis",
            "cmin": 0,
            "cmax": 255,
            "colorbar": {
                "tickangle": 0,
                "thickness": 10,
                "outlinewidth": 0,
                "title": {"text": self.unit, "side": "top"},
                "tickvals": self.encode(values).tolist(),
                "ticktext": [words for _, words in self.ticks],
                **bar,
            },
        }


BAR_ABOVE = {"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"}
"""Places the colour bar along the top of a figure."""


def scale_shares(top: float) -> MapScale:
    """Logarithmic scale of multiples of an equal share, up to ``top``."""
    top = max(top, 10 * SCALE_START)
    ticks = tuple((tick, text.TIMES.format(value=tick)) for tick in SHARE_TICKS if tick <= top)
    return MapScale(text.TIMES_EQUAL, SCALE_START, top, True, ticks)


def scale_percent() -> MapScale:
    """Scale of percentages, logarithmic in the distance to 100, so that 99 and 99.9 differ."""
    ticks = tuple((tick, text.PERCENT.format(value=tick)) for tick in PERCENT_TICKS)
    return MapScale(text.GIVEN_UNIT, 100 - PERCENT_TICKS[0], 100.0, True, ticks, missing_to=100.0)


def scale_excess(top: float) -> MapScale:
    """Linear scale from 0 to ``top``; negative values are as dark as 0."""
    ticks = [(share * top, f"{share * top:.2g}") for share in (0.25, 0.5, 0.75)]
    ends = (
        (0.0, text.AT_MOST.format(value=0)),
        (top, text.AT_LEAST.format(value=f"{top:.2g}")),
    )
    return MapScale(text.EXCESS_UNIT, 0.0, top, False, (ends[0], *ticks, ends[1]))
