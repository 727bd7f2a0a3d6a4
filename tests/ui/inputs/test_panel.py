import pytest

from dta_demo.ui.inputs.panel import drug_preview, protein_preview, read_boxes
from dta_demo.ui.text import inputs as text

SEQUENCE = "MGCGCSSHPEDDWMENIDVCENCHYPIVPLDGKGTLLIRNGSEVRDPLVTYEGSNPPASPLQDNLVIALHSYE"


def test_boxes_that_can_be_read_make_a_query() -> None:
    reading = read_boxes(f">LCK\n{SEQUENCE}", "CCO ethanol", [])
    assert reading.query is not None
    assert reading.query.protein.name == "LCK"
    assert not reading.query.is_stale(f">LCK\n{SEQUENCE}", "CCO ethanol")
    assert reading.query.is_stale(f">LCK\n{SEQUENCE}A", "CCO ethanol")
    assert f"{len(SEQUENCE)} residues" in reading.protein_note
    assert "C2H6O" in reading.drug_note
    assert "<svg" in reading.drawing


@pytest.mark.parametrize(
    ("protein", "molecule", "sentence"),
    [
        ("", "CCO", text.NO_RESULT.format(part=text.PART_PROTEIN)),
        (SEQUENCE, "C1CC", text.NO_RESULT.format(part=text.PART_DRUG)),
        ("", "", text.NO_RESULT_BOTH),
    ],
)
def test_bad_boxes_get_a_sentence_and_no_query(protein: str, molecule: str, sentence: str) -> None:
    reading = read_boxes(protein, molecule, [])
    assert reading.query is None
    assert sentence in reading.placeholder
    assert "dta-error" in reading.protein_note + reading.drug_note


def test_empty_boxes_show_a_hint_and_no_error_while_typing() -> None:
    assert text.PROTEIN_HINT in protein_preview(" ")
    note, drawing = drug_preview("")
    assert text.DRUG_HINT in note
    assert drawing == ""
