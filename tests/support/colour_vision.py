"""Colours as people with each kind of colour vision see them, and how far apart these are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from coloraide import Color
from plotly.colors import sample_colorscale

NORMAL, GREY = "normal", "grey"
BLINDNESS = ("protan", "deutan", "tritan")
"""Without the long, the middle or the short cones: red-blind, green-blind, blue-blind."""

SAMPLES = 41
"""Places at which a scale is looked at."""

Scale = Sequence[Sequence[object]]


def see(colour: str, vision: str = NORMAL) -> Color:
    """Simulate a colour, by Machado, Oliveira and Fernandes 2009 at a severity of 1.

    Their matrices are for linear RGB (doi:10.1109/TVCG.2009.113).
    """
    if vision == NORMAL:
        return Color(colour)
    if vision == GREY:
        return Color(colour).filter("grayscale")
    return Color(colour).filter(vision, 1, method="machado").clip("srgb")


def lightness(scale: Scale, vision: str) -> np.ndarray:
    """CIE L* along a scale, from 0 for black to 100 for white."""
    shares = np.linspace(0, 1, SAMPLES).tolist()
    colours = sample_colorscale([list(stop) for stop in scale], shares, colortype="rgb")
    return np.array([see(colour, vision).convert("lab-d65")["lightness"] for colour in colours])


def difference(one: str, other: str, vision: str) -> float:
    """Difference by CIE DE2000: 2.3 is just noticeable side by side."""
    return float(see(one, vision).delta_e(see(other, vision), method="2000"))


def least_step(scale: Scale, vision: str) -> float:
    """Least change of lightness from one place of a scale to the next, in its direction.

    Negative where the lightness turns back.
    """
    steps = np.diff(lightness(scale, vision))
    return float((steps * np.sign(steps.sum())).min())


def least_of_ends(scale: Scale, vision: str) -> float:
    """Least difference between the two ends and the middle of a scale."""
    ends = sample_colorscale([list(stop) for stop in scale], [0.0, 0.5, 1.0], colortype="rgb")
    return min(difference(one, other, vision) for one, other in combinations(ends, 2))


def find_alike(colours: Sequence[str], least: float) -> Iterator[tuple[str, str, str]]:
    """Pairs of colours that are closer than ``least`` under some kind of vision."""
    for one, other in combinations(dict.fromkeys(colours), 2):
        for vision in (NORMAL, *BLINDNESS):
            if difference(one, other, vision) < least:
                yield one, other, vision


def mix(front: str, back: str) -> str:
    """Opaque colour of a translucent one before another."""
    colour = Color(front)
    share = colour.alpha()
    return str(Color(back).mix(colour.set("alpha", 1), share, space="srgb").to_string(hex=True))
