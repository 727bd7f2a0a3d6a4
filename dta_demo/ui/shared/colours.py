"""Colours of residues and atoms by their values: one scale for each kind, in every view."""

from __future__ import annotations

import numpy as np
from plotly.colors import find_intermediate_color, hex_to_rgb

Scale = list[tuple[float, str]]

ABOVE_ZERO: Scale = [
    (0.0, "#e8e4f0"), (0.25, "#b9a6d8"), (0.5, "#8c68b8"), (0.75, "#67349a"), (1.0, "#3f0f6b"),
]  # fmt: skip
"""From 0 to the largest value: attention, weights."""

DIVERGING: Scale = [
    (0.0, "#1f5fa8"), (0.25, "#7fb0dc"), (0.5, "#e9e9e9"), (0.75, "#f0a268"), (1.0, "#c2410c"),
]  # fmt: skip
"""Blue lowers the affinity, orange raises it, grey does neither; safe for colour blindness."""


def colour_above_zero(values: np.ndarray, top: float) -> list[str]:
    """Hex colours of values from 0 to ``top``."""
    return [_at(ABOVE_ZERO, share) for share in np.clip(values / (top or 1.0), 0, 1)]


def colour_signed(values: np.ndarray, limit: float) -> list[str]:
    """Hex colours of values from ``-limit`` to ``limit``; 0 is in the middle."""
    return [_at(DIVERGING, share) for share in np.clip(0.5 + values / (2 * limit or 1.0), 0, 1)]


def _at(scale: Scale, share: float) -> str:
    """Mix the two colours of a scale between which a share lies."""
    position = int(np.searchsorted([place for place, _ in scale], share, side="right"))
    (low, before), (high, after) = scale[min(position, len(scale) - 1) - 1 :][:2]
    mixed = find_intermediate_color(
        hex_to_rgb(before), hex_to_rgb(after), (share - low) / (high - low)
    )
    return "#{:02x}{:02x}{:02x}".format(*(round(part) for part in mixed))
