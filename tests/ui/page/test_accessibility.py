"""axe over every tab, in light and in dark, after a prediction."""

from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.ui.text import attention, pooling, profile
from tests.support.offline_visit import TABS

DRAWN = {attention.TAB: "#attention-plot", pooling.TAB: "#pooling-weights",
         profile.TAB: "#kinome-picture"}  # fmt: skip
"""Figures of the tabs that are drawn when they are opened."""

NOTHING_PENDING = """
    () => !Array.from(document.querySelectorAll(".html-container.pending, .translucent")).some(
        part => part.getClientRects().length > 0
    )
"""
"""No part is faded because its event runs, which lowers its contrast."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_tab(page: Any, axe: str, theme: str) -> None:
    site = page.url.split("?")[0]
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{site}?protein=ABL1&molecule=imatinib&__theme={theme}")
    expect(page.locator(".dta-result")).to_be_visible()
    page.locator("#tour-open").click()
    expect(page.locator("#tour-body")).to_be_visible()
    page.evaluate(axe)
    found = []
    for tab in TABS:
        page.evaluate("label => window.dtaTour.openTab(label)", tab)
        selected = page.locator("#tabs [role=tab][aria-selected=true]").first
        expect(selected).to_have_text(tab)
        if tab in DRAWN:
            expect(page.locator(f"{DRAWN[tab]} .js-plotly-plot").first).to_be_visible()
        page.wait_for_function(NOTHING_PENDING)
        page.wait_for_timeout(500)
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{tab}: {each['id']} at {node['target']}"
            for each in report["violations"]
            for node in each["nodes"]
        ]
    assert found == []
