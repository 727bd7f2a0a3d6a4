"""The page by keyboard alone: nothing here is clicked, and nothing is focused by a script."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.explain.attribution import SHARED_ATTRIBUTIONS
from dta_demo.model.pair_function import PairFunction
from dta_demo.ui.structure.viewer_frame import SCRIPT
from dta_demo.ui.text import (
    about,
    attention,
    explanation,
    inspector,
    pooling,
    prediction,
    profile,
    scan,
    screening,
    structure,
)
from dta_demo.ui.text import tour as tour_text
from tests.support.browser import box, open_at, watch_page
from tests.support.keyboard import Keys

pytestmark = pytest.mark.browser

PAIR = "?protein=ABL1&molecule=imatinib"
OPEN_TAB = "#tabs [role=tab][aria-selected=true]"
MOST_STOPS = 75
SETTLED = 500
"""Milliseconds after which the page has answered, if it answers."""

ALIKE = ("Pan", "Drop File Here - or - Click to Upload", "Reset to default value", "Dataframe")
"""Names of what only a mouse can use, and of what is called like others of its kind."""


def open_pair(page: Any, theme: str = "light", tab: str = "predict", width: int = 1280) -> Keys:
    open_at(page, width, f"{PAIR}&tab={tab}&__theme={theme}")
    expect(page.locator(".dta-result")).to_have_count(1)
    return Keys(page)


def open_next_tab(keys: Keys, label: str) -> None:
    """Go to the open tab, and from there to another one."""
    for _ in range(10):
        if not keys.is_at("#tabs [role=tab]"):
            keys.go_to(OPEN_TAB, "Shift+Tab", most=MOST_STOPS)
        keys.press("ArrowRight")
        if keys.page.evaluate("document.activeElement.textContent.trim()") == label:
            break
    keys.press("Enter")
    expect(keys.page.locator(OPEN_TAB)).to_have_text(label)


# ---- From the boxes to the result -------------------------------------------------------------


def test_a_pair_is_chosen_predicted_and_read_out(page: Any) -> None:
    keys, lists = Keys(page), page.get_by_role("listbox")
    expect(page.locator("#predict")).to_be_visible()
    keys.go_to(".dta-skip", most=1)
    keys.go_to("#find-kinase input", most=4)
    page.keyboard.type("ERBB2")
    expect(page.get_by_role("option").first).to_contain_text("ERBB2")
    keys.press("ArrowDown", "Enter")
    expect(box(page, "protein")).to_have_value("ERBB2")
    keys.wait_at("#find-kinase")
    expect(lists).to_have_count(0)
    keys.go_to("#find-drug input", most=1)
    page.keyboard.type("dasa")
    expect(lists).to_have_count(1)
    keys.press("Escape")
    expect(lists).to_have_count(0)
    keys.press("ArrowDown")
    expect(lists).to_have_count(1)
    keys.go_to("#protein textarea", most=1)
    expect(lists).to_have_count(0)
    keys.go_to("#drug textarea", most=1)
    keys.press("ControlOrMeta+A")
    page.keyboard.type("dasatinib")
    expect(page.locator("#example input")).to_have_value("")
    keys.go_to("#example", "Shift+Tab", most=4)
    keys.go_to("#drug textarea", most=4)
    page.wait_for_timeout(SETTLED)
    expect(box(page, "drug")).to_have_value("dasatinib")
    keys.go_to("#predict", most=4)
    keys.press("Enter")
    expect(page.locator(".dta-title")).to_contain_text("ERBB2")
    expect(page.locator("#said")).to_contain_text("90% interval")
    assert keys.is_at("#predict")
    keys.go_to("#forget", most=2)
    keys.go_to(OPEN_TAB, most=1)


def test_a_link_leads_past_the_boxes_and_an_upload_is_opened(page: Any) -> None:
    keys = open_pair(page)
    keys.go_to(".dta-skip", most=1)
    keys.press("Enter")
    assert keys.is_at(OPEN_TAB)
    keys.go_to("#drug-file", "Shift+Tab", most=8)
    for key in ("Enter", "Space"):
        with page.expect_file_chooser():
            keys.press(key)


def test_the_tour_is_walked_a_step(page: Any) -> None:
    keys = Keys(page)
    expect(page.locator("#tour-open")).to_be_visible()
    keys.go_to("#tour-open")
    keys.press("Enter")
    expect(page.locator("#tour-body")).to_be_visible()
    keys.go_to("#tour-show-1", most=4)
    keys.press("Enter")
    expect(page.locator("#tour-said")).to_contain_text(tour_text.SAYS)
    keys.wait_at("#tour-show-1")
    keys.go_to("#tour-next-1", most=3)
    keys.press("Enter")
    keys.wait_at("#tour-steps [role=tabpanel]")
    keys.go_to("#tour-steps [role=tab]", "Shift+Tab", most=1)
    keys.press("Home", "Enter")
    keys.go_to("#tour-show-1", most=3)


# ---- The tabs ---------------------------------------------------------------------------------


def compare_with_controls(keys: Keys) -> None:
    keys.go_to("#controls-button")
    keys.press("Space")
    expect(keys.page.locator("#controls table")).to_be_visible()
    assert keys.is_at("#controls-button")


def choose_given(keys: Keys) -> None:
    expect(keys.page.locator("#attention-plot .main-svg").first).to_be_visible()
    keys.go_to("#what input", most=1)
    keys.press("ArrowRight")
    expect(keys.page.locator("#top-title")).to_contain_text("give the least")
    keys.go_to("#layer input", most=1)


def offer_explanation(keys: Keys) -> None:
    expect(keys.page.locator("#explain-button")).to_be_visible()
    keys.go_to("#explain-button", most=1)


def scan_one(keys: Keys) -> None:
    keys.go_to("#scan-mutations textarea")
    keys.page.keyboard.type("T315I")
    keys.go_to("#scan-button", most=1)
    keys.press("Enter")
    expect(keys.page.locator("#said")).to_contain_text("1 of 1 mutants")


def unfold_rule(keys: Keys) -> None:
    expect(keys.page.locator("#pooling-weights .main-svg").first).to_be_visible()
    keys.go_to("summary", most=1)
    keys.press("Enter")
    expect(keys.page.locator("#tabs details:visible").first).to_have_attribute("open", "")
    keys.go_to(".modebar-btn[data-title='Zoom in']")


def show_bundled_structure(keys: Keys) -> None:
    keys.go_to("#structure-bundled")
    keys.press("Enter")
    expect(keys.page.locator("#structure-residues [role=gridcell]").first).to_be_visible()
    keys.go_to("#structure-residues [role=gridcell]")


def ask_for_a_tighter_kinase(keys: Keys) -> None:
    expect(keys.page.locator("#kinome-summary")).to_contain_text("of 522 kinases")
    keys.go_to("#kinome-least input[type=range]")
    keys.press("ArrowRight")
    expect(keys.page.locator("#kinome-least input[type=number]")).to_have_value("4.5")


def screen_two_and_open_one(keys: Keys) -> None:
    keys.go_to("#screen-list textarea")
    keys.page.keyboard.type("CCO ethanol\nCCN amine")
    keys.go_to("#screen-start", most=4)
    keys.press("Enter")
    expect(keys.page.locator("#screen-ranking [role=gridcell]").first).to_be_visible()
    expect(keys.page.locator("#screen-status")).to_contain_text("2 rows in")
    keys.go_to("#screen-ranking [role=gridcell]")
    keys.press("Enter")
    expect(keys.page.locator("#screen-chosen")).to_contain_text("Line")
    keys.go_to("#screen-open", most=1)
    keys.press("Enter")
    expect(box(keys.page, "drug")).to_have_value(re.compile("ethanol|amine"))


def choose_state(keys: Keys) -> None:
    keys.go_to("#encoder-state input", most=1)
    keys.press("ArrowDown")
    expect(keys.page.locator("#encoder-state input").last).to_be_checked()


def open_model_card(keys: Keys) -> None:
    keys.go_to(".label-wrap")
    keys.press("Enter")
    expect(keys.page.locator("#model-card")).to_be_visible()


USES: dict[str, Callable[[Keys], None]] = {
    prediction.TAB: compare_with_controls,
    attention.TAB: choose_given,
    explanation.TAB: offer_explanation,
    scan.TAB: scan_one,
    pooling.TAB: unfold_rule,
    structure.TAB: show_bundled_structure,
    profile.TAB: ask_for_a_tighter_kinase,
    inspector.TAB: choose_state,
    about.TAB: open_model_card,
    screening.TAB: screen_two_and_open_one,
}
"""One control of each tab; the last one predicts another pair."""


@pytest.fixture
def page_without_viewer(chromium: Any, site: str) -> Iterator[Any]:
    """The page where the script of the 3D viewer cannot be had."""
    with watch_page(chromium, site, {SCRIPT: lambda route: route.abort()}) as page:
        yield page


@pytest.mark.parametrize(
    ("theme", "tabs"),
    [("light", tuple(USES)), ("dark", (attention.TAB, profile.TAB))],
    ids=["light", "dark"],
)
def test_every_tab_is_opened_used_and_walked_round(
    page_without_viewer: Any, theme: str, tabs: tuple[str, ...]
) -> None:
    keys = open_pair(page_without_viewer, theme)
    keys.go_to(OPEN_TAB)
    faults = []
    for label in tabs:
        open_next_tab(keys, label)
        USES[label](keys)
        for stop in keys.walk_round(MOST_STOPS):
            if not stop.name or stop.name in ALIKE or not stop.is_seen:
                faults.append((label, stop.name, stop.words))
    assert faults == []


def test_a_kinase_is_found_by_sorting_chosen_and_opened(page: Any) -> None:
    keys = open_pair(page, tab="kinome")
    cells = page.locator("#kinome-ranking [role=gridcell][aria-colindex='1']")
    expect(cells.first).to_contain_text("DDR1")
    keys.go_to(OPEN_TAB)
    keys.go_to("#kinome-ranking [role=gridcell]")
    keys.press("ArrowRight", "ArrowLeft", "ArrowUp", "Enter")
    keys.wait_at("[role=menuitem]")
    keys.press("Escape")
    assert keys.is_at("th[aria-colindex='1']")
    keys.press("Enter")
    keys.wait_at("[role=menuitem]")
    keys.press("Enter")
    expect(cells.nth(1)).to_contain_text("AATK")
    keys.wait_at("th[aria-colindex='1']")
    keys.press("ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#kinome-chosen")).to_contain_text("AATK")
    keys.go_to("#kinome-open", most=1)
    keys.press("Enter")
    expect(page.locator(".dta-title")).to_contain_text("AATK")
    keys.wait_at("#kinome-results")


def test_a_structure_is_coloured_from_its_list(page_without_viewer: Any) -> None:
    page = page_without_viewer
    keys = open_pair(page, tab="structure")
    legend = page.locator("#structure-legend")
    keys.go_to("#structure-bundled")
    keys.press("Enter")
    expect(legend).to_contain_text("Attention received, layer 6")
    keys.go_to("#structure-layer input")
    keys.press("ArrowUp", "Enter")
    expect(legend).to_contain_text("Attention received, layer 5")
    keys.go_to("#structure-colour input", "Shift+Tab")
    keys.press("ArrowDown", "Enter")
    expect(legend).to_contain_text("weight")


def test_lists_that_are_passed_by_draw_nothing(page: Any) -> None:
    keys = open_pair(page, tab="poolings")
    expect(page.locator("#pooling-weights .main-svg").first).to_be_visible()
    keys.go_to("#pooling-map-colour input")
    keys.go_to("#pooling-map-show")
    page.wait_for_timeout(SETTLED)
    expect(page.locator("#pooling-map-results")).to_be_hidden()
    keys.go_to("#pooling-map-colour input", "Shift+Tab")
    keys.press("ArrowDown", "Enter")
    expect(page.locator("#pooling-map-results")).to_be_visible()


def test_what_is_wider_than_its_box_is_scrolled_by_arrows(page: Any) -> None:
    keys = open_pair(page, tab="kinome", width=390)
    picture = page.locator("#kinome-picture")
    expect(picture.locator(".main-svg").first).to_be_visible()
    keys.go_to(OPEN_TAB)
    keys.go_to("#kinome-picture")
    keys.look()
    keys.press("ArrowRight", "ArrowRight")
    page.wait_for_function("document.querySelector('#kinome-picture').scrollLeft > 40")
    expect(picture).to_have_attribute("role", "group")
    expect(picture).to_have_accessible_name(profile.PICTURE)


# ---- What takes time --------------------------------------------------------------------------


def test_an_explanation_is_started_and_stopped_where_focus_stays(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()
    run = PairFunction._run

    def wait(*arguments: Any) -> Any:
        assert stopped.wait(600)
        return run(*arguments)

    monkeypatch.setattr(PairFunction, "_run", wait)
    SHARED_ATTRIBUTIONS.clear()
    try:
        keys = open_pair(page, tab="explain")
        expect(page.locator("#explain-button")).to_be_visible()
        keys.go_to("#explain-button")
        keys.press("Enter")
        expect(page.locator("#explain-stop")).to_be_visible()
        keys.go_to("#explain-stop", most=1)
        keys.press("Enter")
        expect(page.locator("#said")).to_contain_text(explanation.STOPPED)
        keys.wait_at("#explain-button")
    finally:
        stopped.set()
