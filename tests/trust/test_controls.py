import numpy as np
import pytest

from dta_demo.trust.controls import compare_with_shuffled, shuffle_residues
from tests.support import records

SEQUENCE = "MGCGCSSHPEDDWMENIDVCENCHYPIVPLDGKGTLLIRNGSEVRDPLVT"


def test_shuffling_keeps_the_residues_and_nothing_of_their_order():
    shuffled = shuffle_residues(SEQUENCE)
    assert len(set(shuffled)) == 5
    for sequence in shuffled:
        assert sorted(sequence) == sorted(SEQUENCE)
        same = sum(a == b for a, b in zip(sequence, SEQUENCE, strict=True))
        assert same < len(SEQUENCE) / 3


def test_a_mutant_is_shuffled_like_its_wild_type():
    mutant = SEQUENCE[:20] + "W" + SEQUENCE[21:]
    for one, other in zip(shuffle_residues(SEQUENCE), shuffle_residues(mutant), strict=True):
        assert sum(a != b for a, b in zip(one, other, strict=True)) == 1


@pytest.mark.parametrize(
    ("affinity", "shuffled", "matters", "words"),
    [
        (8.0, 5.0, True, "matters"),
        (5.0, 7.0, True, "matters"),
        (8.0, 7.8, False, "hardly matters"),
        (5.0, 5.1, None, "does not tell"),
    ],
)
def test_the_verdict(affinity, shuffled, matters, words):
    prediction = records.prediction(affinity=affinity)
    found, verdict = compare_with_shuffled(prediction, np.array([shuffled, shuffled]), 0.5)
    assert found is matters
    assert words in verdict
    assert ("Kd above 10 µM" in verdict) == (5.0 in (affinity, shuffled))


def test_outside_the_domain_the_verdict_begins_with_that():
    prediction = records.prediction(applicability=records.out_of_domain())
    _, verdict = compare_with_shuffled(prediction, np.array([5.0]), 0.5)
    assert verdict.startswith("Outside the training domain")
