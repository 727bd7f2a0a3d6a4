from dataclasses import replace

import numpy as np
import pytest

from dta_demo.model.binding_features import binding_features
from dta_demo.model.ensemble import PairPredictions
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
    assert list(weights[3:]) == [0, 0]


def test_pairs_that_cannot_be_compared_take_a_weight_of_their_own():
    part = held_out(1.0, 0.01)
    other = held_out(0.01, 1.0, Group.NEW_TARGET)
    part.kernel_group[:200] = -1
    other.kernel_group[:] = -1
    part.kernel[:200] = 0.0
    weights = choose_kernel_weights([part, other], part.source, 5.0)
    assert weights[0] > 0.9
    assert weights[2] == 0
    assert weights[-1] < 0.1


def test_what_cannot_be_compared_is_drawn_to_the_mean_where_that_costs_nothing():
    """The networks differ from the kernel regression by chance alone, for better or for worse."""
    chance = np.random.default_rng(5).normal(0, 0.05, 400)
    chosen = []
    for place in (Group.NEW_TARGET.place, -1):
        for sign in (-1, 1):
            part = held_out(1.0, 1.0, Group.NEW_TARGET)
            part.predicted[:] = part.kernel + sign * chance
            part.kernel_group[:] = place
            chosen.append(choose_kernel_weights([part], part.source, 5.0)[place])
    assert min(chosen[:2]) < 1
    assert chosen[2:] == [1, 1]


def test_a_blend_stands_between_its_parts_and_what_cannot_be_compared_has_its_own_weight():
    part = held_out(0.5, 0.5)
    part.kernel_group[:10] = -1
    for weight in (0.0, 0.8):
        mixed = part.blended({"pKd": np.array([0.5, 0, 0, 0, weight])}).predicted
        np.testing.assert_allclose(mixed[0, 10:], (part.predicted[0, 10:] + part.kernel[10:]) / 2)
        expected = (1 - weight) * part.predicted[:, :10] + weight * part.kernel[:10]
        np.testing.assert_allclose(mixed[:, :10], expected)


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
    weights = np.array([0.3, 0, 0, 0, 0])
    outputs = np.zeros((1, 4, 400, len(OUTPUTS)))
    outputs[0, :, :, 0], outputs[0, :, :, 1] = part.predicted, -9.0
    outputs[..., BINDS], outputs[..., IF_BOUND] = part.binds, part.if_bound
    kernel = np.column_stack([part.kernel, np.full(400, -9.0)])
    weight = np.column_stack([weights[part.kernel_group], np.zeros(400)])
    expected = binding_features(PairPredictions(outputs, kernel, weight), 0)
    np.testing.assert_allclose(part.features({"pKd": weights}), expected)
