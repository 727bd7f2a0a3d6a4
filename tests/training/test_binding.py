from dataclasses import replace

import numpy as np
import pytest

from dta_demo.results.group import GROUPS, Group
from dta_demo.training.binding import base_rates, calibrate_binding
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import Job
from tests.support.bindings import FLOOR, known_pairs
from tests.support.tables import make_source

NAME = "davis"
WEIGHTS = {"pKd": np.full(4, 0.5)}
PAIRS = 600


def held_out(group, fold, name=NAME, informative=True):
    """Pairs that a job left out, of which the networks know the chance to bind."""
    measured, features, _, expected = known_pairs(10 * group.place + fold, PAIRS)
    index = np.arange(PAIRS)
    source = make_source(
        measured,
        name=name,
        protein=index % 20,
        drug=index // 20 + 30 * fold,
        fold=np.full(PAIRS, fold),
    )
    logit = features[:, 0] if informative else np.zeros(PAIRS)
    networks = np.where(logit > 0, expected, FLOOR) if informative else np.full(PAIRS, 6.0)
    return HeldOut(
        Job(group, fold), source, np.tile(networks, (4, 1)), networks,
        np.full(PAIRS, group.place), logit, expected if informative else np.full(PAIRS, 7.0),
    )  # fmt: skip


def everything(parts):
    """All pairs of the parts of one group, as the dataset."""
    names = ("protein", "drug", "affinity", "censored", "saturated", "fold")
    joined = {
        name: np.concatenate([getattr(part.source, name) for part in parts]) for name in names
    }
    return replace(parts[0].source, **joined)


@pytest.fixture(scope="module")
def parts():
    return [held_out(group, fold) for group in GROUPS for fold in (0, 1)]


@pytest.fixture(scope="module")
def calibrated(parts):
    found = calibrate_binding(parts, WEIGHTS, everything(parts[:2]), {NAME: FLOOR})
    assert found is not None
    return found


def test_every_group_is_calibrated_and_scored_on_pairs_of_its_own(calibrated):
    assert set(calibrated.calibration.groups) == set(GROUPS)
    assert set(calibrated.figures) == {str(group) for group in GROUPS}
    assert (calibrated.calibration.floor, calibrated.calibration.active_from) == (FLOOR, 7.0)


def test_the_chance_that_is_calibrated_is_the_share_that_binds(parts, calibrated):
    for group in GROUPS:
        for part in (each for each in parts if each.job.group is group):
            predicted = calibrated.calibration.predict(part.features(WEIGHTS), group)
            binds = part.source.affinity > FLOOR
            assert predicted.probability_binds.mean() == pytest.approx(binds.mean(), abs=0.05)
            likely = predicted.probability_binds > 0.8
            assert binds[likely].mean() > 0.8
            assert (predicted.probability_active <= predicted.probability_binds).all()


def test_pairs_of_other_datasets_change_nothing(parts, calibrated):
    others = [held_out(Group.SEEN, 0, "bdb", informative=False)]
    source = everything(parts[:2])
    found = calibrate_binding([*others, *parts], WEIGHTS, source, {NAME: FLOOR, "bdb": None})
    assert found == calibrated


def test_features_that_tell_something_beat_the_rates_and_others_do_not(parts, calibrated):
    blind = [held_out(each.job.group, each.job.fold, informative=False) for each in parts]
    untold = calibrate_binding(blind, WEIGHTS, everything(parts[:2]), {NAME: FLOOR})
    assert untold is not None
    for outcome in ("binds", "active"):
        assert calibrated.figures["seen"][outcome]["brier_skill"] > 0.3
        assert abs(untold.figures["seen"][outcome]["brier_skill"]) < 0.1


def test_without_a_floor_or_with_too_few_pairs_that_bind_there_is_no_calibration(parts):
    source = everything(parts[:2])
    assert calibrate_binding(parts, WEIGHTS, source, {NAME: None}) is None
    assert calibrate_binding(parts[:-2], WEIGHTS, source, {NAME: FLOOR}) is None
    nothing_binds = [
        replace(each, source=replace(each.source, affinity=np.full(PAIRS, FLOOR))) for each in parts
    ]
    assert calibrate_binding(nothing_binds, WEIGHTS, source, {NAME: FLOOR}) is None


# --- Rates of the other pairs -------------------------------------------------------------------


def grid():
    """Four targets by five drugs: the first target binds all, the others only the first drug."""
    protein, drug = (index.ravel() for index in np.indices((4, 5)))
    affinity = np.where((protein == 0) | (drug == 0), 8.0, FLOOR)
    return make_source(affinity, protein=protein, drug=drug)


def part_of(source, rows, group):
    nothing = np.zeros(int(rows.sum()))
    return HeldOut(
        Job(group, 0), source.take(rows), np.tile(nothing, (4, 1)), nothing, nothing.astype(int),
        nothing, nothing,
    )  # fmt: skip


def test_the_rate_of_a_known_target_is_that_of_its_other_pairs():
    source = grid()
    rows = (source.drug == 0) | (source.drug == 1)
    binds, active = base_rates(part_of(source, rows, Group.SEEN), source, FLOOR)
    expected = np.where(source.protein[rows] == 0, 1.0, 0.0)
    np.testing.assert_array_equal(binds, expected)
    np.testing.assert_array_equal(active, expected)


def test_the_rate_of_a_new_target_is_that_of_all_other_pairs():
    source = grid()
    binds, _ = base_rates(part_of(source, source.protein == 0, Group.NEW_TARGET), source, FLOOR)
    np.testing.assert_allclose(binds, 3 / 15)


def test_where_both_are_new_no_pair_of_the_target_or_the_drug_is_known():
    source = grid()
    rows = (source.protein == 0) & (source.drug == 0)
    binds, _ = base_rates(part_of(source, rows, Group.BOTH_NEW), source, FLOOR)
    np.testing.assert_allclose(binds, 0.0)


def test_binding_and_being_active_have_rates_of_their_own():
    source = grid()
    weak = replace(source, affinity=np.where(source.affinity > FLOOR, 6.0, FLOOR))
    binds, active = base_rates(part_of(weak, weak.drug == 1, Group.SEEN), weak, FLOOR)
    assert binds[0] == 1
    assert (active == 0).all()
