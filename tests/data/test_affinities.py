import csv

import numpy as np
import pytest

from dta_demo.data import tidy
from dta_demo.data.affinities import DataError, load_affinities
from tests.support.datasets import write_dataset

FILES = ["dataset.json", "drugs.csv", "targets.csv", "affinities.csv"]
HEADER = "drug_id,target_id,affinity,fold\n"


def assert_same(found, expected):
    assert found.targets == expected.targets
    assert found.drugs == expected.drugs
    for name in ("drug_index", "target_index", "affinity", "fold"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def assert_refused(folder, file, complaint):
    """One sentence that names the file and the fault."""
    with pytest.raises(DataError, match=complaint) as caught:
        load_affinities(folder)
    assert str(folder / file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(folder)) + 250


def test_a_folder_is_read(small_dataset):
    data = load_affinities(small_dataset)
    assert (data.name, data.label, data.floor) == ("small", "pKd", 5.0)
    assert len(data) == 96
    assert set(np.unique(data.fold)) <= set(range(5))
    assert data.targets[3].name == "t3"
    assert not data.is_test.any()


def test_without_what_stands_in_no_pair_the_pairs_are_the_same(small_dataset):
    data = load_affinities(small_dataset)
    some = data.take((data.drug_index > 5) & (data.target_index % 4 == 1))
    kept = some.without_unused()
    assert [target.name for target in kept.targets] == ["t1", "t5", "t9"]
    assert (kept.drug_ids, len(kept.source_sequences)) == (("d6", "d7"), 3)
    np.testing.assert_array_equal(kept.affinity, some.affinity)
    for before, after in zip(some.target_index, kept.target_index, strict=True):
        assert some.targets[before] == kept.targets[after]
        assert some.source_sequences[before] == kept.source_sequences[after]
    for before, after in zip(some.drug_index, kept.drug_index, strict=True):
        assert some.drugs[before] == kept.drugs[after]


def test_a_folder_without_folds_is_read(small_dataset):
    path = small_dataset / "affinities.csv"
    lines = [line.rsplit(",", 1)[0] for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines))
    data = load_affinities(small_dataset)
    assert (data.fold == -1).all()
    assert not data.is_test.any()


@pytest.mark.parametrize("label", tidy.LABELS)
def test_every_label_is_read(tmp_path, label):
    data = load_affinities(write_dataset(tmp_path / "data", label=label, floor=None))
    assert (data.label, data.floor, len(data)) == (label, None, 96)


@pytest.mark.parametrize("value", ["-0.1", "100.5"])
def test_no_percentage_is_below_0_or_above_100(tmp_path, value):
    folder = write_dataset(tmp_path / "data", label="percent displacement", floor=0.0)
    path = folder / "affinities.csv"
    header, first, *rows = path.read_text().splitlines()
    drug, target, _, fold = first.split(",")
    path.write_text("\n".join([header, f"{drug},{target},{value},{fold}", *rows]))
    assert_refused(folder, "affinities.csv", "line 2 that is no percent displacement")


def test_percentages_of_displacement_are_read(shared_data):
    data = load_affinities(shared_data / "pkis2")
    assert (data.label, data.floor, len(data)) == ("percent displacement", 0.0, 231_672)
    assert (len(data.drugs), len(data.targets)) == (588, 394)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(small_dataset, file):
    (small_dataset / file).unlink()
    with pytest.raises(DataError, match=file):
        load_affinities(small_dataset)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere is not a folder"):
        load_affinities(tmp_path / "nowhere")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda content: b"", "is empty|not a whole JSON document"),
        (lambda content: b"\n\n", "is empty|not a whole JSON document"),
        (lambda content: b"\xff\xfe" + content, "is not text in UTF-8"),
        (lambda content: content.decode().encode("utf-16"), "is not text in UTF-8"),
        (lambda content: content + "\N{GREEK SMALL LETTER ALPHA}".encode("cp1253"), "UTF-8"),
    ],
)
def test_a_spoilt_file_is_named(small_dataset, file, spoil, complaint):
    path = small_dataset / file
    path.write_bytes(spoil(path.read_bytes()))
    assert_refused(small_dataset, file, complaint)


@pytest.mark.parametrize("file", FILES)
def test_a_folder_in_the_place_of_a_file_is_named(small_dataset, file):
    (small_dataset / file).unlink()
    (small_dataset / file).mkdir()
    assert_refused(small_dataset, file, "cannot be read: Is a directory")


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n\n",
        lambda text: text.rstrip("\n"),
    ],
    ids=["byte-order mark", "Windows lines", "blank lines", "no last line end"],
)
def test_what_editors_and_spreadsheets_do_to_text_changes_nothing(small_dataset, rewrite):
    expected = load_affinities(small_dataset)
    for file in FILES:
        path = small_dataset / file
        path.write_bytes(rewrite(path.read_text(encoding="utf-8")).encode())
    assert_same(load_affinities(small_dataset), expected)


def swap_columns(path, first, second, with_header):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[not with_header :]:
        row[first], row[second] = row[second], row[first]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize("file", ["drugs.csv", "targets.csv", "affinities.csv"])
def test_columns_are_found_by_name(small_dataset, file):
    expected = load_affinities(small_dataset)
    swap_columns(small_dataset / file, 0, 1, with_header=True)
    assert_same(load_affinities(small_dataset), expected)


@pytest.mark.parametrize(
    ("file", "second", "complaint"),
    [
        ("drugs.csv", 1, "a molecule 'CCO' that cannot be read"),
        ("targets.csv", 1, "a target 'M.*' that cannot be read"),
        ("affinities.csv", 1, "names the drug 't0' in line 2, which is unknown"),
        ("affinities.csv", 2, "names the drug '.*' in line 2, which is unknown"),
    ],
)
def test_columns_whose_contents_are_swapped_are_refused(small_dataset, file, second, complaint):
    swap_columns(small_dataset / file, 0, second, with_header=False)
    assert_refused(small_dataset, file, complaint)


def test_affinity_and_fold_swapped_are_refused(small_dataset):
    swap_columns(small_dataset / "affinities.csv", 2, 3, with_header=False)
    assert_refused(small_dataset, "affinities.csv", "a fold in line 2 that is not a whole number")


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("dataset.json", "{", "not a whole JSON document"),
        ("dataset.json", "[" * 100_000, "not a whole JSON document"),
        ("dataset.json", "[]", "not a description"),
        ("dataset.json", '{"name": "x"}', "not a description"),
        ("dataset.json", '{"label": "IC50"}', "label 'IC50'; it must be pKd, KIBA score, "),
        ("dataset.json", '{"label": ["pKd"]}', "it must be pKd, .* or pChEMBL"),
        ("dataset.json", '{"label": "pKd", "label": "KIBA score"}', "'label' more than once"),
        ("dataset.json", '{"label": "pKd", "floor": "5"}', "floor that is not a number"),
        ("dataset.json", '{"label": "pKd", "floor": true}', "floor that is not a number"),
        ("dataset.json", '{"label": "pKd", "floor": NaN}', "floor that is not a number"),
        ("drugs.csv", "drug_id\nd0\n", "lacks the column 'smiles'"),
        ("drugs.csv", "drug_id,smiles,smiles\nd0,C,C\n", "more than once the column 'smiles'"),
        ("drugs.csv", "drug_id;smiles\nd0;C\n", "lacks the column 'drug_id'"),
        ("drugs.csv", "drug_id,smiles\nd0,CC(\n", "a molecule 'd0' that cannot be read"),
        ("drugs.csv", "drug_id,smiles\nd0,\n", "a molecule 'd0' that cannot be read"),
        ("drugs.csv", "drug_id,smiles\nd0,CCO\nd1,CCN\nd0,CCO\n", "'d0' more than once"),
        ("drugs.csv", 'drug_id,smiles\nd0,"CCO\n', "not a CSV file: unexpected end of data"),
        ("drugs.csv", f"drug_id,smiles\nd0,{'C' * 200_000}\n", "not a CSV file: field larger"),
        ("targets.csv", "target_id,sequence\nt0,MK*VV\n", "a target 't0' that cannot be read"),
        ("targets.csv", "target_id,sequence\nt0,M\x00\nt0,M\n", "more than once"),
        ("affinities.csv", HEADER, "holds no pairs"),
        ("affinities.csv", HEADER + "d0,zz,5,0\n", "the target 'zz' in line 2, which is unknown"),
        ("affinities.csv", HEADER + "\n\nzz,t0,5,0\n", "the drug 'zz' in line 4"),
        ("affinities.csv", HEADER + "d0,t0,much,0\n", "an affinity in line 2 that is not a number"),
        ("affinities.csv", HEADER + "d0,t0,,0\n", "an affinity in line 2"),
        ("affinities.csv", HEADER + "d0,t0,nan,0\n", "an affinity in line 2"),
        ("affinities.csv", HEADER + "d0,t0,inf,0\n", "an affinity in line 2"),
        ("affinities.csv", HEADER + "d0,t0,5,0\nd0,t1\n", "too few columns in line 3"),
        ("affinities.csv", HEADER + "d0,t0,5,7,0\n", "too many columns in line 2"),
        ("affinities.csv", HEADER + "d0,t0,5,first\n", "a fold in line 2"),
        ("affinities.csv", HEADER + "d0,t0,5,1.5\n", "a fold in line 2"),
        ("affinities.csv", HEADER + "d0,t0,5,-2\n", "a fold in line 2"),
        ("affinities.csv", HEADER + f"d0,t0,5,{10**30}\n", "a fold in line 2"),
        (
            "affinities.csv",
            HEADER + "d0,t0,5,0\nd0,t1,6,0\nd0,t0,5,1\n",
            "the drug 'd0' with the target 't0' twice, in lines 2 and 4",
        ),
    ],
)
def test_a_fault_gets_one_sentence(small_dataset, file, text, complaint):
    (small_dataset / file).write_text(text, encoding="utf-8")
    assert_refused(small_dataset, file, complaint)
