import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation.splits import split_rows
from dta_demo.training.jobs import LEAVES, ColdFolds, Job
from dta_demo.training.pairs import build_table
from tests.support.datasets import write_dataset


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    write_dataset(folder / "first")
    write_dataset(folder / "second", label="KIBA score", floor=None, seed=1)
    return [load_affinities(folder / name) for name in ("first", "second")]


@pytest.fixture(scope="module")
def table(datasets):
    return build_table(datasets)


@pytest.mark.parametrize("leaves", LEAVES)
def test_nothing_is_trained_on_that_is_tested(table, leaves):
    folds = ColdFolds.of(table)
    for fold in range(5):
        job = Job(leaves, fold)
        drug, protein = folds.left_out(job)
        for source in table.sources:
            train, test = folds.split(job, source)
            assert not (train & test).any()
            if leaves != "fold":
                assert not drug[source.drug[train]].any()
                assert not protein[source.protein[train]].any()
                new_drug, new_protein = drug[source.drug[test]], protein[source.protein[test]]
                assert (new_drug if "drug" in leaves else new_protein).all()
                assert leaves != "both-new" or (new_drug & new_protein).all()


@pytest.mark.parametrize("leaves", LEAVES)
def test_every_pair_is_tested_once_but_where_both_are_new(table, leaves):
    folds = ColdFolds.of(table)
    first = table.sources[0]
    times = sum(folds.split(Job(leaves, fold), first)[1].astype(int) for fold in range(5))
    if leaves == "both-new":
        assert set(times) == {0, 1}
    else:
        assert (times == 1).all()


@pytest.mark.parametrize("leaves", ["new-drug", "new-target", "both-new"])
def test_the_first_dataset_is_split_by_the_protocol(table, datasets, leaves):
    folds = ColdFolds.of(table)
    for fold in range(5):
        ours = folds.split(Job(leaves, fold), table.sources[0])
        for mine, protocol in zip(ours, split_rows(datasets[0], leaves, fold), strict=True):
            np.testing.assert_array_equal(mine, protocol)


def test_a_molecule_of_another_dataset_goes_with_its_twin(table):
    """Both datasets have the same molecules, which must be left out together."""
    folds = ColdFolds.of(table)
    of_first = set(table.sources[0].drug[folds.drug[table.sources[0].drug] == 2])
    of_second = set(table.sources[1].drug[folds.drug[table.sources[1].drug] == 2])
    assert of_first
    assert of_first == of_second
