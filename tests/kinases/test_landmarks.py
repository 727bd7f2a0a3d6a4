from dataclasses import replace

import pytest

from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.kinases.landmarks import FIRST_RESIDUE, LANDMARKS, find_landmarks
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.training.profile import SEED

ISOFORM_IB = 37
"""Residues by which the ABL1 of the examples (isoform IB) is ahead of the usual numbering (IA)."""

KNOWN = {
    "Imatinib – ABL1(T315I)": [  # Structures 1IEP, 3IK3
        ("glycine-rich loop", 249 + ISOFORM_IB, 254 + ISOFORM_IB, "GGGQYG"),
        ("catalytic lysine", 271 + ISOFORM_IB, 271 + ISOFORM_IB, "K"),
        ("gatekeeper", 315 + ISOFORM_IB, 315 + ISOFORM_IB, "I"),
        ("HRD", 361 + ISOFORM_IB, 363 + ISOFORM_IB, "HRD"),
        ("DFG", 381 + ISOFORM_IB, 383 + ISOFORM_IB, "DFG"),
    ],
    "Erlotinib – EGFR": [  # Structure 1M17
        ("glycine-rich loop", 719, 724, "GSGAFG"),
        ("catalytic lysine", 745, 745, "K"),
        ("gatekeeper", 790, 790, "T"),
        ("HRD", 835, 837, "HRD"),
        ("DFG", 855, 857, "DFG"),
    ],
    "PLX-4720 – BRAF(V600E)": [  # Structure 3C4C
        ("glycine-rich loop", 464, 469, "GSGSFG"),
        ("catalytic lysine", 483, 483, "K"),
        ("gatekeeper", 529, 529, "T"),
        ("HRD", 574, 576, "HRD"),
        ("DFG", 594, 596, "DFG"),
    ],
    "GSK-690693 – AKT1": [  # Structure 3CQW: the arginine follows a tyrosine
        ("glycine-rich loop", 157, 162, "GKGTFG"),
        ("catalytic lysine", 179, 179, "K"),
        ("gatekeeper", 227, 227, "M"),
        ("HRD", 272, 274, "YRD"),
        ("DFG", 292, 294, "DFG"),
    ],
}


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


def describe(landmarks):
    return [(each.name, each.start, each.end, each.letters) for each in landmarks]


def read(profile, sequence, which=""):
    return find_landmarks(choose_domain(profile.find(sequence), which), sequence)


def test_the_columns_are_those_of_abl1(profile):
    assert len(SEED) == profile.hmm.M
    letters = [
        SEED[first - FIRST_RESIDUE : last - FIRST_RESIDUE + 1] for _, first, last, _ in LANDMARKS
    ]
    assert letters == ["GGGQYG", "K", "T", "HRD", "DFG"]


@pytest.mark.parametrize("title", KNOWN)
def test_landmarks_stand_where_the_structures_have_them(title, profile, examples):
    assert describe(read(profile, examples[title]["sequence"])) == KNOWN[title]


def test_they_are_numbered_in_the_sequence_as_given(profile, examples):
    sequence = examples["Imatinib – ABL1"]["sequence"][ISOFORM_IB:]
    gatekeeper = read(profile, sequence)[2]
    assert (gatekeeper.start, gatekeeper.letters) == (315, "T")


def test_a_pseudokinase_lacks_what_it_lost(profile, examples):
    """JAK2's JH2 has HGN and DPG, and its loop lies before the aligned part."""
    sequence = examples["Tofacitinib – JAK2(JH1)"]["sequence"]
    pseudo = {each.name: each.letters for each in read(profile, sequence, "first")}
    assert pseudo["DFG"] == "DPG"
    assert "HRD" not in pseudo
    assert len(read(profile, sequence, "last")) == len(LANDMARKS)


@pytest.mark.parametrize(
    ("name", "letters", "found"),
    [
        ("DFG", "DLG", True),
        ("DFG", "AAG", False),
        ("HRD", "HRN", True),
        ("HRD", "WWW", False),
        ("catalytic lysine", "R", False),
        ("glycine-rich loop", "AAGAAA", True),
        ("glycine-rich loop", "SSSSSS", False),
        ("gatekeeper", "X", True),
    ],
)
def test_letters_decide_whether_a_motif_is_marked(name, letters, found, profile):
    first = next(first for each, first, *_ in LANDMARKS if each == name) - FIRST_RESIDUE
    (domain,) = profile.find(SEED)
    sequence = SEED[:first] + letters + SEED[first + len(letters) :]
    marked = {each.name: each.letters for each in find_landmarks(domain, sequence)}
    assert marked.get(name) == (letters if found else None)


def test_a_gap_or_an_insertion_unmarks_a_motif(profile):
    (domain,) = profile.find(SEED)
    column = 382 - FIRST_RESIDUE
    for residue in (0, domain.residues[column] + 1):
        residues = (*domain.residues[:column], residue, *domain.residues[column + 1 :])
        broken = find_landmarks(replace(domain, residues=residues), SEED)
        assert "DFG" not in [each.name for each in broken]


def test_without_a_domain_there_are_none():
    assert find_landmarks(None, "MKT") == ()
