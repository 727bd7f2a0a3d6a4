import gzip
import json

import pytest

from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.inhibitors import (
    INHIBITORS,
    Inhibitor,
    load_inhibitors,
    read_inhibitors,
    save_inhibitors,
)


def test_the_bundled_inhibitors_can_be_predicted():
    inhibitors = load_inhibitors()
    assert len(inhibitors) == 844
    assert len({each.name for each in inhibitors}) == 844
    assert all(parse_molecule(each.smiles).smiles for each in inhibitors)


def test_saved_inhibitors_are_read_back_and_their_bytes_are_equal(tmp_path):
    inhibitors = (Inhibitor("aspirin", "CC(=O)Oc1ccccc1C(=O)O"), Inhibitor("ethanol", "CCO"))
    for name in ("one", "other"):
        save_inhibitors(inhibitors, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert read_inhibitors(tmp_path / "one") == inhibitors


@pytest.mark.parametrize(
    "document",
    [
        [], {}, None, 3, [["a"]], [["a", "CCO", "b"]], [["", "CCO"]], [["a", ""]], [["a", 3]],
        [[3, "CCO"]], [["a\nb", "CCO"]], [["a", "C C"]], [["a", "C" * 2001]], [["a" * 101, "C"]],
        ["ab"], [{"a": 1, "b": 2}],
    ],
)  # fmt: skip
def test_a_faulty_document_is_refused_in_one_sentence(tmp_path, document):
    path = tmp_path / INHIBITORS
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    with pytest.raises(ValueError, match=r"cannot be used: [^\n]*\.$"):
        read_inhibitors(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000])
def test_an_unreadable_file_is_refused(tmp_path, content):
    path = tmp_path / INHIBITORS
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read as a catalogue of inhibitors"):
        read_inhibitors(path)
