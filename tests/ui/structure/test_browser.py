"""The structure tab in Chromium, with 3Dmol.js to be had and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from dta_demo.structures import parse
from dta_demo.ui.shared.examples import load_examples
from dta_demo.ui.structure.residue_values import SOURCES, ResidueValues
from dta_demo.ui.structure.scenes import LIGAND
from dta_demo.ui.structure.viewer_frame import SCRIPT
from dta_demo.ui.text import structure as text
from tests.support.browser import (
    box,
    choose,
    open_at,
    open_tab,
    overflow,
    predict,
    press_predict,
    watch_page,
)
from tests.support.databases import ENTRY, serve_databases
from tests.support.hostile import HOSTILE
from tests.support.synthetic import as_mmcif, as_pdb, fold, helix, ligand

pytestmark = pytest.mark.browser

SEQUENCE = load_examples()[0].sequence
DOMAIN = slice(228, 512)
MARKED, IN_FILE = 315, 334
SHIFT = IN_FILE - MARKED
LABEL = f"{SEQUENCE[MARKED - 1]}{MARKED} (file {SEQUENCE[MARKED - 1]}{IN_FILE})"
TOP_COLOUR = "#3f0f6b"

VIEWER = "window[Object.keys(window).find(name => name.startsWith('viewer_'))]"
MARKED_IN_FRAME = f"""number => {{
    const viewer = {VIEWER};
    const atoms = viewer.selectedAtoms({{chain: "A", resi: number}});
    const colours = new Set(atoms.map(atom => atom.style.stick.colorscheme.map[number]));
    return {{
        atoms: atoms.length,
        sticks: atoms.every(atom => "stick" in atom.style),
        colours: [...colours],
        place: ["x", "y", "z"].map(axis => atoms.find(atom => atom.atom === "CA")[axis]),
        labels: viewer.labels.map(label => label.text),
        hover: labels.A[number],
    }};
}}"""
MARKED_IN_PLOT = """number => {
    const plot = document.querySelector("#structure-plot .js-plotly-plot");
    const data = plot._fullData, {_fullLayout} = plot;
    const trace = data[0], place = trace.text.findIndex(label => label.includes(number + " "));
    return {
        label: trace.text[place],
        colours: [trace.line.color[place], trace.marker.color[place], data[1].line.color],
        place: ["x", "y", "z"].map(axis => trace[axis][place]),
        labels: _fullLayout.scene.annotations.map(annotation => annotation.text),
        sticks: data[1].name,
    };
}"""


def structure(first: int = DOMAIN.start + 1 + SHIFT) -> bytes:
    return as_pdb(fold(SEQUENCE[DOMAIN], first=first))


def upload(page: Any, data: bytes, name: str = "structure.pdb") -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("#structure-file input[type=file]").set_input_files(file)


def frame_of(page: Any, name: str = "structure") -> Any:
    """Wait for the viewer in its frame, and return the frame to look into."""
    element = page.locator(f"#{name}-frame iframe")
    element.scroll_into_view_if_needed()
    expect(page.frame_locator(f"#{name}-frame iframe").locator("canvas").first).to_be_visible()
    frame = element.element_handle().content_frame()
    frame.wait_for_function(f"() => {VIEWER}?.selectedAtoms({{}}).length > 0")
    return frame


@pytest.fixture(params=["3dmol", "plotly"])
def viewer(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def viewer_page(
    viewer: str, chromium: Any, site: str, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """The page with the script to be had, or with no network."""
    if viewer == "3dmol":
        script = request.getfixturevalue("viewer_script")
        answer: Callable[[Any], None] = lambda route: route.fulfill(path=script)  # noqa: E731
    else:
        answer = lambda route: route.abort("internetdisconnected")  # noqa: E731
    with watch_page(chromium, site, {SCRIPT: answer}) as page:
        yield page


@pytest.fixture
def page_with_script(viewer_script: Path, chromium: Any, site: str) -> Iterator[Any]:
    with watch_page(
        chromium, site, {SCRIPT: lambda route: route.fulfill(path=viewer_script)}
    ) as page:
        yield page


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one residue have the top value, whatever the model says."""
    values = np.linspace(0.1, 0.2, len(SEQUENCE), dtype=np.float32)
    values[MARKED - 1] = 1.0
    monkeypatch.setitem(SOURCES, "attention", lambda *_: ResidueValues("marked", "unit", values))


def test_the_marked_residue_has_one_number_in_the_viewer_its_label_and_the_table(
    viewer_page: Any, viewer: str, marked: None
) -> None:
    page = viewer_page
    predict(page)
    open_tab(page, text.TAB)
    upload(page, structure())
    expect(page.locator("#structure-legend")).to_contain_text("marked, unit")
    expect(page.locator("#structure-viewer")).to_contain_text(text.VIEWER_LINES[viewer][:14])
    expect(page.locator("#structure-summary")).to_contain_text("229 here is 248 in the file")
    if viewer == "3dmol":
        expect(page.locator("#structure-plot")).to_be_hidden()
        found = frame_of(page).evaluate(MARKED_IN_FRAME, MARKED)
        assert found["sticks"]
        assert found["atoms"] > 4
        assert found["hover"] == LABEL
    else:
        expect(page.locator("#structure-frame iframe")).to_have_count(0)
        expect(page.locator("#structure-plot .gl-container canvas").first).to_be_visible()
        found = page.evaluate(MARKED_IN_PLOT, MARKED)
        assert found["label"] == found["sticks"] == LABEL
    assert set(found["colours"]) == {TOP_COLOUR}
    assert LABEL in found["labels"]
    assert len(found["labels"]) == 10
    assert np.linalg.norm(found["place"]) == pytest.approx(distance_of_marked(), abs=0.02)
    row = page.locator("#structure-residues tbody tr").first
    expect(row).to_contain_text(str(MARKED))
    expect(row).to_contain_text(f"{SEQUENCE[MARKED - 1]}{IN_FILE}")


def distance_of_marked() -> float:
    """How far the marked residue lies from the chain's middle, by the file's own number, Å."""
    residues = parse.read_structure(structure()).chains[0].residues
    (marked,) = [residue for residue in residues if residue.label == str(IN_FILE)]
    middle = np.mean([residue.alpha_carbon for residue in residues], axis=0)
    return float(np.linalg.norm(marked.alpha_carbon - middle))


def test_the_molecule_is_drawn_by_the_same_viewer(viewer_page: Any, viewer: str) -> None:
    page = viewer_page
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#conformer-button").click()
    expect(page.locator("#conformer-note")).to_contain_text("Relaxed in MMFF94")
    expect(page.locator("#conformer-viewer")).to_contain_text(text.VIEWER_LINES[viewer][:14])
    if viewer == "3dmol":
        assert frame_of(page, "conformer").evaluate(f"() => {VIEWER}.selectedAtoms().length") == 39
    else:
        expect(page.locator("#conformer-plot .gl-container canvas").first).to_be_visible()
    box(page, "drug").fill("CCO ethanol")
    press_predict(page)
    expect(page.locator("#conformer-note")).to_have_text("")


def test_colours_layers_and_the_next_protein_redraw(page_with_script: Any) -> None:
    page = page_with_script
    box(page, "protein").fill(">domain\n" + SEQUENCE[DOMAIN])
    predict(page)
    open_tab(page, text.TAB)
    upload(page, structure())
    legend = page.locator("#structure-legend")
    expect(legend).to_contain_text("Attention received, layer 6")
    choose(page, "structure-layer", "2")
    expect(legend).to_contain_text("Attention received, layer 2")
    choose(page, "structure-colour", text.COLOURS["max"])
    expect(legend).to_contain_text(text.COLOURS["max"])
    expect(page.locator("#structure-layer")).to_be_hidden()
    choose(page, "structure-colour", text.COLOURS["attribution"])
    expect(legend).to_contain_text(text.SIGNS.strip())
    box(page, "protein").fill(">other\n" + SEQUENCE[::-1])
    press_predict(page)
    expect(page.locator("#structure-summary .dta-error")).to_contain_text("another protein")
    expect(page.locator("#structure-frame iframe")).to_have_count(0)
    box(page, "protein").fill(">cut\n" + SEQUENCE[200:600])
    press_predict(page)
    expect(page.locator("#structure-summary")).to_contain_text("71% of your sequence")
    frame_of(page)


LIGAND_IN_FRAME = f"""() => {{
    const viewer = {VIEWER};
    const drug = viewer.selectedAtoms({{chain: "L"}});
    const rings = viewer.selectedAtoms({{atom: "CA"}}).filter(atom => "sphere" in atom.style);
    return {{
        atoms: drug.length,
        bonds: drug.reduce((sum, atom) => sum + atom.bonds.length, 0) / 2,
        sticks: drug.every(atom => "stick" in atom.style),
        carbons: drug[0].style.stick.colorscheme.map.C,
        rings: rings.map(atom => labels.A[atom.resi]),
        labels: viewer.labels.map(label => label.text),
    }};
}}"""
LIGAND_IN_PLOT = """() => {
    const data = document.querySelector("#structure-plot .js-plotly-plot")._fullData;
    const layout = document.querySelector("#structure-plot .js-plotly-plot")._fullLayout;
    const ring = data.find(trace => trace.marker?.symbol === "circle-open");
    return {
        atoms: data.at(-1).x.length,
        carbons: data.at(-1).marker.color[0],
        rings: ring.text.map(words => words.split(",")[0]),
        labels: layout.scene.annotations.map(annotation => annotation.text),
    };
}"""


def test_abl1_with_imatinib_comes_with_the_page(viewer_page: Any, viewer: str) -> None:
    """The drug as sticks, and a mark on each of the 26 residues that it touches."""
    page = viewer_page
    box(page, "protein").fill("ABL1")
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#structure-bundled").click()
    expect(page.locator("#structure-note")).to_contain_text("PDB 2HYY: 1 protein chain read.")
    said = page.locator("#structure-ligand")
    expect(said).to_contain_text("26 residues lie within 5 Å of STI (600 in chain 'A')")
    expect(said).to_contain_text("area under the ROC curve")
    if viewer == "3dmol":
        found = frame_of(page).evaluate(LIGAND_IN_FRAME)
        assert (found["bonds"], found["sticks"]) == (41, True)
    else:
        expect(page.locator("#structure-plot .gl-container canvas").first).to_be_visible()
        found = page.evaluate(LIGAND_IN_PLOT)
    assert (found["atoms"], found["carbons"]) == (37, LIGAND)
    assert len(found["rings"]) == 26
    assert {"T315", "D381", "F382"} <= set(found["rings"])
    assert "STI" in found["labels"]


def test_the_picture_is_of_the_ligand_or_of_the_whole_chain(page_with_script: Any) -> None:
    page = page_with_script
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#structure-bundled").click()
    close = page.locator("#structure-close input")
    expect(close).to_be_checked()
    depth = f"() => {VIEWER}.getView()[3]"
    near = frame_of(page).evaluate(depth)
    close.uncheck()
    page.wait_for_function("() => document.querySelectorAll('#structure-frame iframe').length == 1")
    expect(page.locator("#structure-frame iframe")).not_to_have_attribute(
        "srcdoc", re.compile('"or": ')
    )
    assert frame_of(page).evaluate(depth) < near
    upload(page, structure())
    expect(page.locator("#structure-ligand")).to_have_text("")
    expect(close).to_be_hidden()


@pytest.mark.parametrize("answer", ["a web page", "an error", "another script"])
def test_what_is_not_the_script_is_as_good_as_none(chromium: Any, site: str, answer: str) -> None:
    """A hotel's network answers every address with a page of its own."""
    given = {
        "a web page": {"status": 200, "content_type": "text/html", "body": "<h1>Log in</h1>"},
        "an error": {"status": 404, "body": "not here"},
        "another script": {"status": 200, "content_type": "text/javascript", "body": "var x = 1;"},
    }[answer]
    with watch_page(chromium, site, {SCRIPT: lambda route: route.fulfill(**given)}) as page:
        predict(page)
        open_tab(page, text.TAB)
        upload(page, structure())
        expect(page.locator("#structure-viewer")).to_contain_text("Viewer: Plotly, because")
        expect(page.locator("#structure-plot .gl-container canvas").first).to_be_visible()


def test_a_script_that_is_lost_after_the_probe_leaves_a_sentence_in_the_frame(
    viewer_script: Path, chromium: Any, site: str
) -> None:
    asked: list[str] = []

    def answer_once(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(path=viewer_script) if len(asked) == 1 else route.abort()

    with watch_page(chromium, site, {SCRIPT: answer_once}) as page:
        predict(page)
        open_tab(page, text.TAB)
        upload(page, structure())
        frame = page.frame_locator("#structure-frame iframe")
        expect(frame.locator("#missing")).to_have_text(text.FRAME_MISSING)
        expect(frame.locator("#missing")).to_be_visible()


def test_nothing_is_asked_of_another_host_before_something_is_drawn(page: Any) -> None:
    """The fixture fails on any request; a bad file, a query and an open tab draw nothing."""
    open_tab(page, text.TAB)
    expect(page.locator("#structure-summary")).to_have_text(text.EMPTY)
    predict_in_background(page)
    upload(page, b"no structure")
    expect(page.locator("#structure-note .dta-error")).to_contain_text("neither PDB nor mmCIF")
    expect(page.locator("#structure-fetch")).to_be_visible()


def predict_in_background(page: Any) -> None:
    press_predict(page)
    expect(page.locator("#structure-summary")).to_have_text(text.EMPTY)


def test_a_structure_is_fetched_from_the_configured_server(
    page_with_script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_with_script
    monkeypatch.setenv("no_proxy", "*")
    with serve_databases(as_mmcif(fold(SEQUENCE[DOMAIN], first=229))) as server:
        monkeypatch.setenv("DTA_PDB_URL", server.address)
        predict(page)
        open_tab(page, text.TAB)
        page.locator("#structure-id input, #structure-id textarea").fill("2HYY")
        page.locator("#structure-fetch").click()
        expect(page.locator("#structure-note")).to_contain_text("PDB 2HYY: 1 protein chain read.")
        frame_of(page)
        assert server.asked == [ENTRY]
    page.locator("#structure-id input, #structure-id textarea").fill("1ABC")
    page.locator("#structure-fetch").click()
    expect(page.locator("#structure-note .dta-error")).to_contain_text("cannot be reached")
    expect(page.locator("#structure-frame iframe")).to_be_visible()


def hostile_structures() -> dict[str, bytes]:
    built = fold(SEQUENCE[DOMAIN], first=229)
    built.name = built.info["_struct.title"] = HOSTILE
    for number, residue in enumerate(built[0]["A"]):
        residue.name = HOSTILE if number in (3, 7) else residue.name
    built[0]["A"].add_residue(ligand(HOSTILE, at=built[0]["A"][50]["CA"][0].pos.tolist()))
    built[0]["A"].name = HOSTILE
    remark = f"TITLE     {HOSTILE}\nREMARK   1 {HOSTILE}\nHEADER    {HOSTILE}\n".encode()
    other = helix("MKT" * 60)
    other[0]["A"].name = HOSTILE
    return {
        "everywhere": as_mmcif(built),
        "title": remark + structure(),
        "another protein": as_mmcif(other),
    }


@pytest.mark.parametrize("place", ["everywhere", "title", "another protein"])
def test_nothing_of_a_hostile_file_runs(viewer_page: Any, viewer: str, place: str) -> None:
    page = viewer_page
    predict(page)
    open_tab(page, text.TAB)
    upload(page, hostile_structures()[place], name=f"{HOSTILE[:60].replace('/', '')}.cif")
    expect(page.locator("#structure-note")).to_contain_text("1 protein chain read")
    if place == "another protein":
        expect(page.locator("#structure-summary .dta-error")).to_be_visible()
    elif viewer == "3dmol":
        frame = frame_of(page)
        assert frame.evaluate("window.hacked === undefined")
        assert "hacked" not in frame.content()
        assert ("ligand" in page.locator("#structure-ligand").inner_text()) is (
            place == "everywhere"
        )
    else:
        expect(page.locator("#structure-plot .gl-container canvas").first).to_be_visible()
    expect(page.locator("img[src='x']")).to_have_count(0)
    assert page.evaluate("window.hacked === undefined")


def test_the_frame_cannot_reach_the_page(page_with_script: Any) -> None:
    page = page_with_script
    predict(page)
    open_tab(page, text.TAB)
    upload(page, structure())
    frame = frame_of(page)
    reach = "() => { try { return parent.document.title } catch (error) { return error.name } }"
    assert frame.evaluate(reach) == "SecurityError"
    assert frame.evaluate("origin") == "null"


@pytest.mark.parametrize(
    ("size", "sentence"),
    [(parse.MAX_BYTES + 1_000_000, "larger than 50 MB"), (60_000_000, "exceed the maximum")],
)
def test_a_file_that_is_too_large_gets_a_sentence(
    page: Any, tmp_path: Path, size: int, sentence: str
) -> None:
    """Up to Gradio's own limit, 50 times 2^20 bytes, the sentence is ours."""
    path = tmp_path / "large.pdb"
    path.write_bytes(b"REMARK\n" * (size // 7))
    open_tab(page, text.TAB)
    page.locator("#structure-file input[type=file]").set_input_files(path)
    said = page.locator("#structure-note .dta-error, [data-testid=toast-body]").first
    expect(said).to_contain_text(sentence)


def test_a_telephone_shows_both_viewers_without_sideways_scrolling(viewer_page: Any) -> None:
    page = viewer_page
    open_at(page, 390)
    predict(page)
    open_tab(page, text.TAB)
    upload(page, structure())
    expect(page.locator("#structure-legend")).to_contain_text("Attention received")
    page.locator("#conformer-button").click()
    expect(page.locator("#conformer-viewer")).to_contain_text(re.compile("Viewer: "))
    assert overflow(page) <= 0
