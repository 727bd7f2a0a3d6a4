import numpy as np
import pytest
import torch
from rdkit.Chem import MolFromSmiles, rdFingerprintGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity

from dta_demo.molecules import tanimoto as module
from dta_demo.molecules.fingerprints import MORGAN_BITS, fingerprint_smiles, stack_counts
from dta_demo.molecules.tanimoto import FragmentIndex, tanimoto

MOLECULES = ["CCO", "CC(=O)Oc1ccccc1C(=O)O", "C", "CN1CCN(CC1)c1ccccc1"]


def test_tanimoto_is_what_is_shared_over_what_either_has():
    known = stack_counts([{0: 1, 1: 1, 2: 1}, {5: 1}, {}], 8)
    query = stack_counts([{1: 1, 2: 1, 3: 1}, {}], 8)
    expected = [[0.5, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(FragmentIndex(known).tanimoto(query), expected)


@pytest.mark.parametrize("table", [0, 2**23])
def test_tanimoto_of_morgan_bits_is_that_of_the_library(table, monkeypatch):
    monkeypatch.setattr(module, "MAX_TABLE_ELEMENTS", table)
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=MORGAN_BITS)
    prints = [generator.GetFingerprint(MolFromSmiles(smiles)) for smiles in MOLECULES]
    expected = [BulkTanimotoSimilarity(each, prints) for each in prints]
    for kind in (np.float32, np.float64):
        bits = fingerprint_smiles(MOLECULES, 64).morgan_bits.astype(kind)
        found = FragmentIndex(bits).tanimoto(bits)
        assert found.dtype == kind
        np.testing.assert_allclose(found, np.array(expected, kind), rtol=0)


def test_tensors_and_arrays_have_the_same_similarity_and_tensors_a_gradient():
    shared, sizes, others = [[1.0, 0.0]], [[2.0]], [3.0, 0.0]
    found = tanimoto(*(np.array(each) for each in (shared, sizes, others)))
    tensors = [torch.tensor(each, dtype=torch.float64) for each in (shared, sizes, others)]
    tensors[0].requires_grad_()
    similarity = tanimoto(*tensors)
    np.testing.assert_array_equal(similarity.detach(), found)
    similarity[0, 0].backward()
    # The derivative of s / (5 - s) at 1.
    assert tensors[0].grad[0, 0] == pytest.approx(5 / 16)
