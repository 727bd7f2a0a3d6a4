import numpy as np
import pytest

from dta_demo.evaluation.alignment import MAX_RESIDUES, AlignmentKernel, compare_molecules
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.targets import Target
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


def targets_of(*sequences):
    return [Target(f"t{number}", Construct(sequence)) for number, sequence in enumerate(sequences)]


def naive_smith_waterman(first, second, matrix):
    """Gotoh's recursion, gaps of 11 + 1 for each further residue."""
    rows, columns = len(first) + 1, len(second) + 1
    score, up, left = (np.full((rows, columns), fill) for fill in (0.0, -np.inf, -np.inf))
    for i in range(1, rows):
        for j in range(1, columns):
            up[i, j] = max(score[i - 1, j] - 11, up[i - 1, j] - 1)
            left[i, j] = max(score[i, j - 1] - 11, left[i, j - 1] - 1)
            match = score[i - 1, j - 1] + matrix[first[i - 1]][second[j - 1]]
            score[i, j] = max(0, match, up[i, j], left[i, j])
    return score.max()


def test_similarity_is_the_normalised_local_alignment_score():
    kernel = AlignmentKernel(None)
    first, second = KINASE[:60], KINASE[10:30] + "GG" + KINASE[33:70]
    targets = targets_of(first, second)
    matrix = kernel.aligner.substitution_matrix
    crossed = naive_smith_waterman(first, second, matrix)
    alone = [naive_smith_waterman(each, each, matrix) for each in (first, second)]
    expected = crossed / np.sqrt(alone[0] * alone[1])
    assert kernel.similarity(targets, targets) == pytest.approx(
        np.array([[1, expected], [expected, 1]])
    )


def test_only_the_kinase_domain_is_compared(profile):
    kernel = AlignmentKernel(profile)
    bare, longer = targets_of(KINASE, "M" * 300 + KINASE + "GS" * 200)
    assert kernel.similarity([bare], [longer])[0, 0] == pytest.approx(1, abs=0.02)
    assert AlignmentKernel(None).similarity([bare], [longer])[0, 0] < 0.8


def test_a_name_chooses_between_two_domains(profile):
    other = KINASE.replace("GGGQYGEV", "AAAQYAEV")
    both = KINASE + "GS" * 40 + other
    kernel = AlignmentKernel(profile)
    ends = [Target(which, Construct(both, which)) for which in ("first", "last")]
    similarity = kernel.similarity(ends, targets_of(KINASE, other))
    assert similarity[0, 0] > similarity[0, 1]
    assert similarity[1, 1] > similarity[1, 0]


def test_a_long_sequence_without_a_domain_is_read_from_its_start(profile):
    start = "ACDEFGHIKLMNPQRSTVWY" * (MAX_RESIDUES // 20)
    one, other = targets_of(start + "W" * 3000, start + "P" * 3000)
    assert AlignmentKernel(profile).similarity([one], [other])[0, 0] == pytest.approx(1)


def test_letters_that_the_matrix_lacks_count_as_unknown():
    kernel = AlignmentKernel(None)
    odd, plain = targets_of("MKUOJWCDEF", "MKXXXWCDEF")
    assert kernel.similarity([odd], [plain])[0, 0] == pytest.approx(1)


def test_a_sequence_that_matches_nothing_is_like_nothing():
    kernel = AlignmentKernel(None)
    unknown, plain = targets_of("XXXXXXXX", "MKWCDEFG")
    assert kernel.similarity([unknown], [plain])[0, 0] == 0.0


def test_targets_that_come_later_change_nothing():
    kernel = AlignmentKernel(None)
    first = targets_of(KINASE[:50], KINASE[20:80])
    before = kernel.similarity(first, first)
    more = targets_of(KINASE[40:90], KINASE[:50])
    mixed = kernel.similarity(first, more)
    np.testing.assert_array_equal(kernel.similarity(first, first), before)
    np.testing.assert_array_equal(mixed[:, 1], before[:, 0])
    assert mixed == pytest.approx(AlignmentKernel(None).similarity(first, more))


def test_tanimoto_is_one_for_the_same_molecule_and_symmetric():
    smiles = ["CCO", "OCC", "c1ccccc1O", "[Na+].[Cl-]"]
    similarity = compare_molecules(smiles, smiles)
    np.testing.assert_allclose(np.diag(similarity), 1)
    np.testing.assert_array_equal(similarity, similarity.T)
    assert similarity[0, 1] == 1
    assert 0 <= similarity.min() < 0.5
