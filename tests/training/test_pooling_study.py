import json

import numpy as np
import pytest
import torch

from dta_demo.encoders.pooling import FIXED_POOLINGS, POOLING_NAMES
from dta_demo.results.pooling_study import PoolingStudy, condition_of
from dta_demo.runtime.bundled import bundled_file
from dta_demo.training.pooling_panel import REGIONS
from dta_demo.training.pooling_study import (
    BASELINES,
    Condition,
    count_letters,
    list_conditions,
    score_folds,
    summarise,
)
from dta_demo.training.readout_training import PairGrid


def test_every_pooling_is_compared_in_every_region_and_beside_every_baseline():
    names = [condition.name for condition in list_conditions()]
    assert len(names) == len(set(names))
    for layers in ("last", "best"):
        for region in REGIONS:
            assert {condition_of(name, region, layers) for name in POOLING_NAMES} <= set(names)
    assert {condition_of(name, layers="mix") for name in FIXED_POOLINGS} <= set(names)
    assert {name.split(",")[0] for name in names} == {"esm2", "random weights", *BASELINES}


def test_the_composition_is_the_share_of_each_amino_acid():
    shares = count_letters("AACX")
    assert shares[:2] == [0.5, 0.25]
    assert sum(shares) == 0.75
    assert len(shares) == 20


def test_each_network_is_scored_on_the_pairs_that_it_left_out():
    affinity = torch.tensor([[5.0, 8.0], [6.0, 7.0]])
    test = torch.tensor([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
    grid = PairGrid(affinity, 1 - test, test, torch.zeros(2, 2, 3), floor=5.0)
    predicted = torch.tensor([[[4.0, 0.0], [0.0, 0.0]], [[0.0, 9.0], [0.0, 7.5]]])
    below, other = score_folds(grid, predicted)
    assert below == pytest.approx(0.01**2)  # pressed against the floor
    assert other == pytest.approx((1 + 0.25) / 2)


def test_errors_are_averaged_over_folds_then_over_seeds():
    found = summarise([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0]])
    assert found["mean"] == 3.0
    assert found["standard_error"] == pytest.approx(1 / np.sqrt(3), abs=1e-5)
    assert summarise([[1.0, 3.0]])["standard_error"] is None


def test_a_condition_has_one_name_in_files_and_on_the_page():
    assert Condition("esm2", "protein", "max", "mix").name == condition_of("max", "protein", "mix")
    assert Condition("none").name == "none, domain"


# --- What the command wrote, which the page and the documents quote -----------------------------


@pytest.fixture(scope="module")
def study() -> PoolingStudy:
    return PoolingStudy.from_dict(json.loads(bundled_file("poolings/study.json").read_text()))


def test_the_released_study_has_every_condition_with_three_seeds(study):
    assert set(study.errors) == {condition.name for condition in list_conditions()}
    for groups in study.errors.values():
        assert set(groups) == {"seen", "new drug", "new target"}
        assert all(errors.shape == (3, 5) for errors in groups.values())


def test_the_comparison_could_come_out_either_way(study):
    """Poolings differ for new proteins by more than noise, and a random vector tells nothing."""
    conditions = [condition_of(name) for name in POOLING_NAMES]
    best, near = study.rank(tuple(conditions), "new target")
    assert len(near) < 3
    none = study.error("none, domain", "new target")[0]
    assert study.error(best, "new target")[0] < 0.7 * none
    assert study.error("random vector, domain", "new target")[0] > none
