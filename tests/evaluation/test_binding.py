import json
from dataclasses import replace

import numpy as np
import pytest

from dta_demo.evaluation.binding import (
    binding_metrics,
    cross_fit_binding,
    describe_binding,
    expected_calibration_error,
    fit_binding,
    if_bound_metrics,
    probability_metrics,
    rate_of_others,
    reliability_table,
)
from dta_demo.trust.binding import BindingPrediction
from tests.support.bindings import ACTIVE_FROM, FLOOR, WIDTH, known_pairs


@pytest.fixture(scope="module")
def folds():
    return [known_pairs(seed, 1200)[:2] for seed in range(5)]


def test_known_chances_and_affinities_are_recovered():
    measured, features, *_ = known_pairs(0)
    fitted = fit_binding({"seen": (measured, features)}, FLOOR, ACTIVE_FROM)
    _, features, chance, expected = known_pairs(1)
    found = fitted.predict(features, "seen")
    np.testing.assert_allclose(found.probability_binds, chance, atol=0.05)
    likely = chance > 0.2
    np.testing.assert_allclose(found.affinity_if_bound[likely], expected[likely], atol=0.15)
    assert found.probability_active.mean() == pytest.approx((measured >= 7).mean(), abs=0.02)


def test_new_binders_are_covered_at_the_level_and_no_wider_than_the_noise():
    fitted = fit_binding({"seen": known_pairs(0)[:2]}, FLOOR, ACTIVE_FROM)
    measured, features, *_ = known_pairs(1)
    figures = if_bound_metrics(measured, fitted.predict(features, "seen"), FLOOR, ACTIVE_FROM)
    assert figures["n"] == (measured > FLOOR).sum()
    assert figures["coverage"] == pytest.approx(0.9, abs=0.025)
    assert figures["mean_width"] == pytest.approx(2 * 1.645 * WIDTH, rel=0.15)
    assert figures["mse"] == pytest.approx(WIDTH**2, rel=0.1)


def test_a_feature_that_says_nothing_has_no_skill_beside_the_base_rate():
    measured, features, *_ = known_pairs(0)
    folds = [
        (measured[rows], features[rows, 1:]) for rows in np.array_split(np.arange(len(measured)), 5)
    ]
    chances = np.concatenate(
        [each.probability_binds for each in cross_fit_binding(folds, FLOOR, ACTIVE_FROM)]
    )
    base_rate = np.full(len(measured), (measured > FLOOR).mean())
    figures = probability_metrics(measured > FLOOR, chances, base_rate)
    assert figures["brier_skill"] == pytest.approx(0, abs=0.005)
    assert figures["ece"] < 0.03
    assert figures["aupr"] == pytest.approx(figures["base_rate"], abs=0.03)


def test_a_feature_that_says_something_has_skill(folds):
    found = cross_fit_binding(folds, FLOOR, ACTIVE_FROM)
    measured = np.concatenate([labels for labels, _ in folds])
    joined = BindingPrediction(
        *(
            np.concatenate([getattr(each, name) for each in found])
            for name in BindingPrediction.__dataclass_fields__
        )
    )
    rates = tuple(
        np.full(len(measured), outcome.mean())
        for outcome in (measured > FLOOR, measured >= ACTIVE_FROM)
    )
    figures = binding_metrics(measured, joined, rates, FLOOR, ACTIVE_FROM)
    assert min(figures[name]["brier_skill"] for name in ("binds", "active")) > 0.25
    assert max(figures[name]["ece"] for name in ("binds", "active")) < 0.02
    assert figures["if_bound"]["coverage"] == pytest.approx(0.9, abs=0.02)


def test_a_folds_binding_does_not_depend_on_its_own_labels(folds):
    before = cross_fit_binding(folds, FLOOR, ACTIVE_FROM)
    changed = [*folds[:2], (folds[2][0][::-1], folds[2][1]), *folds[3:]]
    after = cross_fit_binding(changed, FLOOR, ACTIVE_FROM)
    np.testing.assert_array_equal(before[2].probability_binds, after[2].probability_binds)
    np.testing.assert_array_equal(before[2].low, after[2].low)
    assert (before[1].probability_binds != after[1].probability_binds).any()


def test_a_constant_feature_is_left_alone():
    measured, features, *_ = known_pairs(0, 1500)
    features[:, 1] = 0.1
    fitted = fit_binding({"seen": (measured, features)}, FLOOR, ACTIVE_FROM).groups["seen"]
    assert fitted.scale[1] == 1.0
    assert fitted.binds.weights[1] == pytest.approx(0, abs=1e-6)


def test_binders_that_stand_apart_get_no_endless_coefficients():
    measured, features, *_ = known_pairs(0, 1500)
    features[:, 0] = measured > FLOOR
    fitted = fit_binding({"seen": (measured, features)}, FLOOR, ACTIVE_FROM)
    found = fitted.predict(features, "seen").probability_binds
    assert ((found > 0.5) == (measured > FLOOR)).all()
    assert max(map(abs, fitted.groups["seen"].binds.weights)) < 50


@pytest.mark.parametrize(
    ("label", "kind"), [(5.0, "that bind"), (6.0, "that are active"), (8.0, "that do not bind")]
)
def test_too_few_pairs_of_a_kind_are_refused(label, kind):
    features = known_pairs(0, 100)[1]
    with pytest.raises(ValueError, match=f"seen pairs {kind} are 0, fewer than 20"):
        fit_binding({"seen": (np.full(100, label), features)}, FLOOR, ACTIVE_FROM)


def test_a_feature_that_is_not_finite_is_refused():
    measured, features, *_ = known_pairs(0, 100)
    features[3, 1] = np.nan
    with pytest.raises(ValueError, match="seen is not finite"):
        fit_binding({"seen": (measured, features)}, FLOOR, ACTIVE_FROM)


def test_the_reliability_table_has_ten_equal_bins():
    random = np.random.default_rng(0)
    chances = random.random(5000)
    table = reliability_table(random.random(5000) < chances, chances)
    assert [each["n"] for each in table] == [500] * 10
    for place, each in enumerate(table):
        assert each["mean_predicted"] == pytest.approx(0.05 + 0.1 * place, abs=0.02)
        assert each["observed"] == pytest.approx(each["mean_predicted"], abs=0.07)


def test_equal_chances_stay_in_one_bin_whatever_their_order():
    outcome = np.sort(np.arange(1000) % 4 == 0)
    chances = np.full(1000, 0.25)
    (only,) = reliability_table(outcome, chances)
    assert only == {"mean_predicted": 0.25, "observed": 0.25, "n": 1000}
    assert expected_calibration_error(outcome, chances) == 0
    assert expected_calibration_error(outcome, chances + 0.1) == pytest.approx(0.1)


def test_certainty_has_the_full_skill_and_what_is_not_defined_is_nan():
    outcome = np.array([True, False, False, True])
    half = np.full(4, 0.5)
    right = probability_metrics(outcome, outcome.astype(float), half)
    assert (right["brier"], right["brier_skill"], right["aupr"]) == (0, 1, 1)
    never = probability_metrics(np.zeros(4, bool), half, np.zeros(4))
    assert np.isnan(never["brier_skill"])
    assert np.isnan(never["aupr"])


def test_without_binders_nothing_is_said_of_their_affinity():
    five = np.full(3, 5.5)
    prediction = BindingPrediction(five, five, five, five, five)
    figures = if_bound_metrics(np.full(3, FLOOR), prediction, FLOOR, ACTIVE_FROM)
    assert figures.pop("n") == 0
    assert np.isnan(list(figures.values())).all()
    some = if_bound_metrics(np.array([5.0, 5.0, 6.5]), replace(prediction, high=five + 2), 5.0, 7.0)
    assert (some["n"], some["mse"], some["coverage"], some["mean_width"]) == (1, 1.0, 1.0, 2.0)


def test_the_rate_of_a_pair_is_that_of_the_other_pairs_of_its_target():
    target = np.array([0, 0, 0, 1, 1, 3])
    outcome = np.array([True, True, False, False, False, True])
    np.testing.assert_allclose(rate_of_others(outcome, target), [0.5, 0.5, 1, 0, 0, 2 / 5])
    assert rate_of_others(np.array([True]), np.array([0])) == [0]


def test_an_evaluation_tells_both_chances_beside_the_rates_of_the_targets():
    measured, features, *_ = known_pairs(0)
    predicted = fit_binding({"seen": (measured, features)}, FLOOR, ACTIVE_FROM).predict(
        features, "seen"
    )
    target = np.arange(len(measured)) % 7
    figures = describe_binding(measured, target, predicted, FLOOR, ACTIVE_FROM)
    for name, outcome, chance in (
        ("binds", measured > FLOOR, predicted.probability_binds),
        ("active", measured >= ACTIVE_FROM, predicted.probability_active),
    ):
        each = figures[name]
        expected = probability_metrics(outcome, chance, rate_of_others(outcome, target))
        assert {key: each[key] for key in expected} == pytest.approx(expected, abs=1e-5)
        assert each["brier_skill"] == pytest.approx(
            1 - each["brier"] / each["brier_base_rate"], abs=1e-4
        )
        assert sum(row["n"] for row in each["reliability"]) == len(measured)
    assert figures["if_bound"]["n"] == (measured > FLOOR).sum()
    nothing = describe_binding(np.full(len(measured), FLOOR), target, predicted, FLOOR, ACTIVE_FROM)
    assert nothing["binds"]["aupr"] is None
    json.dumps(nothing, allow_nan=False)
