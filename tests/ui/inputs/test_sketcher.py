from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from rdkit import Chem
from rdkit.Chem import AllChem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.ui.inputs.sketcher import SCRIPT, open_frame, sketcher_frame
from dta_demo.ui.inputs.upload import read_molecule_file
from dta_demo.ui.text import inputs as text
from tests.support.browser import box, watch_page
from tests.support.npm import fetch_sketcher_script


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return fetch_sketcher_script(tmp_path_factory.mktemp("npm"))
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture
def page_with_editor(script: Path, chromium: Any, site: str) -> Iterator[Any]:
    def answer(route: Any) -> None:
        # A frame without an origin of its own loads a module only where anyone may.
        route.fulfill(
            path=script, content_type="text/javascript",
            headers={"access-control-allow-origin": "*"},
        )  # fmt: skip

    with watch_page(chromium, site, {SCRIPT: answer}) as page:
        yield page


def editor(page: Any) -> Any:
    return page.frame_locator("#sketcher iframe").locator("#editor")


def test_what_is_drawn_comes_into_the_box(page_with_editor: Any) -> None:
    page = page_with_editor
    box(page, "drug").fill("c1ccccc1")
    page.locator("#draw").click()
    canvas = editor(page)
    page.wait_for_function("() => window.dtaSketched === 'c1ccccc1'")
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    # A bond, the tool at the start, drawn by a drag over an empty place.
    page.mouse.move(area["x"] + 0.75 * area["width"], area["y"] + 0.15 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.85 * area["width"], area["y"] + 0.2 * area["height"], steps=5)
    page.mouse.up()
    page.wait_for_function("() => window.dtaSketched.length > 8")
    page.locator("#sketch-take").click()
    expect(page.locator("#sketcher iframe")).to_have_count(0)
    drawn = box(page, "drug").input_value()
    assert Chem.MolFromSmiles(drawn).GetNumAtoms() > 6
    expect(page.locator("#drug-note")).to_contain_text("g/mol")


def test_closing_leaves_the_box_as_it_was(page_with_editor: Any) -> None:
    page = page_with_editor
    before = box(page, "drug").input_value()
    page.locator("#draw").click()
    expect(editor(page)).to_be_visible()
    page.locator("#sketch-close").click()
    expect(page.locator("#sketcher iframe")).to_have_count(0)
    assert box(page, "drug").input_value() == before


def test_without_the_script_a_sentence_stands_in_its_place(chromium: Any, site: str) -> None:
    with watch_page(chromium, site, {SCRIPT: lambda route: route.abort()}) as page:
        page.locator("#draw").click()
        missing = page.frame_locator("#sketcher iframe").locator("#missing")
        expect(missing).to_have_text(text.SKETCHER_MISSING)


def test_messages_of_others_are_not_taken(chromium: Any, site: str) -> None:
    with watch_page(chromium, site, {SCRIPT: lambda route: route.abort()}) as page:
        page.locator("#draw").click()
        page.wait_for_function("() => window.dtaHearsSketch")
        page.evaluate("() => postMessage('CCO', '*')")
        page.wait_for_timeout(300)
        assert page.evaluate("() => window.dtaSketched") is None


def test_a_file_comes_into_the_box(page: Any) -> None:
    molecule = Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O")
    AllChem.Compute2DCoords(molecule)
    molecule.SetProp("_Name", "aspirin")
    block = Chem.MolToMolBlock(molecule)
    with page.expect_file_chooser() as chooser:
        page.locator("#drug-file").click()
    chooser.value.set_files(
        {"name": "aspirin.mol", "mimeType": "text/plain", "buffer": block.encode()}
    )
    expect(page.locator("#drug-note")).to_contain_text("Read from a mol block (V2000).")
    assert parse_molecule(box(page, "drug").input_value()).name == "aspirin"


def test_the_frame_can_run_scripts_and_nothing_else() -> None:
    frame = sketcher_frame('C"></script>')
    assert 'sandbox="allow-scripts"' in frame
    assert '</script>"' not in frame
    assert open_frame("no molecule !!")[1] == sketcher_frame("")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"C" * 1_000_001])
def test_a_file_that_is_no_text_or_too_long_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mol"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_molecule_file(str(path))
