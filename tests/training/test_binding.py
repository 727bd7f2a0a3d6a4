from dataclasses import replace

import numpy as np
import pytest

from dta_demo.results.group import GROUPS, Group
from dta_demo.training.binding import base_rates, calibrate_binding
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import Job
from dta_demo.training.mutants import LeftOutMutants
from dta_demo.trust.applicability import MUTANTS
from dta_demo.trust.calibration import Calibration, GroupCalibration
from tests.support.bindings import FLOOR, known_pairs
from tests.support.tables import make_source

NAME = "davis"
WEIGHTS = {"pKd": np.full(4, 0.5)}
PAIRS = 600
INTERVALS = Calibration(
    0.9, FLOOR, 5.2, {group.value: GroupCalibration((), (-1.0,), (1.0,), 100) for group in GROUPS}
)


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
    found = calibrate_binding(parts, WEIGHTS, everything(parts[:2]), INTERVALS)
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
    found = calibrate_binding([*others, *parts], WEIGHTS, source, INTERVALS)
    assert found == calibrated


def test_features_that_tell_something_beat_the_rates_and_others_do_not(parts, calibrated):
    blind = [held_out(each.job.group, each.job.fold, informative=False) for each in parts]
    untold = calibrate_binding(blind, WEIGHTS, everything(parts[:2]), INTERVALS)
    assert untold is not None
    for outcome in ("binds", "active"):
        assert calibrated.figures["seen"][outcome]["brier_skill"] > 0.3
        assert abs(untold.figures["seen"][outcome]["brier_skill"]) < 0.1


def mutants_beside(part, change):
    """Mutants whose change from their wild types the parts that read residues see."""
    unknown = replace(part, predicted=part.predicted - change, kernel=part.kernel - change)
    return LeftOutMutants(part, unknown, part, part.source.affinity)


def test_mutants_are_calibrated_by_themselves_where_their_intervals_are(parts, calibrated):
    mutants = [mutants_beside(each, 0.0) for each in parts if each.job.group is Group.NEW_TARGET]
    source = everything(parts[:2])
    without = calibrate_binding(parts, WEIGHTS, source, INTERVALS, mutants)
    assert without == calibrated
    entry = MUTANTS[Group.NEW_TARGET]
    groups = {**INTERVALS.groups, entry: INTERVALS.groups["new target"]}
    found = calibrate_binding(parts, WEIGHTS, source, replace(INTERVALS, groups=groups), mutants)
    assert set(found.calibration.groups) == {*(group.value for group in GROUPS), entry}
    # Nothing changes, so that what was calibrated for the wild types serves them, too.
    assert found.calibration.groups[entry] == calibrated.calibration.groups["new target"]
    assert (
        found.figures[entry]["binds"]["brier"] == calibrated.figures["new target"]["binds"]["brier"]
    )


def test_a_mutation_moves_every_feature_of_the_wild_type(parts):
    wild = parts[0].features(WEIGHTS)
    mutant = replace(parts[0], binds=parts[0].binds + 0.3, if_bound=parts[0].if_bound - 0.1)
    left_out = LeftOutMutants(
        replace(mutant, predicted=mutant.predicted + 0.4, kernel=mutant.kernel + 0.4),
        parts[0], parts[0], parts[0].source.affinity,
    )  # fmt: skip
    moved = left_out.features(WEIGHTS, 2.0)
    np.testing.assert_allclose(moved[:, :3], wild[:, :3] + 0.8)
    np.testing.assert_allclose(moved[:, 3], wild[:, 3] + 0.6)
    np.testing.assert_allclose(moved[:, 4], wild[:, 4] - 0.2)
    np.testing.assert_allclose(moved[:, 5], np.maximum(wild[:, 0] + 0.8 - 5.5, 0))


def test_without_a_floor_or_with_too_few_pairs_that_bind_there_is_no_calibration(parts):
    source = everything(parts[:2])
    assert calibrate_binding(parts, WEIGHTS, source, replace(INTERVALS, floor=None)) is None
    assert calibrate_binding(parts[:-2], WEIGHTS, source, INTERVALS) is None
    nothing_binds = [
        replace(each, source=replace(each.source, affinity=np.full(PAIRS, FLOOR))) for each in parts
    ]
    assert calibrate_binding(nothing_binds, WEIGHTS, source, INTERVALS) is None


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


def rates_of(source, rows, group):
    part = part_of(source, rows, group)
    return base_rates(part, source, FLOOR, part.source.protein)


def test_the_rate_of_a_known_target_is_that_of_its_other_pairs():
    source = grid()
    rows = (source.drug == 0) | (source.drug == 1)
    binds, active = rates_of(source, rows, Group.SEEN)
    expected = np.where(source.protein[rows] == 0, 1.0, 0.0)
    np.testing.assert_array_equal(binds, expected)
    np.testing.assert_array_equal(active, expected)


def test_the_rate_of_a_new_target_is_that_of_all_other_pairs():
    source = grid()
    binds, _ = rates_of(source, source.protein == 0, Group.NEW_TARGET)
    np.testing.assert_allclose(binds, 3 / 15)


def test_where_both_are_new_no_pair_of_the_target_or_the_drug_is_known():
    source = grid()
    rows = (source.protein == 0) & (source.drug == 0)
    binds, _ = rates_of(source, rows, Group.BOTH_NEW)
    np.testing.assert_allclose(binds, 0.0)


def test_the_rate_of_a_mutant_is_that_of_its_wild_type():
    source = grid()
    rows = source.protein == 1
    part = part_of(source, rows, Group.NEW_TARGET)
    binds, _ = base_rates(part, source, FLOOR, np.zeros(int(rows.sum()), dtype=np.int64))
    np.testing.assert_array_equal(binds, 1.0)


def test_binding_and_being_active_have_rates_of_their_own():
    source = grid()
    weak = replace(source, affinity=np.where(source.affinity > FLOOR, 6.0, FLOOR))
    binds, active = rates_of(weak, weak.drug == 1, Group.SEEN)
    assert binds[0] == 1
    assert (active == 0).all()
