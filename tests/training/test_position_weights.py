"""Weights of the pocket's positions: what they find, and what they leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from dta_demo.model.panel import MeasuredPanel, equal_weights
from dta_demo.model.similarities import COUNT_LEVELS, code_distances
from dta_demo.training.kernel_fit import SETTINGS, Grid, KernelTrainer
from dta_demo.training.position_weights import (
    LEAST_TARGETS,
    _errors_left_out,
    learn_position_weights,
)
from tests.support.tables import make_source

TARGETS, DRUGS, POSITIONS, PLANTED = 80, 30, 12, 4


def make_panel(seed=0):
    """Targets of random residues, and drugs of random fragments."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, 20, (TARGETS, POSITIONS)).astype(np.uint8)
    codes[:, PLANTED] = random.choice([0, 7], TARGETS)
    embeddings = random.normal(size=(TARGETS, 8)).astype(np.float32)
    fragments = (random.random((DRUGS, 32 * COUNT_LEVELS)) < 0.2).astype(np.float32)
    return MeasuredPanel(
        np.arange(TARGETS), np.arange(DRUGS), codes, embeddings, np.zeros(8), np.ones(8),
        equal_weights(codes), 1.0, csr_matrix(fragments),
        random.normal(size=(DRUGS, 6)).astype(np.float32), (TARGETS, DRUGS),
    )  # fmt: skip


def planted_labels(panel, seed=1):
    """Labels that hang on the residue at one position, each drug in its own way, and noise."""
    random = np.random.default_rng(seed)
    effect = random.normal(0, 1, DRUGS)
    switch = np.where(panel.codes[:, PLANTED] == 0, -1.0, 1.0)
    return 6.5 + switch[:, None] * effect + random.normal(0, 0.2, (TARGETS, DRUGS))


def learn(panel, labels, measured=None, trained=None):
    trained = np.arange(TARGETS) if trained is None else trained
    measured = np.ones(labels.shape, dtype=bool) if measured is None else measured
    return learn_position_weights(
        panel, SETTINGS["pKd"], trained, labels[trained], measured[trained]
    )


def test_the_position_that_decides_gets_the_largest_weight():
    panel = make_panel()
    change = learn(panel, planted_labels(panel)) / panel.position_weights
    assert change.argmax() == PLANTED
    assert change[PLANTED] > 3 * np.delete(change, PLANTED).max()


def test_where_likeness_tells_nothing_targets_move_apart():
    panel = make_panel()
    noise = np.random.default_rng(2).normal(6.5, 1.0, (TARGETS, DRUGS))
    assert (learn(panel, noise) / panel.position_weights).mean() > 1.5


def test_what_is_filled_in_or_left_out_of_training_counts_for_nothing():
    """Gaps are filled with labels that would point elsewhere, and some targets never shown."""
    panel = make_panel()
    labels = planted_labels(panel)
    trained = np.arange(60)
    hidden = labels.copy()
    hidden[60:] = np.random.default_rng(3).normal(6.5, 3.0, (TARGETS - 60, DRUGS))
    np.testing.assert_array_equal(
        learn(panel, labels, trained=trained), learn(panel, hidden, trained=trained)
    )
    measured = np.random.default_rng(4).random(labels.shape) < 0.8
    change = learn(panel, labels, measured) / panel.position_weights
    assert change.argmax() == PLANTED


def test_the_error_in_closed_form_is_that_of_a_fit_without_the_target():
    random = np.random.default_rng(5)
    features = random.normal(size=(12, 6))
    similarity = torch.from_numpy(features @ features.T + 0.3 * np.eye(12))
    labels = torch.from_numpy(random.normal(size=(12, 4)))
    errors = _errors_left_out(similarity, labels)
    for target in range(12):
        others = np.delete(np.arange(12), target)
        dual = torch.linalg.solve(similarity[others][:, others], labels[others])
        expected = labels[target] - similarity[target, others] @ dual
        torch.testing.assert_close(errors[target], expected)


def test_of_few_targets_nothing_is_learned():
    panel = make_panel()
    few = np.arange(LEAST_TARGETS - 1)
    found = learn(panel, planted_labels(panel), trained=few)
    np.testing.assert_array_equal(found, panel.position_weights)


def test_a_trainer_with_weights_is_another_one_that_predicts_new_targets_better():
    panel = make_panel()
    labels = planted_labels(panel)
    row, column = (each.ravel() for each in np.indices(labels.shape))
    source = make_source(labels.ravel(), protein=row, drug=column)
    trainer = KernelTrainer(SETTINGS["pKd"], panel, Grid.of([source], None))
    train = row < 60
    weighed = trainer.weigh_positions(train)
    assert trainer.panel.position_weights[0] == panel.position_weights[0]
    errors = [
        np.mean((each.fit_plain(train)[1][60:] - labels[60:]) ** 2) for each in (trainer, weighed)
    ]
    assert errors[1] < 0.7 * errors[0]


def test_equal_weights_measure_in_units_of_the_median():
    panel = make_panel()
    apart = code_distances(panel.codes, panel.codes, panel.position_weights)
    assert np.median(apart[apart > 1e-6]) == pytest.approx(1.0, rel=1e-5)


def test_a_position_of_no_weight_makes_no_difference():
    panel = make_panel()
    weights = panel.position_weights.copy()
    weights[PLANTED] = 0.0
    blind = replace(panel, position_weights=weights)
    codes = panel.codes.copy()
    codes[:, PLANTED] = 3
    near = blind.compare(codes, panel.embeddings, 1.0)
    np.testing.assert_allclose(np.diag(near), 1.0)
    assert np.diag(panel.compare(codes, panel.embeddings, 1.0)).max() < 1.0
