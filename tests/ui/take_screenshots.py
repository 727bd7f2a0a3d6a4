"""Take the README's pictures of the page and of its tabs:
``python -m tests.ui.take_screenshots FOLDER``.

Imatinib with ABL1. The structure, 2HYY, is coloured by what each residue contributes to the
prediction, in both 3D viewers.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.benchmarks.chromium import FLAGS, find_chromium
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.ui.page.layout import build, launch_options
from dta_demo.ui.structure.viewer_frame import SCRIPT
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as explanation_text
from dta_demo.ui.text import profile as profile_text
from dta_demo.ui.text import scan as scan_text
from dta_demo.ui.text import screening as screening_text
from dta_demo.ui.text import structure as structure_text
from tests.support.browser import SEE_INTO_FRAMES
from tests.support.npm import fetch_viewer_script

PATIENCE = 120_000


def main(folder: Path) -> None:
    """Write ``screenshot.png``, ``attention.png`` and the others into a folder."""
    expect.set_options(timeout=PATIENCE)
    blocks = build(AffinityPredictor.load())
    _, url, _ = blocks.launch(
        prevent_thread_lock=True, quiet=True, server_port=find_free_port(), **launch_options()
    )
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as temporary:
        script = fetch_viewer_script(Path(temporary))
        browser = driver.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, SEE_INTO_FRAMES]
        )
        for name, answer in (
            ("3dmol", lambda route: route.fulfill(path=script)),
            ("plotly", lambda route: route.abort()),
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.route(SCRIPT, answer)
            page.set_default_timeout(PATIENCE)
            page.goto(url)
            page.locator("#predict").click()
            expect(page.locator(".dta-result")).to_be_visible()
            if name == "3dmol":
                page.screenshot(path=folder / "screenshot.png", full_page=True)
                draw_attention(page)
                take(page, folder / "attention.png")
                draw_explanation(page)
                take(page, folder / "explanation.png")
                draw_kinome(page)
                take(page, folder / "kinome.png")
                draw_scan(page)
                take(page, folder / "mutations.png")
                draw_screen(page)
                take(page, folder / "screen.png")
            draw_structure(page)
            take(page, folder / f"structure-{name}.png")
            page.close()
        browser.close()
    blocks.close()


def take(page: Any, path: Path) -> None:
    """Take a picture of the open tab."""
    page.wait_for_timeout(3000)  # A figure's own drawing tells nobody when it is done.
    page.locator("#results").screenshot(path=path)


def draw_attention(page: Any) -> None:
    """Open the attention tab."""
    page.get_by_role("tab", name=attention_text.TAB, exact=True).click()
    expect(page.locator("#attention-plot .main-svg").first).to_be_visible()


def draw_explanation(page: Any) -> None:
    """Explain the prediction, with the atoms numbered."""
    page.get_by_role("tab", name=explanation_text.TAB, exact=True).click()
    page.locator("#explain-button").click()
    expect(page.locator("#hiding-curves .main-svg").first).to_be_visible()
    page.locator("#number-atoms input").click()


def draw_kinome(page: Any) -> None:
    """Open the kinome tab."""
    page.get_by_role("tab", name=profile_text.TAB, exact=True).click()
    expect(page.locator("#kinome-picture .points path").first).to_be_visible()


def draw_scan(page: Any) -> None:
    """Scan the pocket."""
    page.get_by_role("tab", name=scan_text.TAB, exact=True).click()
    page.locator("#scan-button").click()
    expect(page.locator("#scan-map .main-svg").first).to_be_visible()


def draw_screen(page: Any) -> None:
    """Screen the named inhibitors."""
    page.get_by_role("tab", name=screening_text.TAB, exact=True).click()
    page.locator("#screen-named").click()
    expect(page.locator("#screen-list textarea")).not_to_be_empty()
    page.locator("#screen-start").click()
    expect(page.locator("#screen-histogram .main-svg").first).to_be_visible()


def draw_structure(page: Any) -> None:
    """Show the structure that comes with the page, coloured by contribution."""
    page.get_by_role("tab", name=structure_text.TAB, exact=True).click()
    page.locator("#structure-bundled").click()
    expect(page.locator("#structure-legend")).to_contain_text("Attention received")
    page.locator("#structure-colour input").click()
    page.get_by_role("option", name=structure_text.COLOURS["attribution"], exact=True).click()
    expect(page.locator("#structure-legend")).to_contain_text(structure_text.COLOURS["attribution"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
