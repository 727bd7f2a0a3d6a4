"""Take the pictures of both 3D viewers: ``python -m tests.ui.take_structure_screenshots FOLDER``.

Imatinib with ABL1, coloured by what each residue contributes to the prediction, on a fold that
is made up (`tests.structures.synthetic`): no structure of ABL1 comes with the repository.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.benchmarks.chromium import FLAGS, find_chromium
from dta_demo.predictor import AffinityPredictor
from dta_demo.ui import text
from dta_demo.ui.examples import load_examples
from dta_demo.ui.layout import build, launch_options
from dta_demo.ui.viewer_frame import SCRIPT
from tests.structures.synthetic import as_pdb, fold

from .conftest import SEE_INTO_FRAMES
from .npm import fetch_viewer_script

PATIENCE = 120_000
DOMAIN = slice(228, 512)
"""Residues 229 to 512 of ABL1: the kinase domain."""


def main(folder: Path) -> None:
    """Write ``structure-3dmol.png`` and ``structure-plotly.png`` into a folder."""
    blocks = build(AffinityPredictor.load())
    _, url, _ = blocks.launch(
        prevent_thread_lock=True, quiet=True, server_port=find_free_port(), **launch_options()
    )
    example = load_examples()[0]
    structure = as_pdb(fold(example.sequence[DOMAIN], first=DOMAIN.start + 1))
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
            draw(page, structure)
            page.screenshot(path=folder / f"structure-{name}.png", full_page=True)
            page.close()
        browser.close()
    blocks.close()


def draw(page: Any, structure: bytes) -> None:
    """Predict the first example, upload the structure and colour it by contribution."""
    expect.set_options(timeout=PATIENCE)
    page.locator("#predict").click()
    expect(page.locator(".dta-result")).to_be_visible()
    page.get_by_role("tab", name=text.TAB_STRUCTURE, exact=True).click()
    file = {"name": "fold.pdb", "mimeType": "chemical/x-pdb", "buffer": structure}
    page.locator("#structure-file input[type=file]").set_input_files(file)
    expect(page.locator("#structure-legend")).to_contain_text("Attention received")
    page.locator("#structure-colour input").click()
    page.get_by_role("option", name=text.STRUCTURE_COLOURS["attribution"], exact=True).click()
    expect(page.locator("#structure-legend")).to_contain_text(text.STRUCTURE_ATTRIBUTION)
    page.wait_for_timeout(3000)  # The picture's own drawing tells nobody when it is done.


if __name__ == "__main__":
    main(Path(sys.argv[1]))
