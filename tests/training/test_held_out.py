import numpy as np
import pytest

from dta_demo.results.group import Group
from dta_demo.training.held_out import (
    HeldOut,
    choose_kernel_weights,
    gather,
    mean_over_folds,
    score_parts,
)
from dta_demo.training.jobs import Job
from dta_demo.training.pairs import Source


def held_out(network_error, kernel_error, group=Group.SEEN, fold=0, name="davis"):
    rng = np.random.default_rng(fold)
    affinity = rng.uniform(5.5, 9.0, 400)
    index = np.arange(400)
    source = Source(name, 0, index, index, affinity, affinity <= 5, np.full(400, fold))
    network = affinity + rng.normal(0, network_error, (4, 400)).mean(axis=0)
    kernel = affinity + rng.normal(0, kernel_error, 400)
    places = np.full(400, group.place)
    return HeldOut(Job(group, fold), source, np.tile(network, (4, 1)), kernel, places)


def test_each_group_takes_the_weight_with_the_smallest_error():
    parts = [
        held_out(1.0, 0.01),
        held_out(0.01, 1.0, Group.NEW_DRUG),
        held_out(1.0, 0.5, Group.NEW_TARGET),
    ]
    weights = choose_kernel_weights(parts, parts[0].source, 5.0)
    assert weights[0] > 0.9
    assert weights[1] < 0.1
    assert 0.2 < weights[2] < 0.8
    assert weights[3] == 0


def test_a_blend_stands_between_its_parts_and_where_nothing_is_known_is_the_network():
    part = held_out(0.5, 0.5)
    part.kernel_group[:10] = -1
    mixed = part.blended({"pKd": np.array([0.5, 0, 0, 0])}).predicted
    np.testing.assert_allclose(mixed[:, :10], part.predicted[:, :10])
    np.testing.assert_allclose(mixed[0, 10:], (part.predicted[0, 10:] + part.kernel[10:]) / 2)


def test_only_the_pairs_of_a_dataset_and_group_are_joined():
    folds = [held_out(0.1, 0.1, fold=0), held_out(0.1, 0.1, fold=1)]
    others = [held_out(0.1, 0.1, Group.NEW_DRUG), held_out(0.1, 0.1, name="bdb")]
    measured, predicted = gather([*folds, *others], "davis", Group.SEEN, 5.0)
    assert len(measured) == len(predicted) == 800
    each = [np.mean((part.clipped(5.0) - part.source.affinity) ** 2) for part in folds]
    assert mean_over_folds(folds, 5.0)["mse"] == pytest.approx(np.mean(each))


def test_the_parts_are_scored_by_themselves():
    scores = score_parts([held_out(0.8, 0.1)], "davis", {"davis": 5.0})
    assert set(scores) == {"seen"}
    assert scores["seen"]["kernel"]["mse"] < scores["seen"]["networks"]["mse"]
    assert set(scores["seen"]["networks"]["by_pooling"]) == {"cls", "mean", "max", "attention"}
