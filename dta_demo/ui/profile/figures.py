"""The kinome as a picture: dots in families in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import plotly.graph_objects as go

from dta_demo.results.profile import KinaseAffinity
from dta_demo.results.units import format_pkd
from dta_demo.ui.shared.plotting import FONT, GREY, plain_text
from dta_demo.ui.text import profile as text
from dta_demo.ui.text import shared as shared_text

SCALE = [
    [0.0, "#c3cddb"], [0.2, "#86c8be"], [0.45, "#4fb0a3"], [0.7, "#9f4508"], [1.0, "#7c2d12"],
]  # fmt: skip
"""From the floor to the tightest: grey, teal, amber and brown, each darker than the one before with
any kind of colour vision."""

TIGHTEST = 10.0
WIDEST, NARROWEST = 4.0, 1.0
"""Widths of intervals, pKd, beyond which dots no longer shrink or grow."""

SMALLEST, LARGEST = 6.0, 15.0
"""Diameters of dots, pixels."""

ROWS = 6
"""Dots above one another."""

BAND_COLUMNS = 44
"""Columns after which the next group begins a new band."""

BAND_ROWS, BAND_PIXELS = ROWS + 3.0, 178
LARGE_FAMILY = 4
"""Members from which a family has columns of its own, and its name above them where it fits."""

GAP = 0.4
"""Columns between families; between groups three times as many."""

LETTERS = 4
"""Letters that fit above a column."""

NAMED = 10
"""Kinases, the tightest ones, that are named in the picture."""

COLUMN_PIXELS, LETTER_PIXELS, NAME_PIXELS = 16.0, 7.0, 17.0
"""Width of a column and of a letter of a name, and height of a name, about."""

NAME_GROUND = "rgb(225,231,239)"
"""Ground of a name, which the style sheet knows it by, and changes for the dark page."""

NAME_OFFSETS = tuple(
    (right, down)
    for down in (-16, -30, -44, -58, 18, 32)
    for right in (24, -24, 56, -56)
)  # fmt: skip
"""Where a name may stand beside its dot, pixels to the right and down, the best first."""


@dataclass(frozen=True)
class Place:
    """Place of a kinase, in columns and rows; rows go down."""

    kinase: KinaseAffinity
    column: float
    row: float


@dataclass(frozen=True)
class Label:
    """Name of a group or of a large family."""

    words: str
    column: float
    row: float
    is_group: bool


def kinome_picture(kinases: Sequence[KinaseAffinity], floor: float) -> go.Figure:
    """Draw kinases by group and family, coloured by pKd; narrow intervals make large dots."""
    parts = list(lay_out(kinases))
    places = [part for part in parts if isinstance(part, Place)]
    labels = [part for part in parts if isinstance(part, Label)]
    figure = go.Figure(_dots(places, floor))
    for label in labels:
        figure.add_annotation(
            x=label.column - 0.4, y=-label.row, text=label.words, showarrow=False, xanchor="left",
            font={"size": 13 if label.is_group else 9},
        )  # fmt: skip
    tightest = sorted(places, key=lambda each: -each.kinase.affinity)[:NAMED]
    named = [place for place in tightest if place.kinase.affinity > floor + 1]
    for place, (right, down) in zip(named, offset_names(named), strict=True):
        figure.add_annotation(
            x=place.column, y=-place.row, text=plain_text(place.kinase.label), ax=right, ay=down,
            arrowwidth=1, arrowhead=0, arrowcolor=GREY, font={"size": 11}, borderpad=1,
            bgcolor=NAME_GROUND,
        )  # fmt: skip
    bands = max((int(place.row // BAND_ROWS) for place in places), default=0) + 1
    figure.update_layout(
        height=BAND_PIXELS * bands + 60, font_family=FONT, showlegend=False,
        margin={"l": 4, "r": 4, "t": 8, "b": 8}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
    width = max((place.column for place in places), default=0)
    figure.update_xaxes(visible=False, range=[-1, width + 2])
    figure.update_yaxes(visible=False)
    return figure


@dataclass(frozen=True)
class _NameBox:
    """Where a name would stand, in pixels: its middle and half of its width."""

    x: float
    y: float
    half_width: float

    @classmethod
    def at(cls, place: Place, offset: tuple[int, int]) -> _NameBox:
        """Box of a kinase's name at an offset from its dot."""
        x, y = place.column * COLUMN_PIXELS, place.row * BAND_PIXELS / BAND_ROWS
        half_width = LETTER_PIXELS * len(place.kinase.label) / 2 + 3
        return cls(x + offset[0], y + offset[1], half_width)

    def overlaps(self, other: _NameBox) -> bool:
        """Whether two names would lie upon one another."""
        is_beside = abs(self.x - other.x) >= self.half_width + other.half_width
        return not is_beside and abs(self.y - other.y) < NAME_PIXELS


def offset_names(named: Sequence[Place]) -> list[tuple[int, int]]:
    """Offset the name of each kinase from its dot, so that no two names lie upon one another.

    Returns
    -------
    list of (int, int)
        Pixels to the right and down. Where no offset is free, the first one.
    """
    taken: list[_NameBox] = []
    chosen = []
    for place in named:
        boxes = [_NameBox.at(place, offset) for offset in NAME_OFFSETS]
        free = (n for n, box in enumerate(boxes) if not any(map(box.overlaps, taken)))
        number = next(free, 0)
        taken.append(boxes[number])
        chosen.append(NAME_OFFSETS[number])
    return chosen


def lay_out(kinases: Sequence[KinaseAffinity]) -> Iterator[Place | Label]:
    """Place kinases in columns by family, families in groups, and groups in bands.

    Large families begin a column of their own; small ones follow one another.
    """
    by_group = _split(kinases, lambda each: each.kinase_group)
    column, band = 0.0, 0.0
    for group, members in by_group:
        if column > BAND_COLUMNS - len(members) / ROWS and column > 0:
            column, band = 0.0, band + BAND_ROWS
        yield Label(group or text.OWN, column, band, True)
        families = _split(members, lambda each: each.family)
        large = [each for each in families if len(each[1]) >= LARGE_FAMILY]
        small = [kinase for _, rest in families if len(rest) < LARGE_FAMILY for kinase in rest]
        for family, rest in [*large, ("", small)]:
            columns = -(-len(rest) // ROWS)
            if len(family) <= LETTERS * columns:
                yield Label(family, column, band + 1, False)
            for number, kinase in enumerate(rest):
                yield Place(kinase, column + number // ROWS, band + 2 + number % ROWS)
            column += columns + (GAP if rest else 0)
        column += 3 * GAP


def _split(
    kinases: Sequence[KinaseAffinity], key: Callable[[KinaseAffinity], str]
) -> list[tuple[str, list[KinaseAffinity]]]:
    """Split kinases by a name, the largest part first."""
    ranked = sorted(kinases, key=key)
    parts = [(name, list(members)) for name, members in groupby(ranked, key=key)]
    return sorted(parts, key=lambda part: -len(part[1]))


def _dots(places: Sequence[Place], floor: float) -> go.Scatter:
    return go.Scatter(
        x=[place.column for place in places],
        y=[-place.row for place in places],
        mode="markers",
        text=[_hover(place.kinase) for place in places],
        hovertemplate="%{text}<extra></extra>",
        marker={
            "size": [_size(place.kinase) for place in places],
            "symbol": [_symbol(place.kinase) for place in places],
            "color": [place.kinase.affinity for place in places],
            "colorscale": SCALE, "cmin": floor, "cmax": TIGHTEST,
            "colorbar": {"title": {"text": shared_text.PKD}, "thickness": 12},
            "opacity": 1, "line": {"width": 0},
        },
    )  # fmt: skip


def _symbol(kinase: KinaseAffinity) -> str:
    if not kinase.in_domain:
        return "x"
    return "circle" if kinase.measured else "diamond"


def _size(kinase: KinaseAffinity) -> float:
    low, high = kinase.interval
    width = min(max(high - low, NARROWEST), WIDEST)
    return LARGEST - (LARGEST - SMALLEST) * (width - NARROWEST) / (WIDEST - NARROWEST)


def _hover(kinase: KinaseAffinity) -> str:
    low, high = map(format_pkd, kinase.interval)
    place = ", ".join(filter(None, (kinase.kinase_group, kinase.family)))
    return text.DOT.format(
        kinase=plain_text(kinase.label),
        place=place,
        pkd=format_pkd(kinase.affinity),
        low=low,
        high=high,
        measured=text.MEASURED if kinase.measured else text.NOT_MEASURED,
        domain=text.INSIDE if kinase.in_domain else text.OUTSIDE,
    )
