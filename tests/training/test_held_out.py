from dataclasses import replace

import numpy as np
import pytest

from dta_demo.model.binding_features import binding_features
from dta_demo.model.ensemble import PairPredictions
from dta_demo.model.kernel_regression import kernel_weight
from dta_demo.model.labels import BINDS, IF_BOUND, LABELS, OUTPUTS
from dta_demo.results.group import Group
from dta_demo.training.held_out import (
    HeldOut,
    choose_kernel_weights,
    gather,
    mean_over_folds,
    score_parts,
)
from dta_demo.training.jobs import Job
from tests.support.tables import make_source


def held_out(network_error, kernel_error, group=Group.SEEN, fold=0, name="davis"):
    rng = np.random.default_rng(fold)
    affinity = rng.uniform(5.5, 9.0, 400)
    source = make_source(affinity, name=name, fold=np.full(400, fold))
    network = affinity + rng.normal(0, network_error, (4, 400)).mean(axis=0)
    kernel = affinity + rng.normal(0, kernel_error, 400)
    places = np.full(400, group.place)
    binding = rng.normal(size=(2, 400))
    return HeldOut(Job(group, fold), source, np.tile(network, (4, 1)), kernel, places, *binding)


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


def test_the_outputs_of_a_network_are_taken_apart():
    part = held_out(0.1, 0.1)
    outputs = np.random.default_rng(1).normal(size=(4, 400, len(OUTPUTS)))
    source = replace(part.source, label=LABELS.index("KIBA score"))
    found = HeldOut.of(part.job, source, outputs, part.kernel, part.kernel_group)
    np.testing.assert_array_equal(found.predicted, outputs[..., 1])
    np.testing.assert_allclose(found.binds, outputs[..., BINDS].mean(axis=0))
    np.testing.assert_allclose(found.if_bound, outputs[..., IF_BOUND].mean(axis=0))


def test_binding_features_are_those_of_the_predictor():
    """The same numbers as `binding_features` gives for a prediction of the same pairs."""
    part = held_out(0.5, 0.5)
    part.kernel_group[:10] = -1
    weights = np.array([0.3, 0, 0, 0])
    outputs = np.zeros((1, 4, 400, len(OUTPUTS)))
    outputs[0, :, :, 0], outputs[0, :, :, 1] = part.predicted, -9.0
    outputs[..., BINDS], outputs[..., IF_BOUND] = part.binds, part.if_bound
    kernel = np.column_stack([part.kernel, np.full(400, -9.0)])
    weight = np.column_stack([kernel_weight(part.kernel_group, weights), np.zeros(400)])
    expected = binding_features(PairPredictions(outputs, kernel, weight), 0)
    np.testing.assert_allclose(part.features({"pKd": weights}), expected)
