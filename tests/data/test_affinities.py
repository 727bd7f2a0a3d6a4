import numpy as np
import pytest

from dta_demo.data.affinities import DataError, load_affinities


def test_a_folder_is_read(small_dataset):
    data = load_affinities(small_dataset)
    assert (data.name, data.label, data.floor) == ("small", "pKd", 5.0)
    assert len(data) == 96
    assert set(np.unique(data.fold)) <= set(range(5))
    assert data.targets[3].name == "t3"


def test_a_folder_without_folds_is_read(small_dataset):
    path = small_dataset / "affinities.csv"
    lines = [line.rsplit(",", 1)[0] for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines))
    assert (load_affinities(small_dataset).fold == -1).all()


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("dataset.json", "{", "is not a description"),
        ("dataset.json", '{"label": "IC50"}', "IC50"),
        ("drugs.csv", "drug_id\nd0\n", "lacks the column 'smiles'"),
        ("drugs.csv", "drug_id,smiles\nd0,CC(\n", "'d0' that cannot be read"),
        ("targets.csv", "target_id,sequence\nt0,MK*VV\n", "'t0' that cannot be read"),
        ("targets.csv", "target_id,sequence\nt0,M\x00\nt0,M\n", "more than once"),
        ("affinities.csv", "drug_id,target_id,affinity\n", "holds no pairs"),
        ("affinities.csv", "drug_id,target_id,affinity\nd0,zz,5\n", "'zz' in line 2"),
        ("affinities.csv", "drug_id,target_id,affinity\nd0,t0,much\n", "not a number"),
        ("affinities.csv", "drug_id,target_id,affinity\nd0,t0,nan\n", "not a number"),
        ("affinities.csv", "drug_id,target_id,affinity\nd0\n", "too few columns in line 2"),
    ],
)
def test_a_fault_gets_one_sentence(small_dataset, file, text, complaint):
    (small_dataset / file).write_text(text)
    with pytest.raises(DataError, match=complaint) as caught:
        load_affinities(small_dataset)
    assert file in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["dataset.json", "drugs.csv", "targets.csv", "affinities.csv"])
def test_a_missing_file_is_named(small_dataset, file):
    (small_dataset / file).unlink()
    with pytest.raises(DataError, match=file):
        load_affinities(small_dataset)
