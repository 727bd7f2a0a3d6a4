"""Starts the page and goes through every tab of it: ``python -m tests.support.offline_visit``.

Writes the names of the tabs, a line each. Meant for a process that reaches no network; it fails
where the page asks another host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect, sync_playwright

from dta_demo.benchmarks.app_process import run_app
from dta_demo.benchmarks.chromium import FLAGS, find_chromium
from tests.support.browser import (
    PATIENCE,
    SEE_INTO_FRAMES,
    box,
    expect_plot,
    open_tab,
    predict,
    watch_page,
)
from tests.support.datasets import KINASE
from tests.support.synthetic import as_pdb, fold


def expect_text(place: str, text: str) -> Callable[[Any], None]:
    return lambda page: expect(page.locator(place)).to_contain_text(text)


def see_attention(page: Any) -> None:
    expect_plot(page, "#attention-plot")


def see_explanation(page: Any) -> None:
    page.locator("#explain-button").click()
    expect(page.locator("#verdicts")).to_contain_text("pKd on average")


def see_mutations(page: Any) -> None:
    page.locator("#scan-region textarea, #scan-region input").fill("80-81")
    page.locator("#scan-button").click()
    expect(page.locator("#scan-status")).to_contain_text("of 38 mutants")


def see_poolings(page: Any) -> None:
    expect_plot(page, "#pooling-dots")


def see_structure(page: Any) -> None:
    file = {"name": "fold.pdb", "mimeType": "text/plain", "buffer": as_pdb(fold(KINASE))}
    page.locator("#structure-file input[type=file]").set_input_files(file)
    expect(page.locator("#structure-plot .gl-container canvas").first).to_be_visible()


def see_screen(page: Any) -> None:
    file = {"name": "two.smi", "mimeType": "text/plain", "buffer": b"CCO\nimatinib\n"}
    page.locator("#screen-file input[type=file]").set_input_files(file)
    expect(page.locator("#screen-file")).to_contain_text("two")
    page.locator("#screen-start").click()
    expect(page.locator("#screen-counts")).to_contain_text("2 predicted")


TABS: dict[str, Callable[[Any], None]] = {
    "Prediction": expect_text(".dta-result", "pKd"),
    "Attention": see_attention,
    "Explanation": see_explanation,
    "Mutations": see_mutations,
    "Pooling": see_poolings,
    "Structure": see_structure,
    "Kinome": expect_text("#kinome-summary", "of 522 kinases"),
    "Screen": see_screen,
    "Encoder": expect_text("#encoder-parts", "is frozen"),
    "About": expect_text("#results", "What it cannot do"),
}
"""What each tab must show."""


def main() -> None:
    """Go through the tabs."""
    expect.set_options(timeout=PATIENCE)
    # A script that is not there: the picture of a structure is drawn without it.
    with (
        run_app({"DTA_3DMOL_JS": "/nothing.js"}) as app,
        sync_playwright() as driver,
        driver.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, SEE_INTO_FRAMES]
        ) as browser,
        watch_page(browser, app.url) as page,
    ):
        page.set_viewport_size({"width": 1_900, "height": 900})  # Wide enough for all tabs.
        box(page, "protein").fill(KINASE)
        box(page, "drug").fill("imatinib")
        predict(page)
        for name, see in TABS.items():
            open_tab(page, name)
            see(page)
            print(name, flush=True)
        assert set(page.locator("#tabs").get_by_role("tab").all_inner_texts()) == set(TABS)


if __name__ == "__main__":
    main()
