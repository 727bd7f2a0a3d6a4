import copy
from dataclasses import replace

import numpy as np
import pytest

from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_regression import KernelFit, KernelModel, blend
from dta_demo.model.kronecker import solve_grid
from dta_demo.model.region import RESIDUE_CODES
from dta_demo.model.similarities import PHOSPHORYLATION_STEPS, log_counts, unary_counts
from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.training.kernel_fit import Grid
from tests.support.kernels import (
    NEW,
    REGIONS,
    SETTINGS,
    SMILES,
    make_model,
    make_region,
    make_sources,
    make_trainer,
    predict,
)


@pytest.fixture(scope="module")
def trainer():
    return make_trainer()


@pytest.fixture(scope="module")
def model(trainer):
    return make_model(trainer)


@pytest.fixture(scope="module")
def joint():
    """A panel of seven targets and six drugs, of which pKd was measured of five and four."""
    return make_model(make_trainer((5, 4)))


def test_unary_products_are_the_smaller_counts():
    counts = np.array([[2, 0, 5], [1, 3, 4]])
    both = unary_counts(np.log1p(counts))
    np.testing.assert_array_equal((both @ both.T).toarray(), [[7, 5], [5, 8]])
    np.testing.assert_allclose(FragmentIndex(both).tanimoto(both), [[1, 0.5], [0.5, 1]])


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_the_solution_is_that_of_the_dense_system(share):
    rng = np.random.default_rng(1)
    targets, drugs = rng.normal(size=(5, 9)), rng.normal(size=(4, 9))
    targets, drugs = targets @ targets.T, drugs @ drugs.T
    known = rng.random((5, 4)) < share if share < 1 else np.ones((5, 4), dtype=bool)
    measured = rng.normal(size=(5, 4)) * known
    dual = solve_grid(targets, drugs, measured, known.astype(float), 0.5)
    kernel = np.kron(targets, drugs)[np.ix_(known.ravel(), known.ravel())]
    expected = np.linalg.solve(kernel + 0.5 * np.eye(known.sum()), measured[known])
    np.testing.assert_allclose(dual[known], expected, atol=2e-3)
    assert (dual[~known] == 0).all()


def test_a_pair_measured_twice_counts_twice(trainer):
    """A ridge regression on both pairs, not on their mean alone."""
    targets, drugs = np.eye(1), np.eye(1)
    dual = solve_grid(targets, drugs, np.array([[3.0]]), np.array([[2.0]]), 1.0)
    np.testing.assert_allclose(dual, [[3.0 / 1.5]], rtol=1e-5)


def test_the_model_predicts_what_the_fit_predicted(trainer, model):
    rows = np.arange(42) % 2 == 0
    for fold, chosen in ((-1, np.ones(42, dtype=bool)), (0, rows)):
        _, expected = trainer.fit(chosen)
        found = predict(model, fold=fold)
        np.testing.assert_allclose(found.values, expected, atol=2e-3)
        assert not found.new_target.any()
        assert not found.new_drug.any()


def test_unary_counts_are_read_back_and_those_above_eight_are_capped():
    counts = np.log1p(np.array([[2, 0, 8], [1, 30, 9]], dtype=np.float32))
    found = log_counts(unary_counts(counts))
    np.testing.assert_array_equal(found, np.minimum(counts, np.log1p(np.float32(8))))
    assert found.dtype == np.float32


def test_it_learns_the_grid(model, trainer):
    found = predict(model).values
    measured = trainer.grid.affinity.reshape(7, 6)
    assert np.corrcoef(found.ravel(), measured.ravel())[0, 1] > 0.95


def test_new_proteins_and_molecules_are_told_and_groups_follow(model):
    found = predict(model, [REGIONS[0], NEW], ["CCO", "CCCCCC(=O)O"])
    assert found.new_target.tolist() == [False, True]
    assert found.new_drug.tolist() == [False, True]
    _, groups = found.pairs(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert groups.tolist() == [0, 1, 2, 3]


def test_another_form_of_a_known_protein_is_new_and_near(model):
    """The phosphorylated form differs from the plain one in a few steps of the pocket."""
    changed = make_region(3, replace(REGIONS[3].construct, phosphorylated=True))
    found = predict(model, [REGIONS[3], changed])
    assert found.new_target.tolist() == [False, True]
    near = model.panel.compare_targets([changed, REGIONS[5]], 0.8)[:, 3]
    assert near[1] < near[0] < 1


def test_order_and_company_change_nothing(model):
    whole = predict(model).values
    alone = predict(model, [REGIONS[4]], [SMILES[2]]).values
    turned = predict(model, REGIONS[::-1], SMILES[::-1]).values
    np.testing.assert_allclose(alone[0, 0], whole[4, 2], atol=1e-6)
    np.testing.assert_allclose(turned[::-1, ::-1], whole, atol=1e-6)


def test_a_protein_without_pocket_that_is_not_in_the_grid_is_like_such_proteins_on_average(model):
    """Whatever the molecule: there is nothing to compare it by."""
    found = predict(model, [make_region(8, Construct("MWWW"), pocket=False)])
    values, groups = found.pairs(np.zeros(6, dtype=int), np.arange(6))
    assert (groups == -1).all()
    assert set(values) == {model.fit.without_pocket}


def test_the_mean_of_targets_without_pocket_is_that_of_their_pairs_or_of_all(trainer):
    rows = np.ones(42, dtype=bool)
    affinity = trainer.grid.affinity
    assert trainer.panel.has_pocket.all()
    assert trainer.mean_without_pocket(rows) == pytest.approx(affinity.mean())
    trainer = copy.copy(trainer)
    codes = trainer.panel.codes.copy()
    codes[2, :-PHOSPHORYLATION_STEPS] = RESIDUE_CODES - 1
    trainer.panel = replace(trainer.panel, codes=codes)
    own = trainer.grid.row == 2
    assert trainer.mean_without_pocket(rows) == pytest.approx(affinity[own].mean())
    rows[np.flatnonzero(own)[0]] = False
    assert trainer.mean_without_pocket(rows) == pytest.approx(affinity[own & rows].mean())


def test_a_blend_takes_the_weight_of_each_group_and_of_what_cannot_be_compared():
    weights = np.array([0.8, 0, 0, 0.3, 0.5])
    mixed = blend(np.zeros((2, 3)), np.ones(3), np.array([0, 3, -1]), weights)
    np.testing.assert_allclose(mixed, [[0.8, 0.3, 0.5]] * 2)


def test_pairs_outside_the_grid_are_predicted_by_the_fit_on_all_pairs(model):
    new = ([NEW], SMILES)
    np.testing.assert_array_equal(
        predict(model, *new, fold=0).values, predict(model, *new, fold=-1).values
    )


def test_a_fold_that_no_fit_left_out_is_refused(model):
    with pytest.raises(ValueError, match="left fold 3 out"):
        predict(model, fold=3)


def test_a_fit_without_profiles_predicts_its_grid_by_structure(trainer):
    plain, expected = trainer.fit_plain(np.ones(42, dtype=bool))
    none = np.zeros((0, 0))
    fit = KernelFit(plain, none, none, none, 5.0)
    found = predict(KernelModel(SETTINGS, trainer.panel, trainer.mean, fit))
    np.testing.assert_allclose(found.values, expected, atol=1e-3)


# --- A panel of displacement beside pKd -----------------------------------------------------------


def test_what_was_measured_in_another_quantity_only_is_new(joint):
    found = predict(joint, [*REGIONS, NEW], [*SMILES, "CCCCCC(=O)O"])
    assert found.new_target.tolist() == [False] * 5 + [True] * 3
    assert found.new_drug.tolist() == [False] * 4 + [True] * 3
    assert found.comparable.all()
    pairs = [(0, 0), (0, 4), (5, 0), (5, 4), (4, 3), (7, 6)]
    _, groups = found.pairs(*map(np.array, zip(*pairs, strict=True)))
    assert groups.tolist() == [0, 1, 2, 3, 0, 3]


def test_profiles_are_read_for_what_was_measured_only(joint):
    """Pairs of the others are predicted by structure, with what the panel knows of them."""
    plain = KernelModel(
        SETTINGS, joint.panel, joint.mean, replace(joint.fit, profiled=np.zeros((0, 0)))
    )
    whole, by_structure = predict(joint).values, predict(plain).values
    inside = np.zeros((7, 6), dtype=bool)
    inside[:5, :4] = True
    np.testing.assert_allclose(whole[~inside], by_structure[~inside], atol=1e-6)
    assert np.abs(whole[inside] - by_structure[inside]).max() > 1e-3


def test_displacement_tells_of_a_drug_and_a_target_without_pkd(joint):
    """Beside a panel that has only the pKd, predictions of what has displacement are better."""
    affinity = make_trainer().grid.affinity.reshape(7, 6)
    found = predict(joint).values
    alone = make_model_of_pkd_alone()
    without = predict(alone).values
    rest = np.ones((7, 6), dtype=bool)
    rest[:5, :4] = False
    errors = [np.square(each - affinity)[rest].mean() for each in (found, without)]
    assert errors[0] < 0.5 * errors[1]


def make_model_of_pkd_alone():
    trainer = make_trainer((5, 4))
    rows = np.arange(42) < trainer.grid.first
    fit, _ = trainer.fit(rows)
    return KernelModel(SETTINGS, trainer.panel, trainer.mean, fit)


def test_the_mean_that_fits_take_off_is_that_of_the_first_dataset():
    trainer = make_trainer((5, 4))
    assert trainer.grid.measured == (5, 4)
    assert trainer.mean == pytest.approx(trainer.grid.affinity[:20].mean())


def test_the_first_datasets_own_come_first_in_the_grid_whatever_their_numbers():
    """Where another label comes first, numbers of auxiliary datasets can stand between."""
    first, other = make_sources((5, 4))
    turned = [
        replace(each, protein=6 - each.protein, drug=5 - each.drug) for each in (first, other)
    ]
    grid = Grid.of(turned, 5.0)
    assert grid.measured == (5, 4)
    assert grid.targets.tolist() == [2, 3, 4, 5, 6, 0, 1]
    assert grid.drugs.tolist() == [2, 3, 4, 5, 0, 1]
    np.testing.assert_array_equal(
        grid.targets[grid.row], np.concatenate([each.protein for each in turned])
    )
    np.testing.assert_array_equal(
        grid.drugs[grid.column], np.concatenate([each.drug for each in turned])
    )
