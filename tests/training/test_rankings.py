"""Where kinases that were left out stand among the measured ones."""

from __future__ import annotations

import numpy as np
import pytest

from dta_demo.model.labels import LABELS
from dta_demo.results.group import Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import Job
from dta_demo.training.preparation import prepare
from dta_demo.training.rankings import predict_rankings, score_rankings, share_of_first
from dta_demo.training.settings import MemberSettings, RecipeSettings
from tests.support.datasets import write_dataset
from tests.support.tables import make_source

WEIGHTS = {label: np.array([0.5, 0.5, 0.5, 0.5, 0.5]) for label in LABELS}


def test_equal_values_share_their_places():
    marked = np.arange(20) < 5
    assert share_of_first(np.full(20, 5.0), marked) == pytest.approx(0.25)
    assert share_of_first(np.where(marked, 9.0, 5.0), marked) == pytest.approx(0.5)
    assert share_of_first(np.where(marked, 5.0, np.arange(20.0) + 6), marked) == 0.0
    assert share_of_first(np.array([5.0, 6.0]), np.array([True, False])) == 0.5


def ranking(raised, drugs=4, targets=40):
    """Molecules with all targets, of which every fourth was left out and is raised by a value."""
    random = np.random.default_rng(0)
    affinity = random.uniform(5, 9, drugs * targets)
    target = np.tile(np.arange(targets), drugs)
    left_out = target % 4 == 0
    source = make_source(affinity, protein=target, drug=np.repeat(np.arange(drugs), targets))
    values = affinity + raised * left_out
    places = np.where(left_out, np.where(target == 0, -1, Group.BOTH_NEW.place), 1)
    binding = np.zeros((2, len(values)))
    job = Job(Group.BOTH_NEW, 0)
    return HeldOut(job, source, np.tile(values, (4, 1)), values, places, *binding)


def test_what_ignorance_raises_shows():
    fair, raised = (score_rankings([ranking(by)], WEIGHTS, 5.0)["all"] for by in (0.0, 3.0))
    assert fair["predicted"] == pytest.approx(fair["measured"])
    assert raised["predicted"] > 2 * raised["measured"]
    assert fair["of_targets"] == 0.25
    assert fair["rankings"] == 4


def test_targets_without_a_pocket_are_counted_by_themselves():
    scores = score_rankings([ranking(9.0)], WEIGHTS, 5.0)["without a pocket"]
    assert scores["of_targets"] == pytest.approx(1 / 40)
    assert scores["predicted"] == pytest.approx(1 / 10)


def test_a_job_ranks_what_it_left_out_and_what_it_knows(tmp_path, tiny_encoder):
    folder = write_dataset(tmp_path / "first")
    settings = RecipeSettings(
        (folder,), str(tiny_encoder), tmp_path / "run", tmp_path / "out",
        member=MemberSettings(epochs=1), device="cpu",
    )  # fmt: skip
    prepared = prepare(settings)
    found = predict_rankings(CrossValidation(prepared), Job(Group.BOTH_NEW, 1))
    folds, first = prepared.cold_folds, prepared.table.sources[0]
    asked = folds.drug[first.drug] == 1
    np.testing.assert_array_equal(found.source.affinity, first.affinity[asked])
    left_out = folds.protein[found.source.protein] == 1
    np.testing.assert_array_equal(found.kernel_group == Group.BOTH_NEW.place, left_out)
    np.testing.assert_array_equal(found.kernel_group == Group.NEW_DRUG.place, ~left_out)
    assert np.isfinite(found.kernel).all()
