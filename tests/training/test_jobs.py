import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation.splits import SPLITS, split_rows
from dta_demo.results.group import Group
from dta_demo.training.jobs import NONE, ColdFolds, Job
from dta_demo.training.pairs import DISPLACEMENT
from tests.support.datasets import write_dataset
from tests.support.tables import join

NEW = ["CCCCCCO", "c1ccc2ccccc2c1", "CC(=O)O", "OCC(O)CO", "CCS", "NCCN", "CC#N", "C1CCNCC1"]


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    write_dataset(folder / "first")
    write_dataset(folder / "second", label="KIBA score", floor=None, seed=1)
    return [load_affinities(folder / name) for name in ("first", "second")]


@pytest.fixture(scope="module")
def table(datasets):
    return join(*datasets)


@pytest.fixture(scope="module")
def with_screen(datasets, tmp_path_factory):
    """A table with displacement of other molecules by the targets of the first dataset."""
    folder = tmp_path_factory.mktemp("screen") / "screen"
    return join(*datasets, write_dataset(folder, DISPLACEMENT, None, molecules=NEW))


@pytest.mark.parametrize("group", Group)
def test_nothing_is_trained_on_that_is_tested(table, group):
    folds = ColdFolds.of(table)
    for fold in range(5):
        for source in table.sources:
            train, test = folds.split(Job(group, fold), source)
            assert not (train & test).any()
            drug = folds.drug[source.drug] == fold
            protein = folds.protein[source.protein] == fold
            if group in (Group.NEW_DRUG, Group.BOTH_NEW):
                assert not drug[train].any()
                assert drug[test].all()
            if group in (Group.NEW_TARGET, Group.BOTH_NEW):
                assert not protein[train].any()
                assert protein[test].all()


@pytest.mark.parametrize("group", Group)
def test_every_pair_is_tested_once_but_where_both_are_new(table, group):
    folds = ColdFolds.of(table)
    first = table.sources[0]
    times = sum(folds.split(Job(group, fold), first)[1].astype(int) for fold in range(5))
    if group is Group.BOTH_NEW:
        assert set(times) == {0, 1}
    else:
        assert (times == 1).all()


@pytest.mark.parametrize(("split", "group"), SPLITS.items())
def test_the_first_dataset_is_split_by_the_protocol(table, datasets, split, group):
    folds = ColdFolds.of(table)
    for fold in range(5):
        ours = folds.split(Job(group, fold), table.sources[0])
        for mine, protocol in zip(ours, split_rows(datasets[0], split, fold), strict=True):
            np.testing.assert_array_equal(mine, protocol)


def test_a_molecule_of_another_dataset_goes_with_its_twin(table):
    """Both datasets have the same molecules, which must be left out together."""
    folds = ColdFolds.of(table)
    of_first = set(table.sources[0].drug[folds.drug[table.sources[0].drug] == 2])
    of_second = set(table.sources[1].drug[folds.drug[table.sources[1].drug] == 2])
    assert of_first
    assert of_first == of_second


@pytest.mark.parametrize("group", Group)
def test_an_auxiliary_dataset_is_never_tested_on_and_leaves_the_jobs_targets_out(
    with_screen, group
):
    folds, screen = ColdFolds.of(with_screen), with_screen.sources[2]
    assert screen.auxiliary
    assert len(screen.affinity) == 96
    leaves_out = group in (Group.NEW_TARGET, Group.BOTH_NEW)
    for fold in range(5):
        job = Job(group, fold)
        assert job.left_out_targets == (fold if leaves_out else NONE)
        train, test = folds.split(job, screen)
        assert not test.any()
        of_fold = folds.protein[screen.protein] == fold
        assert of_fold.any()
        np.testing.assert_array_equal(train, ~of_fold if leaves_out else np.ones(96, dtype=bool))


def test_an_auxiliary_dataset_moves_no_fold_of_the_others(table, with_screen):
    before, after = ColdFolds.of(table), ColdFolds.of(with_screen)
    np.testing.assert_array_equal(before.drug, after.drug[: len(before.drug)])
    np.testing.assert_array_equal(before.protein, after.protein)
