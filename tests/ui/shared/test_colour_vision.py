"""Every colour scale, as people with each kind of colour vision see it."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from coloraide import Color
from plotly.colors import get_colorscale

from dta_demo.results.tuning import READOUT, TuningPoint
from dta_demo.ui.explanation.figures import hiding_figure
from dta_demo.ui.inspector.figures import loss_curves
from dta_demo.ui.pooling.figures import pooling_dots
from dta_demo.ui.pooling.map_figure import PALETTE, kinome_maps
from dta_demo.ui.profile.figures import SCALE
from dta_demo.ui.scan.figures import WITHIN_FILL
from dta_demo.ui.shared.colours import ABOVE_ZERO, DIVERGING
from dta_demo.ui.shared.map_scale import scale_shares
from dta_demo.ui.shared.plotting import POOLING_COLOURS, SIMILARITY_COLOURS
from dta_demo.ui.static.files import STYLE_SHEET
from tests.support import records
from tests.support.colour_vision import (
    BLINDNESS,
    GREY,
    NORMAL,
    difference,
    find_alike,
    least_of_ends,
    least_step,
    lightness,
    mix,
)
from tests.ui.explanation.test_tab import explanation
from tests.ui.pooling.test_figures import make_map
from tests.ui.screening.test_descriptions import ROWS, histogram

LEAST_RANGE = 40.0
"""Of CIE L*, from 0 for black to 100 for white, over a scale from low to high."""

LEAST_OF_ENDS = 15.0
"""CIE DE2000 between the ends of a scale and its middle."""

LEAST_APART = 10.0
"""CIE DE2000 of colours that nothing but their colour tells apart: four just noticeable ones."""

SEQUENTIAL = {
    "above zero": ABOVE_ZERO,
    "kinome": SCALE,
    "maps": get_colorscale(scale_shares(10.0).axis()["colorscale"]),
}
DIVERGE = {"contributions, mutations": DIVERGING, "similarity": SIMILARITY_COLOURS}
JET, RED_GREEN = get_colorscale("Jet"), get_colorscale("RdYlGn")


def test_the_simulation_is_that_of_the_published_matrices() -> None:
    red = Color("srgb-linear", [1, 0, 0])
    seen = red.filter("protan", 1, method="machado", out_space="srgb-linear")
    assert seen.coords() == pytest.approx([0.152286, 0.114503, -0.003882], abs=1e-6)


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS, GREY])
@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_scale_from_low_to_high_becomes_lighter_or_darker_all_along(
    name: str, vision: str
) -> None:
    assert least_step(SEQUENTIAL[name], vision) > 0
    assert np.ptp(lightness(SEQUENTIAL[name], vision)) > LEAST_RANGE


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS, GREY])
def test_a_rainbow_would_be_found(vision: str) -> None:
    assert least_step(JET, vision) < -5


def test_the_scale_that_the_kinome_had_would_be_found() -> None:
    before = [
        [0.0, "#b8c4d3"], [0.2, "#bfe3de"], [0.45, "#3fa396"], [0.7, "#b45309"], [1.0, "#7c2d12"],
    ]  # fmt: skip
    assert least_step(before, NORMAL) < 0


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS])
@pytest.mark.parametrize("name", DIVERGE)
def test_both_ends_of_a_scale_differ_from_each_other_and_from_its_middle(
    name: str, vision: str
) -> None:
    assert least_of_ends(DIVERGE[name], vision) > LEAST_OF_ENDS


@pytest.mark.parametrize("vision", ["protan", "deutan"])
def test_a_scale_from_red_to_green_would_be_found(vision: str) -> None:
    assert least_of_ends(RED_GREEN, NORMAL) > 3 * LEAST_OF_ENDS
    assert least_of_ends(RED_GREEN, vision) < LEAST_OF_ENDS


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS])
@pytest.mark.parametrize("background", ["#ffffff", "#0f172a"])
def test_what_a_scan_does_not_tell_apart_differs_from_both_ends(
    vision: str, background: str
) -> None:
    within = mix(WITHIN_FILL, background)
    for end in (DIVERGING[0][1], DIVERGING[-1][1]):
        assert difference(within, end, vision) > LEAST_OF_ENDS


def test_colours_of_groups_are_told_apart() -> None:
    assert list(find_alike(PALETTE, LEAST_APART)) == []


@pytest.mark.parametrize("pair", [("#d55e00", "#8c8c00"), ("#0d9488", "#808a99")])
def test_colours_that_were_alike_would_be_found(pair: tuple[str, str]) -> None:
    ((_, _, vision), *_) = reversed(list(find_alike(pair, LEAST_APART)))
    assert vision == "deutan"


# ---- Figures whose parts differ in more than their colour --------------------------------------


def test_others_among_the_groups_have_a_symbol_of_their_own() -> None:
    groups = tuple(f"G{number % 9}" for number in range(30))
    traces = [x for x in kinome_maps(make_map(groups=groups), "group", {}).data if x.showlegend]
    assert len(traces) == 9
    assert unlike(traces, lambda trace: trace.marker.color, lambda trace: trace.marker.symbol)
    assert len({trace.marker.symbol for trace in traces}) == 9


def test_curves_are_told_apart_by_colour_or_dash() -> None:
    points = [TuningPoint(READOUT, 1, 2.0, 3.0), TuningPoint(READOUT, 2, 1.0, 2.0)]
    for figure in (loss_curves(points, 1.5), hiding_figure(explanation())):
        curves = [x for x in figure.data if x.line.color and x.showlegend is not False]
        assert len(curves) == 3
        assert unlike(curves, lambda trace: trace.line.color, lambda trace: trace.line.dash)


def test_bars_of_a_histogram_are_told_apart_by_colour() -> None:
    bars = histogram(ROWS).data
    assert list(find_alike([bar.marker.color for bar in bars], LEAST_APART)) == []


def test_poolings_are_told_apart_by_their_place() -> None:
    """Colours of two are alike to who lacks the middle cones; each has a named row of its own."""
    assert list(find_alike([*POOLING_COLOURS.values()], LEAST_APART))
    dots = pooling_dots(records.pooling()).data
    assert len({trace.y[0] for trace in dots}) == len(dots) == len(POOLING_COLOURS)


def unlike(traces: list[go.Scatter], colour: Any, form: Any) -> bool:
    """Whether each two traces differ in their colour for everybody, or in their form."""
    return all(
        form(one) != form(other) or not list(find_alike([colour(one), colour(other)], LEAST_APART))
        for one, other in combinations(traces, 2)
    )


# ---- The bars of the prediction ----------------------------------------------------------------


def colours_of(theme: str) -> dict[str, str]:
    """Colours of the style sheet by their names: those of the light theme, or of the dark one."""
    style = STYLE_SHEET.read_text(encoding="utf-8")
    (block,) = re.findall(rf"^{re.escape(theme)} {{(.*?)^}}", style, re.DOTALL | re.MULTILINE)
    return dict(re.findall(r"--dta-([\w-]+): ([^;]+);", block))


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS, GREY])
@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_both_chances_of_a_pair_and_the_rest_of_their_bar_are_told_apart(
    theme: str, vision: str
) -> None:
    colours = colours_of(theme)
    binds = mix(colours["interval"], colours["weak"])
    parts = (colours["weak"], binds, mix(colours["accent"], binds))
    assert min(difference(*pair, vision) for pair in combinations(parts, 2)) > LEAST_APART


@pytest.mark.parametrize("vision", [NORMAL, *BLINDNESS])
@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_the_interval_stands_out_from_every_band(theme: str, vision: str) -> None:
    """The bands themselves have their words in them; the marks on them differ in form."""
    colours = colours_of(theme)
    for band in ("weak", "moderate", "tight"):
        shown = mix(colours["interval"], colours[band])
        assert difference(shown, colours[band], vision) > LEAST_APART
        assert difference(colours["measured"], shown, vision) > LEAST_APART
