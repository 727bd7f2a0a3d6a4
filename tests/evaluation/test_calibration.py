import numpy as np
import pytest

from dta_demo.evaluation.calibration import LEVEL, cross_fit_intervals, fit_group
from dta_demo.trust.calibration import Calibration


@pytest.fixture
def folds():
    rng = np.random.default_rng(0)
    predicted = [rng.uniform(5, 9, 500) for _ in range(5)]
    return [(np.maximum(each + rng.normal(0, 0.5, 500), 5.0), each) for each in predicted]


def test_a_folds_interval_does_not_depend_on_its_own_labels(folds):
    before = cross_fit_intervals(folds, 5.0, 7.0)
    folds[2] = (np.full(500, 11.0), folds[2][1])
    after = cross_fit_intervals(folds, 5.0, 7.0)
    np.testing.assert_array_equal(before[2], after[2])
    assert after[1][1].max() > before[1][1].max()


def test_new_pairs_are_covered_as_often_as_the_level_says(folds):
    intervals = cross_fit_intervals(folds, 5.0, 7.0)
    inside = [
        (measured >= low) & (measured <= high)
        for (measured, _), (low, high) in zip(folds, intervals, strict=True)
    ]
    assert np.mean(inside) == pytest.approx(LEVEL, abs=0.02)


def test_no_interval_goes_below_the_floor(folds):
    measured, predicted = folds[0]
    calibration = Calibration(LEVEL, 5.0, -np.inf, {"": fit_group(measured, predicted, 5.0, 7.0)})
    low, high = calibration.interval(predicted, "")
    assert low.min() == 5.0
    assert (high >= low).all()
