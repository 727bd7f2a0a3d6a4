import json
from pathlib import Path

from dta_demo.inputs.protein import Protein
from dta_demo.ui.shared.examples import Example, find_example, load_examples

EXAMPLE = Example("A, B", "B", "a", "MKVL", "CCO", 7.5, "A note.")


def test_an_example_is_found_by_its_residues_and_smiles() -> None:
    found = find_example([EXAMPLE], Protein("MKVL", "another header"), EXAMPLE.drug_text)
    assert found is EXAMPLE


def test_a_changed_box_is_no_example() -> None:
    assert find_example([EXAMPLE], Protein("MKVI"), EXAMPLE.drug_text) is None
    assert find_example([EXAMPLE], Protein("MKVL"), "CCN a") is None
    assert find_example([EXAMPLE], Protein("MKVL"), "") is None


def test_examples_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    row = {
        "gene": "B", "drug": "a", "sequence": "MKVL", "smiles": "CCO", "measured_pkd": 7.5,
        "note": "A note.",
    }  # fmt: skip
    file = tmp_path / "examples.json"
    file.write_text(
        json.dumps([{"title": title, **row} for title in ("first", "second")]), encoding="utf-8"
    )
    assert [x.title for x in load_examples(file)] == ["first", "second"]
    assert load_examples(file)[0].molecule == "a"
