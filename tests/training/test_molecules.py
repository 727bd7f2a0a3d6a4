import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock, Timeout
from scipy.sparse import csr_matrix

from dta_demo.encoders.drug import FragmentNetwork
from dta_demo.model.config import DTAConfig
from dta_demo.training import molecules as module
from dta_demo.training.molecules import (
    DrugEncoderTraining,
    MoleculeSettings,
    MoleculeSource,
    TargetHead,
)
from tests.support.tables import FRAGMENTS, PLANTED, make_molecules

CONFIG = DTAConfig(fingerprint_bits=FRAGMENTS // 2, drug_hidden=16, drug_channels=8)
QUICK = MoleculeSettings(epochs=2, batch_molecules=64, least_molecules=8)


def make_training(
    folder: Path,
    *sources: MoleculeSource,
    left_out: int = -1,
    seed: int = 0,
    settings: MoleculeSettings = QUICK,
) -> DrugEncoderTraining:
    return DrugEncoderTraining(CONFIG, sources, left_out, folder, seed, settings)


@pytest.fixture(scope="module")
def source():
    return make_molecules()


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, weights in one.items():
        assert torch.equal(weights, other[name]), name


def differ(one, other):
    return not all(torch.equal(one[name], other[name]) for name in one)


# --- What is learned ----------------------------------------------------------------------------


def network_of(weights):
    network = FragmentNetwork(FRAGMENTS, CONFIG.drug_hidden, CONFIG.drug_channels)
    network.load_state_dict(weights)
    return network.eval()


def error_of_a_panel(network):
    """Error of a ridge regression on the vectors of 40 molecules, on 300 others."""
    panel = make_molecules(seed=7, molecules=340)
    effect = 2.0 * (panel.counts.toarray()[:, PLANTED] > 0)
    with torch.no_grad():
        vectors = network(torch.from_numpy(panel.counts.toarray())).numpy()
    vectors = np.column_stack([vectors - vectors[:40].mean(axis=0), np.ones(340)])
    normal = vectors[:40].T @ vectors[:40] + np.eye(vectors.shape[1])
    fitted = vectors[40:] @ np.linalg.solve(normal, vectors[:40].T @ effect[:40])
    return np.square(fitted - effect[40:]).mean(), effect[40:].var()


def test_a_fragment_that_matters_is_read_off_the_vector_of_new_molecules(tmp_path, source):
    """Of 40 labelled molecules a constant, or an untrained vector, tells far less."""
    settings = replace(QUICK, epochs=12)
    trained = network_of(make_training(tmp_path, source, settings=settings).train(0))
    torch.manual_seed(0)
    untrained = FragmentNetwork(FRAGMENTS, CONFIG.drug_hidden, CONFIG.drug_channels).eval()
    error, constant = error_of_a_panel(trained)
    assert error < 0.2 * constant
    assert error < 0.4 * error_of_a_panel(untrained)[0]


def test_each_dataset_has_heads_of_its_own_and_one_network_learns_from_both(tmp_path, source):
    """The second dataset has the effect on the first target only, turned round."""
    small = make_molecules(seed=3, molecules=200, targets=2)
    turned = np.where(small.target == 0, 10 - small.value, 5.0).astype(np.float32)
    small = replace(small, value=turned)
    settings = replace(QUICK, epochs=12)
    trained = network_of(make_training(tmp_path, source, small, settings=settings).train(0))
    error, constant = error_of_a_panel(trained)
    assert error < 0.2 * constant


# --- What is left out ---------------------------------------------------------------------------


def test_the_pairs_of_a_folds_targets_are_left_out(source):
    kept = source.without_targets(1)
    assert set(source.target_fold[kept.target]) == {0, 2}
    whole = source.target_fold[source.target] != 1
    for name in ("molecule", "target", "value", "censored", "saturated"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(source, name)[whole])
    assert kept.counts is source.counts
    assert len(source.without_targets(-1).value) == len(source.value)


def test_what_targets_that_are_left_out_measured_changes_nothing(tmp_path, source):
    """Whatever their values, the weights are those of a training without them."""
    of_fold = source.target_fold[source.target] == 1
    other = replace(source, value=np.where(of_fold, 9.0, source.value).astype(np.float32))
    one = make_training(tmp_path / "one", source, left_out=1).train(0)
    assert_same(one, make_training(tmp_path / "other", other, left_out=1).train(0))
    assert differ(one, make_training(tmp_path / "all", source).train(0))
    assert differ(
        make_training(tmp_path / "all", source).train(0),
        make_training(tmp_path / "all other", other).train(0),
    )


def test_a_target_that_no_fold_holds_is_left_out_by_none(source):
    source = replace(source, target_fold=np.full(6, -1))
    assert len(source.without_targets(0).value) == len(source.value)


def test_a_dataset_of_which_nothing_is_left_is_passed_over(tmp_path, source):
    one_fold = replace(source, target_fold=np.ones(6, dtype=np.int64))
    both = make_training(tmp_path / "both", source, one_fold, left_out=1).train(0)
    assert_same(both, make_training(tmp_path / "one", source, left_out=1).train(0))


def test_without_data_the_network_stays_as_it_was_made(tmp_path):
    first = make_training(tmp_path / "a").train(0)
    assert_same(first, make_training(tmp_path / "b").train(0))
    assert differ(first, make_training(tmp_path / "a").train(1))


# --- Pairs of molecules -------------------------------------------------------------------------


def test_rows_of_molecules_are_all_their_pairs(source):
    wanted = np.array([2, 3, 11, 400])
    rows, place = source.rows_of(wanted)
    np.testing.assert_array_equal(np.sort(rows), np.flatnonzero(np.isin(source.molecule, wanted)))
    np.testing.assert_array_equal(source.molecule[rows], wanted[place])


def test_a_molecule_without_a_pair_has_no_row(source):
    kept = source.molecule != 3
    fewer = replace(
        source,
        **{
            name: getattr(source, name)[kept]
            for name in ("molecule", "target", "value", "censored", "saturated")
        },
    )
    rows, place = fewer.rows_of(np.array([2, 3, 4]))
    assert set(place) == {0, 2}
    assert set(fewer.molecule[rows]) == {2, 4}


@pytest.mark.parametrize(("molecules", "steps"), [(1000, 7), (100, 50), (5, 20), (1, 3)])
def test_every_step_takes_distinct_molecules_and_small_datasets_come_round_again(molecules, steps):
    order = np.random.default_rng(0).permutation(molecules)
    cuts = [module._cut(order, step, steps, QUICK) for step in range(steps)]
    for cut in cuts:
        assert len(set(cut)) == len(cut) >= min(QUICK.least_molecules, molecules)
        assert (np.diff(cut) > 0).all()
    taken = np.bincount(np.concatenate(cuts), minlength=molecules)
    assert taken.max() - taken.min() <= 1


def test_the_sparse_first_layer_is_that_of_the_network(source):
    torch.manual_seed(0)
    network = FragmentNetwork(FRAGMENTS, 16, 8).eval()
    many = np.log1p(np.diag(np.arange(FRAGMENTS))).astype(np.float32)
    for counts in (source.counts[:50], csr_matrix(many)):
        dense = network(torch.from_numpy(counts.toarray()))
        sparse = network.project(counts)
        torch.testing.assert_close(sparse, dense, atol=1e-5, rtol=0)


# --- The loss -----------------------------------------------------------------------------------


def gradient(tmp_path, error, censored=False, saturated=False, weight=0.2):
    """Loss, and its gradient by the prediction, of one pair that is off by an error."""
    flags = np.array([censored]), np.array([saturated])
    one = MoleculeSource(
        "one", csr_matrix(np.ones((1, FRAGMENTS), np.float32)), np.array([0]), np.array([0]),
        np.array([6.0], np.float32), *flags, np.array([0]),
    )  # fmt: skip
    training = make_training(
        tmp_path, one, settings=replace(QUICK, censored_weight=weight, target_dropout=0.0)
    )
    network = FragmentNetwork(FRAGMENTS, CONFIG.drug_hidden, CONFIG.drug_channels).eval()
    head = TargetHead(one, CONFIG.drug_channels, 0.0)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(6.0 + error)
    loss = training._loss(network, [head], [np.array([0])])
    loss.backward()
    return loss.item(), head.bias.grad.item()


@pytest.mark.parametrize("error", [-0.5, 0.5])
def test_a_pair_within_the_assay_is_pulled_from_either_side(tmp_path, error):
    assert gradient(tmp_path, error) == pytest.approx((0.25, 2 * error))


def test_below_the_floor_a_prediction_is_pulled_less_or_not_at_all(tmp_path):
    assert gradient(tmp_path, -0.5, censored=True) == pytest.approx((0.05, -0.2))
    assert gradient(tmp_path, 0.5, censored=True) == pytest.approx((0.25, 1.0))
    assert gradient(tmp_path, -0.5, censored=True, weight=0.0) == pytest.approx((0.0, 0.0))


def test_above_saturation_nothing_pulls_a_prediction_down(tmp_path):
    assert gradient(tmp_path, 0.5, saturated=True) == (0.0, 0.0)
    assert gradient(tmp_path, -0.5, saturated=True) == pytest.approx((0.25, -1.0))


def test_a_head_begins_at_the_mean_of_its_target(source):
    head = TargetHead(source, 8, 0.0)
    for target in range(6):
        expected = source.value[source.target == target].mean()
        assert head.bias[target].item() == pytest.approx(expected, abs=1e-4)
    fewer = source.without_targets(1)
    head = TargetHead(fewer, 8, 0.0)
    assert head.bias[1].item() == pytest.approx(fewer.value.mean(), abs=1e-4)


# --- The same bits ------------------------------------------------------------------------------


def test_a_seed_gives_the_same_bits_whatever_was_drawn_before(tmp_path, source):
    one = make_training(tmp_path / "one", source).train(0)
    torch.manual_seed(123)
    np.random.default_rng(5).random(3)
    assert_same(one, make_training(tmp_path / "other", source).train(0))
    assert differ(one, make_training(tmp_path / "one", source).train(1))
    assert differ(one, make_training(tmp_path / "seed", source, seed=1).train(0))


def test_networks_are_trained_in_any_order(tmp_path, source):
    forward, back = (make_training(tmp_path / name, source) for name in ("forward", "back"))
    ahead = [forward.train(0), forward.train(1)]
    behind = [back.train(1), back.train(0)][::-1]
    for one, other in zip(ahead, behind, strict=True):
        assert_same(one, other)


def test_a_run_that_was_killed_goes_on_to_the_same_bits(tmp_path, source, monkeypatch):
    whole = make_training(tmp_path / "whole", source).train(0)
    killed = make_training(tmp_path / "killed", source)
    # A write that was cut short, too, and a step that never ended.
    killed.folder.mkdir()
    (killed.folder / "network-0.partial").write_bytes(b"half a file")
    with monkeypatch.context() as patch:
        loss, calls = DrugEncoderTraining._loss, []

        def interrupt(*arguments):
            calls.append(arguments)
            if len(calls) > 30:
                raise KeyboardInterrupt
            return loss(*arguments)

        patch.setattr(DrugEncoderTraining, "_loss", interrupt)
        with pytest.raises(KeyboardInterrupt):
            killed.train(0)
    assert not list(killed.folder.glob("*.safetensors"))
    assert_same(whole, make_training(tmp_path / "killed", source).train(0))


def test_what_is_done_is_not_done_again(tmp_path, source, monkeypatch):
    training = make_training(tmp_path, source)
    first = training.train(0)
    path = tmp_path / "network-0.safetensors"
    written = path.stat().st_mtime_ns
    monkeypatch.setattr(DrugEncoderTraining, "_train", None)
    assert_same(first, make_training(tmp_path, source).train(0))
    assert path.stat().st_mtime_ns == written


def test_a_network_that_another_process_trains_is_left_to_it(tmp_path, source):
    training = make_training(tmp_path, source)
    with FileLock(tmp_path / "network-0.lock"):
        started = time.monotonic()
        with pytest.raises(Timeout):
            training.train(0, wait=False)
        assert time.monotonic() - started < 1
        training.train(1, wait=False)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == ["network-1.safetensors"]
    assert_same(training.train(0), training.train(0, wait=False))
