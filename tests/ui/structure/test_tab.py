import gzip
from dataclasses import replace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from dta_demo.explain.attribution import attribute
from dta_demo.explain.contact_ranking import rank_contacts
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.results.scan import MutationScan
from dta_demo.screening.scan import scan
from dta_demo.ui.scan.kept import keep_scan
from dta_demo.ui.shared.query import Query
from dta_demo.ui.structure.conformer_section import draw_conformer
from dta_demo.ui.structure.residue_values import SOURCES, ResidueValues
from dta_demo.ui.structure.sources import (
    GivenStructure,
    forget,
    read_bundled_structure,
    read_fetched,
    read_file,
)
from dta_demo.ui.structure.tab import colour_legend, draw_structure
from dta_demo.ui.text import shared as shared_text
from dta_demo.ui.text import structure as text
from tests.support.databases import serve_databases
from tests.support.datasets import KINASE
from tests.support.synthetic import as_mmcif, as_pdb, fold, helix

QUERY = Query("", "", Protein(KINASE, "LCK"), Molecule("CCO", "ethanol"))
IMPOSSIBLE = replace(QUERY, molecule=Molecule("[C@]12(F)C[C@@](F)(C1)C2", "<b>cage</b>"))


def given(data: bytes = as_pdb(fold(KINASE, first=234))) -> GivenStructure:
    read, _ = read_file(data, None)
    assert read is not None
    return read


def fields(drawn: tuple[Any, ...]) -> dict[str, Any]:
    names = (
        "summary", "body", "layer", "close", "viewer", "line", "frame", "plot", "legend", "ligand",
        "top",
    )  # fmt: skip
    return dict(zip(names, drawn, strict=True))


def test_a_file_is_read_and_said() -> None:
    read, note = read_file(gzip.compress(as_mmcif(helix(KINASE))), None)
    assert read.source == text.YOUR_FILE
    assert "1 protein chain read" in note


@pytest.mark.parametrize("data", [b"", None, b"<script>alert(1)</script>", b"ATOM"])
def test_a_bad_file_gets_a_sentence_and_replaces_nothing(data: bytes | None) -> None:
    before = given()
    kept, note = read_file(data, before)
    assert kept is before
    assert "dta-error" in note
    assert "<script" not in note


def test_a_structure_is_fetched_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_databases(as_mmcif(helix(KINASE))) as server:
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setenv("DTA_ALPHAFOLD_URL", server.address)
        read, note = read_fetched("p00519", None)
    assert read.source == "AlphaFold DB P00519"
    assert "AlphaFold DB P00519: 1 protein chain read." in note


def test_what_cannot_be_fetched_gets_a_sentence_and_replaces_nothing() -> None:
    before = given()
    kept, note = read_fetched("<b>x</b>", before)
    assert kept is before
    assert "&lt;b&gt;" in note
    assert forget()[0] is None


@pytest.fixture(scope="module")
def scanned(predictor: Any) -> MutationScan:
    found = scan(predictor, QUERY.protein, QUERY.molecule, (80, 82))
    keep_scan(predictor, found)
    return found


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("colour", SOURCES)
def test_every_colour_is_a_number_for_each_residue(predictor: Any, colour: str) -> None:
    values = SOURCES[colour](predictor, QUERY, None)
    assert values.values.shape == (len(KINASE),)
    assert np.isfinite(values.values).all()
    assert len(values.colours()) == len(KINASE)
    assert values.limit > 0


def test_colours_are_those_of_the_other_tabs(predictor: Any) -> None:
    layer = SOURCES["attention"](predictor, QUERY, 3)
    report = predictor.attention(QUERY.protein)
    np.testing.assert_allclose(layer.values, report.by_layer[2] * len(KINASE), rtol=1e-5)
    assert "layer 3" in layer.name
    pooling = SOURCES["max"](predictor, QUERY, None)
    weights = predictor.poolings(QUERY.protein, QUERY.molecule)
    np.testing.assert_allclose(pooling.values, weights.weights[2] * len(KINASE), rtol=1e-5)
    attribution = SOURCES["attribution"](predictor, QUERY, None)
    np.testing.assert_array_equal(
        attribution.values, attribute(predictor, QUERY.protein, QUERY.molecule).residues
    )


def test_mutations_colour_by_their_mean_change(predictor: Any, scanned: MutationScan) -> None:
    found = SOURCES["mutations"](predictor, QUERY, None)
    grid, _ = scanned.grid()
    np.testing.assert_allclose(found.values[79:82], np.nansum(grid, axis=1) / 19, atol=1e-6)
    assert not found.values[:79].any()
    other = replace(QUERY, molecule=Molecule("CCC"))
    drawn = fields(draw_structure(predictor, other, given(), "mutations", None, True, "plotly"))
    assert text.SCAN_FIRST in drawn["summary"]


@pytest.mark.parametrize("viewer", ["3dmol", "plotly"])
def test_only_the_viewer_that_is_shown_is_sent(predictor: Any, viewer: str) -> None:
    drawn = fields(draw_structure(predictor, QUERY, given(), "attention", None, True, viewer))
    assert drawn["frame"].visible is (viewer == "3dmol")
    assert drawn["plot"].visible is (viewer == "plotly")
    assert ("<iframe" in (drawn["frame"].value or "")) is (viewer == "3dmol")
    assert (drawn["plot"].value is None) is (viewer == "3dmol")
    assert text.VIEWER_LINES[viewer][:14] in drawn["line"]
    assert "residue 1 here is 234 in the file" in drawn["summary"]


def test_the_marked_residue_leads_the_table(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.zeros(len(KINASE), dtype=np.float32)
    values[81] = 2.5
    monkeypatch.setitem(SOURCES, "attention", lambda *_: ResidueValues("marked", "share", values))
    drawn = fields(draw_structure(predictor, QUERY, given(), "attention", None, True, "plotly"))
    letter = KINASE[81]
    name = f"{shared_text.RESIDUE_NAMES[letter]} ({letter})"
    assert drawn["top"] == [[name, 82, f"{letter}315", 2.5]]


def test_another_protein_hides_the_picture_and_says_the_identity(predictor: Any) -> None:
    other = replace(QUERY, protein=Protein("MKT" * 60))
    drawn = fields(draw_structure(predictor, other, given(), "attention", None, True, "3dmol"))
    assert drawn["body"].visible is False
    assert "another protein" in drawn["summary"]
    assert drawn["frame"].value == ""


def test_without_a_query_or_a_structure_it_says_what_to_do(predictor: Any) -> None:
    nothing = fields(draw_structure(predictor, None, given(), "attention", None, True, ""))
    assert shared_text.PREDICT_FIRST in nothing["summary"]
    nothing = fields(draw_structure(predictor, QUERY, None, "attention", None, True, ""))
    assert text.EMPTY in nothing["summary"]


def test_the_legend_names_the_ends_of_the_scale() -> None:
    signed = colour_legend(ResidueValues("x", "pKd", np.array([-0.2, 0.1]), signed=True))
    assert "-0.2" in signed
    assert "+0.2" in signed
    assert text.SIGNS in signed
    unsigned = colour_legend(ResidueValues("x", "share", np.array([0.0, 3.0])))
    assert "<span>0</span>" in unsigned
    assert text.SIGNS not in unsigned


def bundled() -> GivenStructure:
    read, note = read_bundled_structure(None)
    assert read is not None
    assert "PDB 2HYY: 1 protein chain read." in note
    return read


ABL1 = replace(QUERY, protein=read_protein("ABL1"))


def test_the_structure_that_comes_with_the_code_says_what_its_ligand_touches(
    predictor: Any,
) -> None:
    drawn = fields(draw_structure(predictor, ABL1, bundled(), "attention", 2, True, "plotly"))
    assert drawn["close"].visible is True
    said = drawn["ligand"].unescape()
    assert "26 residues lie within 5 Å of STI (600 in chain 'A')" in said
    assert "T315" in said
    assert "D381 and F382" in said
    assert "0.10 by chance" in said
    assert "Counted are the 251 residues that the model reads" in said


def test_how_well_a_colouring_finds_the_ligand_is_counted_by_hand(predictor: Any) -> None:
    """Among the residues of the kinase domain that have coordinates."""
    drawn = fields(draw_structure(predictor, ABL1, bundled(), "attention", 2, True, "plotly"))
    region = predictor.region(ABL1.protein)
    values = SOURCES["attention"](predictor, ABL1, 2).values
    numbers = [n for n in range(region.start, region.end + 1) if 235 <= n <= 498 and n != 275]
    touching = np.array([f"{ABL1.protein.sequence[n - 1]}{n}" in drawn["ligand"] for n in numbers])
    found = rank_contacts(values[np.array(numbers) - 1], touching)
    assert found is not None
    assert f"area under the ROC curve {found.area:.2f} " in drawn["ligand"]
    assert f"a precision of {found.precision:.2f} " in drawn["ligand"]


def test_a_scan_is_measured_where_it_was_made(predictor: Any) -> None:
    query = replace(ABL1, molecule=Molecule("CCO"))
    keep_scan(predictor, scan(predictor, query.protein, query.molecule, (313, 320)))
    drawn = fields(draw_structure(predictor, query, bundled(), "mutations", None, True, "plotly"))
    assert "Counted are the 8 residues that were scanned" in drawn["ligand"]


def test_without_a_ligand_nothing_is_said_of_one(predictor: Any) -> None:
    drawn = fields(draw_structure(predictor, QUERY, given(), "attention", None, True, "plotly"))
    assert drawn["ligand"] == ""
    assert drawn["close"].visible is False


def test_the_bundled_structure_of_another_protein_says_so(predictor: Any) -> None:
    other = replace(QUERY, protein=Protein("MKT" * 60))
    drawn = fields(draw_structure(predictor, other, bundled(), "attention", None, True, "3dmol"))
    assert "another protein" in drawn["summary"]
    assert drawn["ligand"] == ""


def test_a_molecule_is_shown_in_3d() -> None:
    note, viewer, _, frame, _ = draw_conformer(QUERY, "3dmol")
    assert "ETKDG" in note
    assert viewer == "3dmol"
    assert "<iframe" in frame.value


def test_a_molecule_that_cannot_be_embedded_gets_its_drawing_and_a_sentence() -> None:
    note, _, _, frame, plot = draw_conformer(IMPOSSIBLE, "3dmol")
    assert "No 3D shape was found" in note
    assert "<svg" in note
    assert "<b>" not in note
    assert (frame.visible, plot.visible) == (False, False)
    assert isinstance(frame, gr.HTML)
