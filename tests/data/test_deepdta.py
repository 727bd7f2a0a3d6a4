import csv
import json
import pickle

import numpy as np
import pytest

from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.evaluation.folds import fold_digest
from tests.support.datasets import write_json, write_release

TRAIN, TEST = "folds/train_fold_setting1.txt", "folds/test_fold_setting1.txt"


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_davis_release_is_read_as_pkd(davis_release, kd):
    data = load_affinities(davis_release)
    assert (data.name, data.label, data.floor) == ("davis", "pKd", 5.0)
    assert len(data) == (~np.isnan(kd)).sum()
    measured = kd[data.drug_index, data.target_index]
    np.testing.assert_allclose(data.affinity, -np.log10(measured / 1e9))
    # The training recipe compares with the floor to know which pairs are censored.
    np.testing.assert_array_equal(data.affinity == data.floor, measured == 10_000)
    assert data.drug_ids[0] == "1000"
    assert data.targets[11].name == "t11"


def test_the_kiba_release_is_read_as_it_stands(kiba_release, scores):
    data = load_affinities(kiba_release)
    assert (data.name, data.label, data.floor) == ("kiba", "KIBA score", None)
    np.testing.assert_array_equal(data.affinity, scores[~np.isnan(scores)])


def test_folds_count_the_measured_entries_row_by_row(davis_release, kd):
    data = load_affinities(davis_release)
    rows, columns = np.where(~np.isnan(kd))
    for number, positions in enumerate(read_json(davis_release / TRAIN)):
        taken = data.take(data.fold == number)
        pairs = set(zip(taken.drug_index, taken.target_index, strict=True))
        assert pairs == set(zip(rows[positions], columns[positions], strict=True))
    test = read_json(davis_release / TEST)
    np.testing.assert_array_equal(np.flatnonzero(data.is_test), sorted(test))
    assert (data.fold[data.is_test] == -1).all()
    rest = data.take(~data.is_test)
    assert set(rest.fold) == set(range(5))
    assert not rest.is_test.any()


def test_stereochemistry_is_preferred(davis_release):
    flat, stereo = "CC(N)C(=O)O", "C[C@H](N)C(=O)O"
    ligands = read_json(davis_release / "ligands_can.txt") | {"1000": flat}
    write_json(davis_release / "ligands_can.txt", ligands)
    write_json(davis_release / "ligands_iso.txt", ligands | {"1000": stereo})
    assert "@" in load_affinities(davis_release).drugs[0].smiles
    (davis_release / "ligands_iso.txt").unlink()
    assert load_affinities(davis_release).drugs[0].smiles == flat


def test_mutations_in_names_are_applied(davis_release):
    proteins = read_json(davis_release / "proteins.txt")
    sequence = proteins.pop("t11")
    name = f"G({sequence[0]}1W)"
    write_json(davis_release / "proteins.txt", proteins | {name: sequence})
    assert load_affinities(davis_release).targets[11].sequence == "W" + sequence[1:]


def test_the_tidy_layout_comes_first(davis_release, small_dataset):
    for path in small_dataset.iterdir():
        path.rename(davis_release / path.name)
    assert load_affinities(davis_release).name == "small"


@pytest.mark.parametrize("folder", ["release", "davis-or-kiba", "Davis"])
def test_davis_is_told_by_its_values(tmp_path, kd, folder):
    assert load_affinities(write_release(tmp_path / folder, kd)).name == "davis"


@pytest.mark.parametrize("folder", ["release", "davis-or-kiba", "KIBA_2018"])
def test_kiba_is_told_by_its_values(tmp_path, scores, folder):
    assert load_affinities(write_release(tmp_path / folder, scores)).name == "kiba"


def test_low_scores_are_believed_in_a_folder_named_kiba(tmp_path, scores):
    assert load_affinities(write_release(tmp_path / "kiba", scores - 5)).name == "kiba"


def spoil_value(value):
    def spoil(matrix):
        matrix[0, :2] = value
        return matrix

    return spoil


@pytest.mark.parametrize(
    ("folder", "spoil", "complaint"),
    [
        ("release", lambda kd: 9 - np.log10(kd), "could hold KIBA scores or pKd values"),
        ("davis", lambda kd: 9 - np.log10(kd), "which is no Kd in nM"),
        ("kiba", lambda kd: kd, "goes up to 10000, which no KIBA score does"),
        ("kiba", lambda kd: np.log10(kd) - 2, "a KIBA score is not below 0"),
        ("davis", spoil_value(0), "holds a Kd of 0 nM"),
        ("davis", spoil_value(-1), "holds a Kd of -1 nM"),
        ("davis", spoil_value(np.inf), "a value that is infinite"),
        ("davis", lambda kd: kd * np.nan, "holds no pairs"),
        ("davis", lambda kd: kd.T, "matrix of 12 x 8, but ligands_iso.txt has 8 drugs"),
        ("davis", lambda kd: kd[:, :-1], "proteins.txt has 12 targets"),
        ("davis", lambda kd: kd.astype(object), "Y is not a pickled matrix of floats"),
        ("davis", lambda kd: kd.tolist(), "Y is not a pickled matrix of floats"),
    ],
)
def test_a_matrix_that_is_neither_is_refused(tmp_path, kd, folder, spoil, complaint):
    path = write_release(tmp_path / folder, kd) / "Y"
    path.write_bytes(pickle.dumps(spoil(kd), protocol=2))
    with pytest.raises(DataError, match=complaint) as caught:
        load_affinities(path.parent)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("file", ["proteins.txt", "Y", TRAIN, TEST])
def test_a_missing_file_is_named(davis_release, file):
    (davis_release / file).unlink()
    with pytest.raises(DataError, match=f"{file} cannot be read"):
        load_affinities(davis_release)


def test_missing_ligands_are_named(davis_release):
    for file in ("ligands_iso.txt", "ligands_can.txt"):
        (davis_release / file).unlink()
    with pytest.raises(DataError, match=r"ligands_iso.txt cannot be read"):
        load_affinities(davis_release)


def change_folds(change):
    def apply(text):
        lists = json.loads(text)
        change(lists)
        return json.dumps(lists)

    return apply


@pytest.mark.parametrize(
    ("file", "spoil", "complaint"),
    [
        ("ligands_iso.txt", lambda text: text[:-9], "not a whole JSON document"),
        ("ligands_iso.txt", lambda text: "", "not a whole JSON document"),
        ("ligands_iso.txt", lambda text: "<!DOCTYPE html>", "not a whole JSON document"),
        ("ligands_iso.txt", lambda text: "[]", "not an object of names and texts"),
        ("ligands_iso.txt", lambda text: '{"1": 2}', "not an object of names and texts"),
        ("ligands_iso.txt", lambda text: '{"1": "C(C"}', "a molecule '1' that cannot be read"),
        ("proteins.txt", lambda text: text.replace('"t1"', '"t0"'), "'t0' more than once"),
        ("proteins.txt", lambda text: text.replace('"t1"', '"\ufffd'), "JSON"),
        ("proteins.txt", lambda text: '{"t0": "MK*VV"}', "a target 't0' that cannot be read"),
        (TRAIN, lambda text: "{}", "not a list of folds"),
        (TRAIN, lambda text: "[]", "not a list of folds"),
        (TRAIN, lambda text: "[1, 2]", "not made of lists of whole numbers"),
        (TRAIN, lambda text: "[[1.5]]", "not made of lists of whole numbers"),
        (TRAIN, lambda text: "[[true]]", "not made of lists of whole numbers"),
        (TRAIN, lambda text: '["12"]', "not made of lists of whole numbers"),
        (TRAIN, change_folds(lambda folds: folds[0].append(91)), "the pair 91; the pairs are 0 to"),
        (TRAIN, change_folds(lambda folds: folds[0].append(-1)), "the pair -1; the pairs are 0 to"),
        (TRAIN, change_folds(lambda folds: folds[1].append(folds[0][0])), "in a fold already"),
        (TEST, change_folds(lambda fold: fold.append(fold[0])), "in a fold already"),
        (TEST, lambda text: "[]", "no fold for 11 of 91 pairs"),
        (TEST, lambda text: "7", "not made of lists of whole numbers"),
    ],
)
def test_a_fault_gets_one_sentence(davis_release, file, spoil, complaint):
    path = davis_release / file
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=complaint) as caught:
        load_affinities(davis_release)
    assert str(davis_release / file.split("/")[0]) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_both_layouts_of_one_dataset_read_alike(shared_data, tmp_path):
    """The Davis data that the checkpoint was trained on, written as the release has it."""
    tidy = load_affinities(shared_data / "davis")
    folder = tmp_path / "davis"
    (folder / "folds").mkdir(parents=True)
    for name, table in (("ligands_iso.txt", "drugs"), ("proteins.txt", "targets")):
        with (shared_data / "davis" / f"{table}.csv").open() as file:
            write_json(folder / name, dict(list(csv.reader(file))[1:]))
    kd = np.full((len(tidy.drugs), len(tidy.targets)), np.nan)
    kd[tidy.drug_index, tidy.target_index] = 10 ** (9 - tidy.affinity)
    (folder / "Y").write_bytes(pickle.dumps(kd, protocol=0))
    fold = np.full(kd.shape, -1)
    fold[tidy.drug_index, tidy.target_index] = tidy.fold
    listed = fold[~np.isnan(kd)]
    write_json(folder / TRAIN, [np.flatnonzero(listed == n).tolist() for n in range(5)])
    write_json(folder / TEST, [])
    release = load_affinities(folder)
    assert release.targets == tidy.targets
    for number in range(5):
        assert fold_digest(release, number) == fold_digest(tidy, number)
    found = np.zeros(kd.shape)
    found[release.drug_index, release.target_index] = release.affinity
    np.testing.assert_allclose(found[tidy.drug_index, tidy.target_index], tidy.affinity)
