import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from dta_demo.kinases.construct import Construct
from dta_demo.model.region import AMINO_ACIDS, ProteinRegion
from dta_demo.molecules.fingerprints import MORGAN_BITS, fingerprint_smiles
from dta_demo.training.reference import average_by, find_binders, save_reference
from dta_demo.trust.reference_file import load_reference
from tests.support.datasets import MOLECULES, write_dataset
from tests.support.tables import join


def random_regions(count, has_domain=True):
    torch.manual_seed(0)
    code = 3 if has_domain else len(AMINO_ACIDS)
    return [
        ProteinRegion(
            Construct("M" * number),
            torch.randn(5, 4),
            torch.zeros(2, 4),
            torch.tensor([code, len(AMINO_ACIDS)]),
        )
        for number in range(count)
    ]


@pytest.fixture
def table(tmp_path):
    """Two pKd datasets of the same molecules on other proteins, and KIBA scores."""
    write_dataset(tmp_path / "first")
    other = write_dataset(tmp_path / "other", floor=None)
    rows = [f"t{n},{'ACDEFGHIKLMNPQRSTVWY' * (n + 2)}" for n in range(12)]
    (other / "targets.csv").write_text("\n".join(["target_id,sequence", *rows]))
    scores = write_dataset(tmp_path / "scores", label="KIBA score", floor=None, seed=1)
    (scores / "drugs.csv").write_text("drug_id,smiles\nd0,CCCCCCO\n")
    rows = ["drug_id,target_id,affinity", "d0,t0,13.0", "d0,t1,11.0"]
    (scores / "affinities.csv").write_text("\n".join(rows))
    return join(*(tmp_path / name for name in ("first", "other", "scores")))


def test_means_are_over_all_measured_pkd_and_nothing_else(table, tmp_path):
    save_reference(table, random_regions(len(table.proteins)), tmp_path)
    reference = load_reference(tmp_path)
    first, other, _ = table.sources
    drug = 3
    expected = np.concatenate([source.affinity[source.drug == drug] for source in (first, other)])
    assert reference.drug_means.pairs[drug] == len(expected) == 24
    assert reference.drug_means.mean[drug] == pytest.approx(expected.mean(), abs=1e-5)
    every = np.concatenate([first.affinity, other.affinity])
    assert reference.mean_pkd == pytest.approx(every.mean(), abs=1e-5)
    assert reference.target_means.pairs.sum() == len(every)


def test_what_has_no_measured_pkd_has_no_mean(table, tmp_path):
    save_reference(table, random_regions(len(table.proteins)), tmp_path)
    reference = load_reference(tmp_path)
    unmeasured = reference.drug_means.pairs == 0
    assert [table.smiles[n] for n in np.flatnonzero(unmeasured)] == ["CCCCCCO"]
    np.testing.assert_array_equal(np.isnan(reference.drug_means.mean), unmeasured)
    np.testing.assert_array_equal(
        np.isnan(reference.target_means.mean), reference.target_means.pairs == 0
    )


def test_averages_by_index():
    found = average_by(np.array([0, 2, 0]), np.array([5.0, 7.0, 6.0]), 3)
    np.testing.assert_allclose(found.mean, [5.5, np.nan, 7.0])
    assert found.pairs.tolist() == [2, 0, 1]


def test_binders_are_those_above_the_floor_on_a_kinase(table):
    first, _, scores = table.sources
    nothing = np.zeros(len(table.proteins), dtype=bool)
    assert not find_binders(table, nothing).any()
    only_first = nothing.copy()
    only_first[first.protein] = True
    found = find_binders(table, only_first)
    for drug in range(len(MOLECULES)):
        assert found[drug] == (first.affinity[first.drug == drug] > 5.0).any()
    only_score = nothing.copy()
    only_score[scores.protein[0]] = True
    assert np.flatnonzero(find_binders(table, only_score)).tolist() == [scores.drug[0]]


@pytest.mark.parametrize("has_domain", [True, False])
def test_outside_the_panels_a_kinase_is_what_has_the_domain(table, tmp_path, has_domain):
    save_reference(table, random_regions(len(table.proteins), has_domain), tmp_path)
    reference = load_reference(tmp_path)
    assert reference.binds_kinase.any() == has_domain
    assert not reference.kinase.any()


def test_a_reference_set_of_an_older_version_is_refused(table, tmp_path):
    save_reference(table, random_regions(len(table.proteins)), tmp_path)
    path = tmp_path / "reference.safetensors"
    arrays = load_file(path)
    del arrays["drug_mean"]
    save_file(arrays, str(path))
    with pytest.raises(ValueError, match="lacks drug_mean"):
        load_reference(tmp_path)


def test_names_stand_in_the_order_of_the_arrays(table, tmp_path):
    save_reference(table, random_regions(len(table.proteins)), tmp_path)
    names = json.loads((tmp_path / "reference.json").read_text(encoding="utf-8"))
    reference = load_reference(tmp_path)
    itself = reference.drugs.tanimoto(fingerprint_smiles(table.smiles, MORGAN_BITS).morgan_bits)
    assert itself.shape == (len(names["drugs"]), len(names["drugs"]))
    np.testing.assert_allclose(np.diag(itself), 1)
    assert len(names["targets"]) == len(reference.target_vectors)
