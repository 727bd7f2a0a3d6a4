import numpy as np
import pytest

from dta_demo.evaluation import metrics


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


def test_golden_values_of_the_regression_metrics():
    measured = np.array([5.0, 6.0, 7.5, 8.0, 5.0])
    predicted = np.array([5.5, 5.5, 7.0, 8.5, 5.25])
    figures = metrics.regression_metrics(measured, predicted)
    # Nine pairs have an order; one of them is tied in the predictions, the others are right.
    assert figures["mse"] == pytest.approx(0.2125)
    assert figures["ci"] == pytest.approx(8.5 / 9)
    assert figures["pearson"] == pytest.approx(0.932277, abs=1e-6)
    assert figures["spearman"] == pytest.approx(0.921053, abs=1e-6)
    assert figures["rm2"] == pytest.approx(0.823533, abs=1e-6)


def test_average_precision_is_the_mean_precision_at_the_binders():
    measured = np.array([7.0, 5.0, 8.0, 6.0])
    predicted = np.array([9.0, 8.0, 7.0, 1.0])
    assert metrics.average_precision(measured, predicted, 7.0) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.average_precision(measured, np.ones(4), 7.0) == pytest.approx(0.5)
    assert np.isnan(metrics.average_precision(measured, predicted, 9.0))


def test_ci_within_groups_is_blind_to_what_tells_groups_apart():
    groups = np.array([3, 7, 3, 7, 9, 9])
    measured = np.array([5.0, 8.0, 6.0, 9.0, 5.0, 5.0])
    predicted = np.array([5.0, 8.0, 6.0, 8.5, 5.0, 6.0])
    assert metrics.mean_ci_within(groups, measured, predicted) == 1.0
    # Right between the groups and wrong within one of the two that have an order.
    predicted[[0, 2]] = predicted[[2, 0]]
    assert metrics.mean_ci_within(groups, measured, predicted) == 0.5
    assert np.isnan(metrics.mean_ci_within(groups, np.ones(6), predicted))


def test_diagnostics_take_the_binders_by_themselves():
    measured = np.array([5.0, 5.0, 7.0, 8.0])
    predicted = np.array([5.0, 6.0, 8.0, 7.0])
    pair = np.array([0, 1, 0, 1])
    figures = metrics.diagnostic_metrics(measured, predicted, pair, 1 - pair)
    assert figures == {
        "ci_per_target": 1.0,
        "ci_per_drug": 1.0,
        "mse_actives": 1.0,
        "ci_actives": 0.0,
        "aupr": 1.0,
        "base_rate": 0.5,
    }


def test_diagnostics_without_binders_are_not_a_number():
    pair = np.arange(3)
    figures = metrics.diagnostic_metrics(np.full(3, 5.0), np.arange(3.0), pair, pair)
    assert figures.pop("base_rate") == 0
    assert all(np.isnan(value) for value in figures.values())


def test_errors_are_binned_by_label_with_the_floor_apart():
    measured = np.array([5.0, 5.0, 5.2, 7.0, 7.9])
    predicted = np.array([5.0, 6.0, 5.7, 6.0, 7.9])
    bins = metrics.errors_by_label(measured, predicted, 5.0)
    assert [(each["from"], each["to"], each["n"]) for each in bins] == [
        (5.0, 5.0, 2), (5.0, 6.0, 1), (7.0, 8.0, 2),
    ]  # fmt: skip
    assert [each["bias"] for each in bins] == pytest.approx([0.5, 0.5, -0.5])
    total = sum(each["n"] * each["mse"] for each in bins)
    assert total == pytest.approx(5 * metrics.mean_squared_error(measured, predicted))


def test_errors_without_a_floor_are_binned_by_label_alone():
    bins = metrics.errors_by_label(np.array([-0.5, 5.0]), np.zeros(2), None)
    assert [(each["from"], each["n"]) for each in bins] == [(-1.0, 1), (5.0, 1)]


def test_a_constant_that_rounding_would_hide_has_no_correlation():
    predicted = np.full(7, 5.1 + 0.1)
    figures = metrics.regression_metrics(np.arange(7.0), predicted)
    assert np.isnan([figures["rm2"], figures["pearson"], figures["spearman"]]).all()
