import gzip
import json
from dataclasses import asdict, replace

import pytest

from dta_demo.inputs.protein import parse_protein
from dta_demo.kinases.catalogue import KINASES, CatalogueKinase, KinomeCatalogue, load_catalogue
from dta_demo.runtime.bundled import bundled_file
from dta_demo.runtime.compressed_json import MAX_FILE_BYTES, MAX_JSON_BYTES

KINASE = CatalogueKinase(
    "ABL1", "P00519", "Tyrosine-protein kinase ABL1", ("ABL",), ("ABL1", "ABL1p"), "TK", "Abl", "",
    "MLEICLKLVGCKSKKGLSSS",
)  # fmt: skip

HOSTILE_FILES = {
    "no gzip": b"[]",
    "no JSON": gzip.compress(b"[", mtime=0),
    "deep": gzip.compress(b"[" * 200_000, mtime=0),
    "large": b"0" * (MAX_FILE_BYTES + 1),
    "a bomb": gzip.compress(b" " * (MAX_JSON_BYTES + 1), mtime=0),
    "cut off": gzip.compress(b"[1, 2, 3]", mtime=0)[:-4],
    "empty": b"",
}


def write(path, document):
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path


def test_the_bundled_catalogue_is_the_human_kinome():
    catalogue = load_catalogue()
    assert len(catalogue) == 514
    assert catalogue is load_catalogue()
    abl1 = catalogue.find_gene("ABL1")
    assert (abl1.uniprot, abl1.group, abl1.family) == ("P00519", "TK", "Abl")
    assert {"ABL1", "ABL1p", "ABL1-nonphosphorylated"} <= set(abl1.panel_names)
    assert abl1.sequence[314] == "T"
    assert catalogue.find_gene("abl1") is None
    assert sum(bool(kinase.panel_names) for kinase in catalogue) == 398


def test_every_sequence_can_be_predicted():
    for kinase in load_catalogue():
        assert parse_protein(kinase.sequence).sequence == kinase.sequence, kinase.gene


def test_the_bundled_files_are_small():
    sizes = {path.name: path.stat().st_size for path in bundled_file("catalogue").iterdir()}
    # What the model reads of the kinases belongs to the checkpoint's weights.
    assert sizes.pop("encoded.safetensors") < 4_000_000
    assert sum(sizes.values()) < 1_500_000


def test_saved_kinases_are_read_back_and_their_bytes_are_equal(tmp_path):
    catalogue = KinomeCatalogue([KINASE, replace(KINASE, gene="ABL2", uniprot="P42684")])
    for name in ("one", "other"):
        catalogue.save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert list(KinomeCatalogue.load(tmp_path / "one")) == list(catalogue)


@pytest.mark.parametrize(
    "changes",
    [
        {"gene": ""}, {"gene": "<b>"}, {"gene": None}, {"uniprot": 7}, {"name": ["x"]},
        {"name": "a\nb"}, {"name": "x" * 201}, {"aliases": "ABL"}, {"aliases": [""]},
        {"aliases": [3]}, {"aliases": ["x"] * 101}, {"panel_names": {"ABL1": 1}}, {"group": None},
        {"sequence": "MLEIC"}, {"sequence": "MLEICLKLVGcKSKKGLSSS"}, {"sequence": None},
        {"sequence": "M" * 40_001}, {"more": 1},
    ],
)  # fmt: skip
def test_a_faulty_entry_is_refused_in_one_sentence(tmp_path, changes):
    path = write(tmp_path / KINASES, [{**asdict(KINASE), **changes}])
    with pytest.raises(ValueError, match=r"cannot be used: [^\n]*\.$"):
        KinomeCatalogue.load(path)


@pytest.mark.parametrize("document", [[], {}, None, 3, "x", [3], [[]], [{}], [asdict(KINASE)] * 2])
def test_a_faulty_document_is_refused(tmp_path, document):
    with pytest.raises(ValueError, match="cannot be used"):
        KinomeCatalogue.load(write(tmp_path / KINASES, document))


@pytest.mark.parametrize("content", HOSTILE_FILES.values(), ids=HOSTILE_FILES.keys())
def test_a_hostile_file_is_refused(tmp_path, content):
    path = tmp_path / KINASES
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read as a catalogue of kinases"):
        KinomeCatalogue.load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        KinomeCatalogue.load(tmp_path / KINASES)
