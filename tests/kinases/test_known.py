import csv
import gzip
import json
import random

import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.kinases.completion import Kinome, complete_construct
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinases, digest_sequence, from_runs, to_runs
from dta_demo.kinases.targets import Target, resolve_targets
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE

RNG = random.Random(0)
LINKER = "".join(RNG.choices("ACDEFGHIKLMNPQRSTVWY", k=240))
WHOLE = LINKER + KINASE
LIPID = "".join(RNG.choices("ACDEFGHIKLMNPQRSTVWY", k=300))


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


def make_target(name, sequence, phosphorylated=False, **construct):
    return Target(name, Construct(sequence, phosphorylated=phosphorylated, **construct))


@pytest.fixture(scope="module")
def known(profile):
    (mutant,) = resolve_targets([f"K({WHOLE[339]}340W)"], [WHOLE])
    targets = [
        make_target("K", WHOLE), mutant, make_target("Kp", WHOLE, True),
        make_target("P00001", KINASE + LINKER), make_target("LIPID", LIPID),
    ]  # fmt: skip
    return KnownKinases.of(targets, profile)


def test_forms_that_the_model_reads_alike_are_one_kinase(known):
    assert [kinase.names for kinase in known] == [
        ("K", "P00001"), (f"K({WHOLE[339]}340W)",), ("Kp",), ("LIPID",),
    ]  # fmt: skip
    assert [kinase.gene for kinase in known] == ["K", "K", "K", "LIPID"]
    assert [kinase.is_wild_type for kinase in known] == [True, False, True, True]
    assert known.find_wild_type(known[1]) is known[0]
    assert known.has_domain.tolist() == [True, True, True, False]
    assert known[3].form.letters == LIPID


def test_saved_kinases_are_read_back_and_their_bytes_are_equal(known, tmp_path):
    known.save(tmp_path / "a.gz")
    loaded = KnownKinases.load(tmp_path / "a.gz")
    loaded.save(tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert [kinase.names for kinase in loaded] == [kinase.names for kinase in known]
    for read, kept in zip(loaded, known, strict=True):
        assert (read.form.construct, read.form.start) == (kept.form.construct, kept.form.start)
        assert (read.form.domain is None) == (kept.form.domain is None)
        if read.form.domain:
            assert read.form.domain.residues == kept.form.domain.residues


def test_a_fragment_is_completed_by_the_kinase_that_it_is_of(profile):
    kinome = Kinome([LIPID, WHOLE])
    target = make_target("K(H3W)", LINKER)
    assert complete_construct(make_target("K", WHOLE), kinome, profile) == Construct(WHOLE)
    assert complete_construct(make_target("K", LINKER), kinome, profile) == Construct(WHOLE)
    place = 250
    named = make_target(f"K({WHOLE[place - 1]}{place}W)", LINKER)
    completed = complete_construct(named, kinome, profile)
    assert completed.sequence == WHOLE[: place - 1] + "W" + WHOLE[place:]
    assert complete_construct(target, Kinome([]), profile) == target.construct


@pytest.mark.parametrize("fragment", [LINKER[:90], LIPID, LINKER[:120] + LIPID[:120]])
def test_a_fragment_of_nothing_or_of_too_little_is_left_alone(profile, fragment):
    target = make_target("K", fragment)
    assert complete_construct(target, Kinome([WHOLE]), profile) == target.construct


def test_a_fragment_that_two_kinases_share_is_left_alone(profile):
    target = make_target("K", LINKER)
    kinome = Kinome([WHOLE, WHOLE.replace("LLGVCTR", "LLGVATR")])
    assert complete_construct(target, kinome, profile) == target.construct


def test_a_completed_fragment_stands_for_the_wild_type_only(profile):
    names = ["K", f"K({WHOLE[339]}340W)"]
    targets = resolve_targets(names, [LINKER, LINKER])
    known = KnownKinases.of(targets, profile, Kinome([WHOLE]))
    assert [kinase.names for kinase in known] == [(name,) for name in names]
    assert known[0].aliases == (digest_sequence(LINKER),)
    assert known[1].aliases == ()
    assert known.find_alias(LINKER, False) is known[0]
    assert known.find_alias(LINKER, True) is None


def test_runs_hold_an_alignment():
    residues = (0, 3, 4, 0, 5, 9, 10, 0)
    assert to_runs(residues) == [[1, 3, 2], [4, 5, 1], [5, 9, 2]]
    assert from_runs(to_runs(residues), 8, 10) == residues


def make_entry(**changes):
    entry = {
        "names": ["K"], "letters": "ACDEF", "start": 1, "score": 50.0, "runs": [[0, 1, 3]],
        "aliases": ["0" * 64],
    }  # fmt: skip
    return {**entry, **changes}


def write(path, document):
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path


def test_an_entry_of_the_tests_is_read(tmp_path):
    path = write(tmp_path / "k.gz", {"columns": 4, "kinases": [make_entry()]})
    assert KnownKinases.load(path)[0].form.domain.residues == (1, 2, 3, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"names": []}, {"names": "K"}, {"names": ["K" * 101]}, {"names": ["a\nb"]}, {"names": [1]},
        {"letters": ""}, {"letters": "acd"}, {"letters": "AC\n"}, {"letters": 5},
        {"start": 0}, {"start": True}, {"start": 1.5}, {"start": 10**400},
        {"score": "50"}, {"score": float("nan")}, {"score": None}, {"score": -1},
        {"runs": []}, {"runs": [[0, 1]]}, {"runs": [[0, 1, 6]]}, {"runs": [[-1, 1, 2]]},
        {"runs": [[0, 0, 2]]}, {"runs": [[0, 4, 3]]}, {"runs": [[2, 1, 1], [0, 2, 1]]},
        {"runs": [[0, 3, 1], [1, 3, 1]]}, {"runs": {"0": 1}}, {"runs": [[0, 1, 0]]},
        {"runs": [None]}, {"phosphorylated": 1}, {"aliases": ["0"]}, {"aliases": ["G" * 64]},
        {"aliases": None},
    ],
)  # fmt: skip
def test_a_faulty_entry_is_refused_in_one_sentence(tmp_path, changes):
    document = {"columns": 4, "kinases": [make_entry(**changes)]}
    with pytest.raises(ValueError, match=r"cannot be used: .*\.$"):
        KnownKinases.load(write(tmp_path / "k.gz", document))


@pytest.mark.parametrize(
    "document",
    [
        {}, {"columns": 4}, {"columns": "4", "kinases": [make_entry()]},
        {"columns": 10**9, "kinases": [make_entry()]}, {"columns": 4, "kinases": []},
        {"columns": 4, "kinases": {"a": 1}}, {"columns": 4, "kinases": [7]}, [],
        {"columns": 4, "kinases": [make_entry(), make_entry()]},
        {"columns": 4, "kinases": [make_entry()] * 5001},
    ],
)  # fmt: skip
def test_a_faulty_document_is_refused(tmp_path, document):
    with pytest.raises(ValueError, match="cannot be"):
        KnownKinases.load(write(tmp_path / "k.gz", document))


HOSTILE_FILES = {
    "empty": b"",
    "no gzip": b"no gzip",
    "cut off": gzip.compress(b"{}")[:-5],
    "no text": gzip.compress(b"\xff\xfe"),
    "deep": gzip.compress(b"[" * 200_000),
    "inflated": gzip.compress(b" " * 30_000_000),
    "zeros": b"\0" * 2_000_001,
    "long number": gzip.compress(b'{"columns": ' + b"9" * 10_000 + b"}"),
    "broken inside": gzip.compress(b'{"columns": 4}')[:10] + b"\x07\xff\xff",
}


# Named, since gzip writes the time: two workers that call one test by two names stop the run.
@pytest.mark.parametrize("content", HOSTILE_FILES.values(), ids=HOSTILE_FILES.keys())
def test_a_hostile_file_is_refused(tmp_path, content):
    (tmp_path / "k.gz").write_bytes(content)
    with pytest.raises(ValueError, match=r"cannot be (read|used)") as caught:
        KnownKinases.load(tmp_path / "k.gz")
    assert len(str(caught.value).replace(str(tmp_path), "")) < 200


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        KnownKinases.load(tmp_path / "none.gz")


EXPECTED = {
    "BTK": "BTK", "EPHA6": "EPHA6", "EPHB2": "EPHB2", "FGFR3(G697C)": "FGFR3", "MLK1": "MAP3K9",
    "RET": "RET", "RET(M918T)": "RET", "RET(V804L)": "RET", "RET(V804M)": "RET",
    "ROCK2": "ROCK2", "TESK1": "TESK1", "TRKB": "NTRK2",
}  # fmt: skip
"""Targets of the Davis data that are completed, and the gene that each is of."""


def test_the_davis_fragments_are_completed_by_their_own_gene(profile, shared_data):
    with (shared_data / "kinome" / "kinases.csv").open(encoding="utf-8") as file:
        genes = {row["sequence"]: row["gene"] for row in csv.DictReader(file)}
    kinome = Kinome(tuple(genes))
    targets = load_affinities(shared_data / "davis").targets
    completed = {
        target.name: genes[kinome.find_whole(target.sequence)]
        for target in targets
        if complete_construct(target, kinome, profile) != target.construct
    }
    assert completed == EXPECTED
