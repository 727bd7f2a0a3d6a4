"""Selectivity scores, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dta_demo.results.profile import KinaseAffinity
from dta_demo.screening.selectivity import entropy, gini, score_selectivity, share_bound

FLOOR = 5.2


def kinase(affinity, members=(), in_domain=True):
    return KinaseAffinity(
        "ABL1", "P00519", "TK", "Abl", "", "ABL1", affinity, (5.0, 9.0),
        tuple(members) or (affinity,), True, "seen", in_domain, "", None,
    )  # fmt: skip


def test_shares_count_what_is_bound_below_a_concentration():
    pkd = np.array([9.0, 7.5, 6.5, 5.0])
    assert [share_bound(pkd, limit) for limit in (FLOOR, 6.0, 7.0)] == [0.75, 0.75, 0.5]


def test_the_gini_coefficient_is_0_for_equal_kinases_and_near_1_for_one():
    assert gini(np.full(10, 7.0), FLOOR) == pytest.approx(0.0)
    assert gini(np.array([9.0, *[5.0] * 99]), FLOOR) == pytest.approx(0.99)
    assert gini(np.full(10, 5.0), FLOOR) == 0.0
    # Two bound by halves (Kd of 1 uM) and two not at all.
    assert gini(np.array([6.0, 6.0, 5.0, 5.0]), FLOOR) == pytest.approx(0.5)


def test_the_entropy_is_that_of_the_shares():
    assert entropy(np.array([9.0, 5.0, 5.0]), FLOOR) == 0.0
    assert entropy(np.full(8, 7.0), FLOOR) == pytest.approx(math.log(8))
    shares = np.array([10 / 11, 1 / 11])
    assert entropy(np.array([8.0, 7.0]), FLOOR) == pytest.approx(-(shares * np.log(shares)).sum())
    assert entropy(np.full(3, 5.0), FLOOR) == 0.0


def test_scores_are_of_kinases_in_the_domain_with_the_members_spread():
    rows = [
        kinase(8.0, (7.0, 9.0)), kinase(5.1, (5.1, 7.4)), kinase(9.0, (9.0, 9.0), in_domain=False),
    ]  # fmt: skip
    bound, *_ = scores = score_selectivity(rows, FLOOR)
    assert [score.name for score in scores] == [
        "S(10 µM)", "S(1 µM)", "S(100 nM)", "Gini", "Entropy",
    ]  # fmt: skip
    assert (bound.value, bound.low, bound.high) == (0.5, 0.5, 1.0)
    for score in scores:
        assert score.low <= score.high
        assert score.definition.endswith(".")
    assert score_selectivity(rows[:1], FLOOR) == ()
