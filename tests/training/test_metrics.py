import numpy as np
import pytest

from dta_demo.training import metrics


def naive_ci(measured, predicted):
    score = pairs = 0.0
    for i in range(len(measured)):
        for j in range(len(measured)):
            if measured[i] > measured[j]:
                pairs += 1
                score += (predicted[i] > predicted[j]) + 0.5 * (predicted[i] == predicted[j])
    return score / pairs


@pytest.mark.parametrize("seed", range(5))
def test_ci_equals_the_count_over_all_pairs(seed):
    random = np.random.default_rng(seed)
    measured = random.integers(0, 6, 80).astype(float)
    predicted = np.round(measured + random.normal(0, 2, 80), 0)
    assert metrics.concordance_index(measured, predicted) == pytest.approx(
        naive_ci(measured, predicted), abs=1e-12
    )


def test_ci_of_a_constant_is_a_half_and_of_one_label_is_not_a_number():
    assert metrics.concordance_index(np.arange(4.0), np.ones(4)) == 0.5
    assert np.isnan(metrics.concordance_index(np.ones(4), np.arange(4.0)))


def test_rm2_of_a_perfect_prediction_is_one():
    measured = np.array([5.0, 6.0, 7.5, 8.0])
    assert metrics.rm2(measured, measured) == pytest.approx(1.0)
    assert metrics.rm2(measured, measured + np.array([0.5, -0.5, 0.5, -0.5])) < 0.9


def test_coverage_counts_both_ends_and_binders_by_themselves():
    figures = metrics.interval_metrics(
        np.array([5.0, 6.0, 7.0, 8.0]), np.full(4, 5.0), np.full(4, 7.0)
    )
    assert figures == {"coverage": 0.75, "coverage_actives": 0.5, "mean_width": 2.0}
