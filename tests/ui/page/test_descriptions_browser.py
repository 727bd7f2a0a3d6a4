"""Every plot of the page, as a screen reader meets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.ui.shared.examples import load_examples
from dta_demo.ui.structure.viewer_frame import SCRIPT
from dta_demo.ui.text import (
    attention,
    explanation,
    inspector,
    pooling,
    profile,
    scan,
    screening,
    structure,
)
from tests.support.browser import box, choose, expect_plot, open_tab, predict, watch_page
from tests.support.hostile import HOSTILE

pytestmark = pytest.mark.browser

LABELS = """() => [...document.querySelectorAll(".js-plotly-plot")]
    .filter(plot => plot.checkVisibility())
    .map(plot => [plot.parentElement.closest("[id]").id, plot.getAttribute("role"),
                  plot.getAttribute("aria-label") || "",
                  [...plot.querySelectorAll(".main-svg")].every(drawing => drawing.ariaHidden)])"""


def press(*buttons: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        for button in buttons:
            page.locator(button).click()

    return act


def explain(page: Any) -> None:
    page.locator("#explain-button").click()


def scan_region(page: Any) -> None:
    page.locator("#scan-region textarea, #scan-region input").fill("80-81")
    page.locator("#scan-button").click()


def show_structures(page: Any) -> None:
    page.get_by_role("button", name=structure.BUNDLED).click()
    page.locator("#conformer-button").click()


def screen(page: Any) -> None:
    page.locator("#screen-list textarea").fill("smiles,id\nCCO,a\nimatinib,b\n")
    page.locator("#screen-start").click()


TABS: dict[str, tuple[Callable[[Any], None], dict[str, str]]] = {
    attention.TAB: (press("#heads-button", "#map-button"), {
        "attention-plot": "Attention that the residues of ABL1 receive",
        "heads-plot": "Like contacts: a cell for each of 6 layers by 20 heads",
        "attention-map": "Full attention map of ABL1",
    }),
    explanation.TAB: (explain, {
        "residue-map": "Contribution of each residue of ABL1",
        "hiding-curves": "Predicted pKd as residues",
    }),
    scan.TAB: (scan_region, {"scan-map": "Change of pKd by single substitutions of 2 residues"}),
    pooling.TAB: (press("#pooling-map-show"), {
        "pooling-dots": "Predicted pKd of ABL1 with Imatinib by each pooling",
        "pooling-similarity": "Cosine similarity between the four vectors of ABL1",
        "pooling-weights": "Weight of each residue of ABL1",
        "pooling-maps": "Maps of 522 proteins by PCA",
        "pooling-agreement": "Two matrices between the poolings",
    }),
    structure.TAB: (show_structures, {
        "structure-plot": "Structure of ABL1 in 3D",
        "conformer-plot": "One conformer of Imatinib in 3D",
    }),
    profile.TAB: (press(), {"kinome-picture": "522 kinases by group and family"}),
    screening.TAB: (screen, {"screen-histogram": "Histogram of the predicted pKd of 2 rows"}),
    inspector.TAB: (press("#tuning-start"), {"tuning-curves": "Mean squared error by epoch"}),
}  # fmt: skip
"""What draws the plots of a tab, and how the label of each begins."""


@pytest.fixture
def page(chromium: Any, site: str) -> Iterator[Any]:
    """The open page without 3Dmol.js, so that Plotly draws the structures."""
    with watch_page(chromium, site, {SCRIPT: lambda route: route.abort()}) as page:
        yield page


def label_of(page: Any, plot: str) -> Any:
    return page.locator(f"#{plot} .js-plotly-plot[aria-label]")


def test_every_plot_on_every_tab_is_described(page: Any, axe: str) -> None:
    page.goto(page.url.split("?")[0] + "?protein=ABL1&molecule=imatinib")
    expect(page.locator(".dta-result")).to_be_visible()
    page.evaluate(axe)
    found: dict[str, str] = {}
    for tab, (act, plots) in TABS.items():
        open_tab(page, tab)
        act(page)
        for plot in plots:
            expect_plot(page, f"#{plot}")
        page.wait_for_timeout(500)
        report = page.evaluate("axe.run('.js-plotly-plot', {resultTypes: ['violations']})")
        assert report["violations"] == []
        labels = page.evaluate(LABELS)
        assert {plot for plot, *_ in labels} == set(plots)
        for plot, role, label, is_left_out in labels:
            assert (role, is_left_out) == ("group", True)
            assert label.startswith(plots[plot])
            assert len(label) > 100
            found[plot] = label
    assert len(set(found.values())) == len(found)


def test_a_plot_that_is_drawn_anew_is_described_anew(page: Any) -> None:
    predict(page)
    open_tab(page, attention.TAB)
    plot = label_of(page, "attention-plot")
    expect(plot).to_have_attribute("aria-label", re.compile("layer 6, mean over heads"))
    choose(page, "layer", "2")
    expect(plot).to_have_attribute("aria-label", re.compile("layer 2, mean over heads"))


def test_what_a_visitor_typed_is_words_of_a_label_and_nothing_else(page: Any) -> None:
    box(page, "protein").fill(f">{HOSTILE}\n{load_examples()[0].sequence}")
    predict(page)
    open_tab(page, attention.TAB)
    plot = label_of(page, "attention-plot")
    expect(plot).to_have_attribute("aria-label", re.compile(r"<img src=x onerror"))
    assert page.evaluate("window.hacked") is None
