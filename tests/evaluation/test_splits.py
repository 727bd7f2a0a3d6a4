import numpy as np
import pytest

from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.evaluation.splits import FOLDS, SPLITS, split_rows
from tests.support.datasets import KINASE, write_dataset


@pytest.fixture
def data(small_dataset):
    return load_affinities(small_dataset)


def sides(data, rows):
    drugs = {data.drugs[number].smiles for number in data.drug_index[rows]}
    sequences = {data.source_sequences[number] for number in data.target_index[rows]}
    return drugs, sequences


@pytest.mark.parametrize("fold", range(FOLDS))
@pytest.mark.parametrize("split", SPLITS)
def test_what_is_new_is_in_no_training_pair(data, split, fold):
    train, test = split_rows(data, split, fold)
    trained_drugs, trained_sequences = sides(data, train)
    drugs, sequences = sides(data, test)
    assert not (train & test).any()
    assert bool(drugs & trained_drugs) == (split == "new-target")
    assert bool(sequences & trained_sequences) == (split == "new-drug")


@pytest.mark.parametrize("split", ["new-drug", "new-target"])
def test_every_pair_is_tested_once_and_trained_on_otherwise(data, split):
    masks = [split_rows(data, split, fold) for fold in range(FOLDS)]
    np.testing.assert_array_equal(sum(test.astype(int) for _, test in masks), 1)
    assert all((train | test).all() for train, test in masks)


def test_both_new_takes_the_corner_that_the_other_splits_share(data):
    train, test = split_rows(data, "both-new", 2)
    drug_train, drug_test = split_rows(data, "new-drug", 2)
    target_train, target_test = split_rows(data, "new-target", 2)
    np.testing.assert_array_equal(test, drug_test & target_test)
    np.testing.assert_array_equal(train, drug_train & target_train)


def test_the_folds_are_those_of_kfold_in_the_files_order(data):
    held_out = []
    for fold in range(FOLDS):
        _, test = split_rows(data, "new-drug", fold)
        held_out.append(sorted({data.drug_ids[number] for number in data.drug_index[test]}))
    assert held_out == [["d1", "d5"], ["d0", "d7"], ["d2", "d4"], ["d3"], ["d6"]]


def test_a_mutant_goes_where_its_wild_type_goes(tmp_path):
    folder = write_dataset(tmp_path / "mutants")
    path = folder / "targets.csv"
    rows = path.read_text().splitlines()
    for number, name in ((4, "t4"), (9, "t9")):
        rows[number + 1] = f"{name},{KINASE}"
    path.write_text("\n".join(rows).replace("t9,", "t4(T2A),"))
    pairs = folder / "affinities.csv"
    pairs.write_text(pairs.read_text().replace(",t9,", ",t4(T2A),"))
    data = load_affinities(folder)
    assert data.targets[4].sequence != data.targets[9].sequence
    for fold in range(FOLDS):
        _, test = split_rows(data, "new-target", fold)
        chosen = set(data.target_index[test])
        assert (4 in chosen) == (9 in chosen)


def test_too_few_molecules_are_refused(small_dataset):
    path = small_dataset / "drugs.csv"
    rows = path.read_text().splitlines()
    path.write_text("\n".join([rows[0], *(f"d{number},CCO" for number in range(8))]))
    with pytest.raises(DataError, match="5 molecules"):
        split_rows(load_affinities(small_dataset), "new-drug", 0)


def test_a_fold_without_pairs_is_refused(data):
    _, test = split_rows(data, "both-new", 0)
    with pytest.raises(DataError, match="Fold 0 of the both-new split"):
        split_rows(data.take(~test), "both-new", 0)
