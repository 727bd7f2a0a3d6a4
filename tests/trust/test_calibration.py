import numpy as np
import pytest

from dta_demo.evaluation.calibration import fit_calibration, fit_group
from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.results.applicability import Neighbour
from dta_demo.results.group import GROUPS, Group
from dta_demo.trust.applicability import find_applicability
from dta_demo.trust.calibration import (
    Calibration,
    clip_to_floor,
    load_calibrations,
    save_calibrations,
)
from dta_demo.trust.reference import DrugNeighbours, PairMeans, ReferenceSet, TargetNeighbour
from dta_demo.trust.reference_file import unpack_morgan_bits


def noisy_labels(seed=0, pairs=4000):
    """Labels of which most lie at a floor of 5, and predictions of them."""
    random = np.random.default_rng(seed)
    true = random.normal(4.5, 1.5, pairs)
    measured = np.maximum(true + random.normal(0, 0.3, pairs), 5.0)
    predicted = clip_to_floor(true + random.normal(0, 0.4, pairs), 5.0)
    return measured, predicted


def test_clipping_keeps_the_order_and_leaves_the_rest_alone():
    values = np.array([3.0, 4.9, 5.0, 7.2])
    clipped = clip_to_floor(values, 5.0)
    assert (np.diff(clipped) > 0).all()
    np.testing.assert_array_equal(clipped[2:], values[2:])
    assert clipped[0] == pytest.approx(4.98)


def test_intervals_cover_new_pairs_and_binders_among_them():
    fitted = fit_group(*noisy_labels(0), 5.0, 7.0)
    calibration = Calibration(0.9, 5.0, 5.0, {"seen": fitted})
    measured, predicted = noisy_labels(1)
    low, high = calibration.interval(predicted, "seen")
    inside = (measured >= low) & (measured <= high)
    assert inside.mean() >= 0.88
    assert inside[measured >= 7].mean() >= 0.8
    assert (low >= 5.0).all()


def test_below_the_threshold_nine_in_ten_are_at_the_floor():
    measured, predicted = noisy_labels()
    calibration = fit_calibration({"seen": (measured, predicted)}, 5.0, 7.0)
    assert (measured[predicted < calibration.floor_below] == 5.0).mean() >= 0.89


def test_calibrations_survive_a_file(tmp_path):
    calibration = fit_calibration({"seen": noisy_labels()}, 5.0, 7.0)
    save_calibrations({"pKd": calibration}, tmp_path / "calibration.json")
    assert load_calibrations(tmp_path / "calibration.json") == {"pKd": calibration}


NAN = float("nan")


def reference(binds_kinase=(True, True)):
    return ReferenceSet(
        drug_names=("a", "b"),
        drugs=FragmentIndex(unpack_morgan_bits(np.array([[0b11110000], [0b00001111]], np.uint8))),
        target_names=("x", "y"),
        target_vectors=np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32),
        target_centre=np.array([1.0, 1.0], dtype=np.float32),
        kinase=np.array([True, False]),
        binds_kinase=np.array(binds_kinase),
        drug_means=PairMeans(np.array([NAN, 6.5], np.float32), np.array([0, 7])),
        target_means=PairMeans(np.array([5.5, 7.5], np.float32), np.array([4, 3])),
        mean_pkd=6.0,
    )


LIKE_A = unpack_morgan_bits(np.array([[0b11100001]], dtype=np.uint8))


def test_the_nearest_drug_is_the_one_of_highest_tanimoto():
    (found,) = reference().nearest_drugs(LIKE_A)
    assert found.nearest.name == found.binder.name == "a"
    assert found.nearest.similarity == pytest.approx(0.6)


def test_the_nearest_binder_may_be_another_drug():
    (found,) = reference(binds_kinase=(False, True)).nearest_drugs(LIKE_A)
    assert (found.nearest.name, found.binder.name) == ("a", "b")
    assert found.binder.similarity == pytest.approx(1 / 7)


def test_without_any_binder_none_is_similar():
    (found,) = reference(binds_kinase=(False, False)).nearest_drugs(LIKE_A)
    assert found.binder.similarity == 0


def test_a_mean_is_that_of_the_nearest_with_a_measured_pkd():
    drug = reference().mean_of_drug(LIKE_A)
    assert (drug.nearest.name, drug.own, drug.pkd, drug.pairs) == ("b", False, 6.5, 7)
    assert drug.nearest.similarity == pytest.approx(1 / 7)
    target = reference().mean_of_target(np.array([1.0, 3.0], dtype=np.float32))
    assert (target.nearest.name, target.own, target.pkd, target.pairs) == ("y", True, 7.5, 3)


def test_the_nearest_target_is_told_with_its_kind():
    found = reference().nearest_target(np.array([1.0, 3.0], dtype=np.float32))
    assert (found.nearest.name, found.is_kinase) == ("y", False)
    assert found.nearest.similarity == pytest.approx(1.0)


def test_groups_are_named_by_what_is_new():
    names = [Group.of(target, drug) for target in (False, True) for drug in (False, True)]
    assert names == list(GROUPS)


@pytest.mark.parametrize(
    ("drug", "target", "domain", "group", "in_domain"),
    [
        (1.0, 1.0, True, "seen", True),
        (0.5, 1.0, True, "new drug", True),
        (1.0, 0.8, True, "new target", True),
        (0.5, 0.8, True, "both new", True),
        (0.1, 1.0, True, "new drug", False),
        (1.0, 0.3, True, "new target", False),
        (1.0, 0.8, False, "new target", False),
    ],
)
def test_the_rule_of_the_domain(drug, target, domain, group, in_domain):
    verdict = find_applicability(drugs(drug, drug), kinase(target, True), domain, Group(group))
    assert (verdict.group, verdict.in_domain) == (group, in_domain)
    assert verdict.reason.endswith(".")


def kinase(similarity, is_kinase=True):
    return TargetNeighbour(Neighbour("t", similarity), is_kinase)


def drugs(nearest, binder):
    return DrugNeighbours(Neighbour("d", nearest), Neighbour("b", binder))


def test_a_protein_that_is_no_kinase_is_out_even_when_it_was_trained_on():
    assert not find_applicability(drugs(1.0, 1.0), kinase(1.0, False), False, Group.SEEN).in_domain
    assert find_applicability(drugs(1.0, 1.0), kinase(1.0, True), False, Group.SEEN).in_domain


def test_a_training_molecule_unlike_all_that_bound_a_kinase_is_out():
    verdict = find_applicability(drugs(1.0, 0.2), kinase(1.0, True), True, Group.SEEN)
    assert (verdict.group, verdict.in_domain) == ("seen", False)
    assert "bound a kinase" in verdict.reason
    assert verdict.nearest_drug == Neighbour("d", 1.0)
