from dataclasses import replace

import numpy as np
import pytest
import torch

from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_file import load_kernel, save_kernel
from dta_demo.model.kernel_regression import KernelFit, KernelModel, KernelSettings, blend
from dta_demo.model.kronecker import solve_grid
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.region import ProteinRegion
from dta_demo.model.similarities import unary_counts
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.training.kernel_fit import Grid, KernelTrainer
from dta_demo.training.pairs import Source

SMILES = ["CCO", "CCN", "c1ccccc1O", "CC(=O)Nc1ccccc1", "CCCC", "Cc1ccncc1"]
NO_POCKET = 20
SETTINGS = KernelSettings(1.0, 0.8, 0.4, 0.5, 0.1, 0.05, 0.1, 0.1, 4)


def region(seed, construct, pocket=True):
    torch.manual_seed(seed)
    codes = torch.randint(0, 20, (10,)) if pocket else torch.full((10,), NO_POCKET)
    return ProteinRegion(construct, torch.randn(20, 8), torch.randn(10, 8), codes)


REGIONS = [region(n, Construct(f"M{'A' * n}K")) for n in range(7)]
NEW = region(99, Construct("MNEW"))
COUNTS = fingerprint_smiles(SMILES, 128).counts


@pytest.fixture
def trainer():
    rng = np.random.default_rng(0)
    protein, drug = (index.ravel() for index in np.indices((7, 6)))
    affinity = 5 + rng.random(7)[protein] + rng.random(6)[drug] * 2
    fold = rng.integers(0, 2, 42)
    source = Source("grid", 0, protein, drug, affinity, affinity <= 5, fold)
    panel = MeasuredPanel.of(REGIONS, SMILES, COUNTS)
    return KernelTrainer(SETTINGS, panel, Grid.of(source, 5.0))


@pytest.fixture
def model(trainer):
    everything = np.ones(42, dtype=bool)
    fits = [trainer.fit(everything, -1)[0], trainer.fit(np.arange(42) % 2 == 0, 0)[0]]
    weights = np.array([0.8, 0.5, 0.4, 0.3])
    return KernelModel(SETTINGS, trainer.panel, trainer.mean, fits, weights)


def predict(model, regions=REGIONS, smiles=SMILES, fold=-1):
    return model.predict(regions, smiles, fingerprint_smiles(smiles, 128).counts, fold)


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
        _, expected = trainer.fit(chosen, fold)
        found = predict(model, fold=fold)
        np.testing.assert_allclose(found.values, expected, atol=2e-3)
        assert not found.new_target.any()
        assert not found.new_drug.any()


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
    changed = region(3, replace(REGIONS[3].construct, phosphorylated=True))
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


def test_nothing_is_said_of_a_protein_without_pocket_that_is_not_in_the_grid(model):
    found = predict(model, [region(8, Construct("MWWW"), pocket=False)])
    values, groups = found.pairs(np.zeros(6, dtype=int), np.arange(6))
    assert (groups == -1).all()
    networks = np.full((4, 6), 7.0)
    np.testing.assert_array_equal(blend(networks, values, groups, model.weights), networks)


def test_a_blend_takes_the_weight_of_each_group():
    mixed = blend(np.zeros((2, 3)), np.ones(3), np.array([0, 3, -1]), np.array([0.8, 0, 0, 0.3]))
    np.testing.assert_allclose(mixed, [[0.8, 0.3, 0.0]] * 2)


def test_pairs_outside_the_grid_are_predicted_by_the_fit_on_all_pairs(model):
    new = ([NEW], SMILES)
    np.testing.assert_array_equal(
        predict(model, *new, fold=0).values, predict(model, *new, fold=-1).values
    )


def test_a_fold_that_no_fit_left_out_is_refused(model):
    with pytest.raises(ValueError, match="left fold 3 out"):
        predict(model, fold=3)


def test_a_saved_model_predicts_the_same(model, tmp_path):
    save_kernel(model, tmp_path / "kernel.safetensors")
    loaded = load_kernel(tmp_path / "kernel.safetensors")
    assert loaded.settings == model.settings
    np.testing.assert_array_equal(loaded.weights, model.weights)
    for fold in (-1, 0):
        np.testing.assert_allclose(
            predict(loaded, fold=fold).values, predict(model, fold=fold).values, atol=0.02
        )
    # A fold's own coefficients for what is outside the grid are not kept.
    assert [fit.plain.size > 0 for fit in loaded.fits] == [True, False]


def test_a_fit_without_profiles_predicts_its_grid_by_structure(trainer):
    plain, expected = trainer.fit_plain(np.ones(42, dtype=bool))
    none = np.zeros((0, 0))
    fit = KernelFit(-1, plain, none, none, none)
    found = predict(KernelModel(SETTINGS, trainer.panel, trainer.mean, [fit]))
    np.testing.assert_allclose(found.values, expected, atol=1e-3)
