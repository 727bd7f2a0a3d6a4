"""Mutants that jobs leave out: what is trained on, how they are predicted, and what is fitted."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from dta_demo.model.labels import LABELS
from dta_demo.results.group import Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import NONE, ColdFolds, Job
from dta_demo.training.mutants import (
    LEAST_MUTANT_PAIRS,
    LeftOutMutants,
    calibrate_mutants,
    fit_scale,
    predict_mutants,
    score_mutants,
)
from dta_demo.training.preparation import prepare
from dta_demo.training.settings import MemberSettings, RecipeSettings
from dta_demo.trust.calibration import Calibration
from tests.support.datasets import KINASE, write_dataset
from tests.support.tables import join, make_source

PLACES = (30, 60, 75, 90, 120, 150)
MUTATIONS = [
    f"{KINASE[place - 1]}{place}{'W' if KINASE[place - 1] != 'W' else 'A'}" for place in PLACES
]
WEIGHTS = {label: np.array([0.5, 0.5, 0.5, 0.5, 0.5]) for label in LABELS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A dataset of a wild type, six mutants of it, one in two forms, and eleven other targets."""
    folder = write_dataset(tmp_path_factory.mktemp("mutants") / "first")
    names = ["WT", *(f"WT({each})" for each in MUTATIONS), f"WT({MUTATIONS[0]})p", "WTp"]
    with (folder / "targets.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{name},{KINASE}\n" for name in names)
    with (folder / "affinities.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for place, name in enumerate(names):
            for drug in range(8):
                rows.writerow([f"d{drug}", name, f"{5.5 + 0.3 * drug + 0.1 * place:.2f}", drug % 5])
    return folder


@pytest.fixture(scope="module")
def table(folder):
    return join(folder)


def names_of(table, proteins):
    return {table.proteins[int(number)].name for number in proteins}


def test_only_mutants_with_a_wild_type_are_in_folds_and_both_forms_in_one(table):
    folds = ColdFolds.of(table)
    assert folds.has_mutants
    placed = np.flatnonzero(folds.mutant != NONE)
    assert names_of(table, placed) == {
        *(f"WT({each})" for each in MUTATIONS), f"WT({MUTATIONS[0]})p",
    }  # fmt: skip
    by_name = {table.proteins[int(number)].name: folds.mutant[number] for number in placed}
    assert by_name[f"WT({MUTATIONS[0]})"] == by_name[f"WT({MUTATIONS[0]})p"]
    assert set(by_name.values()) == set(range(5))


def test_without_mutants_there_is_no_fold(tmp_path):
    assert not ColdFolds.of(join(write_dataset(tmp_path / "plain"))).has_mutants


@pytest.mark.parametrize("group", [Group.NEW_TARGET, Group.BOTH_NEW])
def test_a_job_of_mutants_trains_on_none_of_those_it_tests(table, group):
    folds, first = ColdFolds.of(table), table.sources[0]
    tested = 0
    for fold in range(5):
        train, test = folds.split(Job(group, fold, mutants=True), first)
        assert not (train & test).any()
        left_out = folds.mutant[first.protein] == fold
        assert not (left_out & train).any()
        assert left_out[test].all()
        if group is Group.BOTH_NEW:
            assert not (folds.drug[first.drug[train]] == fold).any()
        # Everything else is trained on: the wild type, and the other mutants.
        elif fold == 0:
            assert names_of(table, first.protein[train]) >= {"WT", "t0"}
        tested += test.sum()
    assert tested == (56 if group is Group.NEW_TARGET else tested)


def test_a_job_of_mutants_shares_the_drug_encoder_and_no_folder(table):
    plain, mutants = (Job(Group.NEW_TARGET, 1, mutants=each) for each in (False, True))
    assert mutants.left_out_targets == NONE
    assert plain.left_out_targets == 1
    assert plain.name != mutants.name
    assert not mutants.is_released


def test_mutants_are_predicted_beside_their_wild_types(folder, tmp_path, tiny_encoder):
    """The wild type is known with its molecules; the unknown one is not, and differs from it."""
    settings = RecipeSettings(
        (folder,), str(tiny_encoder), tmp_path / "run", tmp_path / "out",
        member=MemberSettings(epochs=1), device="cpu",
    )  # fmt: skip
    prepared = prepare(settings)
    cross_validation = CrossValidation(prepared)
    job = Job(Group.NEW_TARGET, 0, mutants=True)
    left_out = predict_mutants(cross_validation, job)
    table = prepared.table
    assert names_of(table, left_out.mutant.source.protein) <= {
        *(f"WT({each})" for each in MUTATIONS), f"WT({MUTATIONS[0]})p",
    }  # fmt: skip
    assert names_of(table, left_out.known.source.protein) <= {"WT", "WTp"}
    assert not np.isnan(left_out.wild_affinity).any()
    assert set(left_out.known.kernel_group) == {Group.SEEN.place}
    assert set(left_out.unknown.kernel_group) == {Group.NEW_TARGET.place}
    np.testing.assert_array_equal(left_out.known.predicted, left_out.unknown.predicted)
    assert not np.allclose(left_out.known.kernel, left_out.unknown.kernel)
    # A mutation that the kernel reads makes a difference, for a target that it does not know.
    assert not np.allclose(left_out.mutant.kernel, left_out.unknown.kernel)


def left_out(fold, effect, noise, group=Group.NEW_TARGET, pairs=150):
    """Mutants whose measured change is ``effect`` times the one that the parts see."""
    random = np.random.default_rng(fold)
    wild, change = random.uniform(6.0, 9.0, pairs), random.normal(0, 0.5, pairs)
    affinity = wild + effect * change + random.normal(0, noise, pairs)
    source = make_source(affinity, censored=np.zeros(pairs, dtype=bool))
    job, binding = Job(group, fold, mutants=True), np.zeros((2, pairs))

    def part(values, place):
        predicted, places = np.tile(values, (4, 1)), np.full(pairs, place)
        return HeldOut(job, source, predicted, values, places, *binding)

    unknown = random.uniform(6.0, 9.0, pairs)
    return LeftOutMutants(
        mutant=part(unknown + change, group.place),
        unknown=part(unknown, group.place),
        known=part(wild, group.place - Group.NEW_TARGET.place),
        wild_affinity=np.where(np.arange(pairs) < 5, np.nan, wild),
    )


@pytest.mark.parametrize("effect", [0.0, 0.6, 2.0])
def test_the_scale_is_the_effect_that_was_planted(effect):
    parts = [left_out(fold, effect, 0.05) for fold in range(3)]
    assert fit_scale(parts, WEIGHTS, 5.0) == pytest.approx(effect, abs=0.05)


def test_the_figures_stand_beside_those_of_doing_nothing():
    parts = [left_out(fold, 1.5, 0.05) for fold in range(3)]
    good, none = (score_mutants(parts, WEIGHTS, scale, 5.0) for scale in (1.5, 0.0))
    assert good["mse_beside_wild_type"] < 0.05 * good["mse_same_as_wild_type"]
    assert none["mse_beside_wild_type"] == pytest.approx(none["mse_same_as_wild_type"], rel=1e-6)
    assert good["change_pearson"] > 0.95
    assert none["change_pearson"] is None
    assert good["mse_as_new_target"] > 1
    assert (good["n"], good["n_beside_wild_type"]) == (450, 435)


def test_mutants_get_intervals_of_their_own_that_hold_nine_in_ten():
    calibration = Calibration(0.9, 5.0, 5.2, {})
    parts = [left_out(fold, 1.0, 0.3) for fold in range(4)]
    parts += [left_out(fold, 1.0, 0.6, Group.BOTH_NEW) for fold in range(4)]
    fitted, figures = calibrate_mutants(calibration, parts, WEIGHTS, LABELS[0])
    assert fitted.mutant_scale == pytest.approx(1.0, abs=0.1)
    assert set(fitted.groups) == set(figures) == {"mutant", "mutant, new drug"}
    for each in figures.values():
        assert 0.85 < each["coverage"] < 0.95
    assert figures["mutant"]["mean_width"] < 0.7 * figures["mutant, new drug"]["mean_width"]


def test_too_few_mutants_get_none():
    calibration = Calibration(0.9, 5.0, 5.2, {})
    few = [left_out(fold, 1.0, 0.3, pairs=LEAST_MUTANT_PAIRS // 4) for fold in range(3)]
    fitted, figures = calibrate_mutants(calibration, few, WEIGHTS, LABELS[0])
    assert (fitted.groups, figures) == ({}, {})
    assert calibrate_mutants(calibration, [], WEIGHTS, LABELS[0]) == (calibration, {})
