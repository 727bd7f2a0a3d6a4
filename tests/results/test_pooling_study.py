import numpy as np
import pytest

from dta_demo.results.pooling_study import PoolingStudy


def study(**errors):
    conditions = {name: {"seen": {"by_seed": values}} for name, values in errors.items()}
    return PoolingStudy.from_dict(
        {"dataset": "davis", "seeds": [0, 1], "conditions": conditions, "single_layers": {}}
    )


def test_the_error_is_the_mean_with_its_standard_error_over_the_seeds():
    mean, error = study(a=[[1.0, 3.0], [2.0, 4.0]]).error("a", "seen")
    assert mean == 2.5
    assert error == pytest.approx(np.std([2, 3], ddof=1) / np.sqrt(2))


def test_differences_are_taken_within_folds_and_seeds():
    """Folds differ by far more than two conditions do, which a paired difference does not see."""
    first = [[1.0, 2.0, 3.0], [1.1, 2.1, 3.1]]
    second = (np.array(first) + 0.1 + 0.001 * np.arange(6).reshape(2, 3)).tolist()
    difference = study(a=first, b=second).compare("b", "a", "seen")
    assert difference.mean == pytest.approx(0.1025)
    assert difference.told_apart
    assert not study(a=first, b=first).compare("a", "b", "seen").told_apart


def test_only_conditions_within_the_noise_are_near_the_best():
    noise = np.random.default_rng(0).normal(0, 0.01, (3, 2, 5))
    found = study(
        a=(0.2 + noise[0]).tolist(), b=(0.2 + noise[1]).tolist(), c=(0.3 + noise[2]).tolist()
    )
    best, near = found.rank(("a", "b", "c"), "seen")
    assert {best, *near} == {"a", "b"}
