from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dta_demo.explain.contact_ranking import rank_contacts


@pytest.mark.parametrize("levels", [2, 5, 1000])
def test_the_area_is_that_of_scikit_learn_and_the_precision_that_of_many_orders(levels):
    rng = np.random.default_rng(levels)
    touching = rng.random(200) < 0.1
    values = rng.integers(0, levels, 200) + 0.3 * levels * touching * rng.random(200).round()
    found = rank_contacts(values, touching)
    assert found.area == pytest.approx(roc_auc_score(touching, values))
    drawn = []
    for _ in range(4000):
        order = rng.permutation(200)
        first = order[np.argsort(-values[order], kind="stable")][: touching.sum()]
        drawn.append(touching[first].mean())
    assert found.precision == pytest.approx(np.mean(drawn), abs=0.01)
    assert found.chance == pytest.approx(touching.mean())


def test_without_ties_the_precision_is_exact():
    found = rank_contacts(np.array([5.0, 4, 3, 2, 1]), np.array([True, False, True, False, False]))
    assert (found.precision, found.area) == (0.5, pytest.approx(5 / 6))


def test_equal_values_are_chance():
    found = rank_contacts(np.zeros(50), np.arange(50) < 10)
    assert (found.area, found.precision, found.chance) == (0.5, pytest.approx(0.2), 0.2)


def test_the_best_and_the_worst_order():
    touching = np.arange(50) < 10
    assert rank_contacts(touching.astype(float), touching).area == 1.0
    assert rank_contacts(-touching.astype(float), touching).precision == 0.0


@pytest.mark.parametrize("touched", [0, 50])
def test_where_all_or_none_touch_there_is_nothing_to_find(touched):
    assert rank_contacts(np.arange(50.0), np.arange(50) < touched) is None
