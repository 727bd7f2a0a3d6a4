import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from dta_demo.molecules.fingerprints import (
    MORGAN_BITS,
    fingerprint_molecules,
    fingerprint_smiles,
)

MOLECULES = ["CCO", "CC(=O)Oc1ccccc1C(=O)O", "C", "CN1CCN(CC1)c1ccccc1"]


@pytest.mark.parametrize("bits", [64, 1024])
def test_the_counts_are_those_of_the_library(bits):
    circular = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=bits)
    torsion = rdFingerprintGenerator.GetTopologicalTorsionGenerator(fpSize=bits)
    described = fingerprint_smiles(MOLECULES, bits)
    for row, smiles in enumerate(MOLECULES):
        molecule = Chem.MolFromSmiles(smiles)
        expected = np.concatenate(
            [each.GetCountFingerprintAsNumPy(molecule) for each in (circular, torsion)]
        )
        np.testing.assert_array_equal(described.counts[row], np.log1p(expected.astype(np.float32)))


def test_the_circles_are_the_bits_of_the_library():
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=MORGAN_BITS)
    bits = [generator.GetFingerprintAsNumPy(Chem.MolFromSmiles(each)) for each in MOLECULES]
    np.testing.assert_array_equal(fingerprint_smiles(MOLECULES, 64).morgan_bits.toarray(), bits)


def test_molecules_that_were_read_already_give_the_same():
    read = [Chem.MolFromSmiles(smiles) for smiles in MOLECULES]
    one, other = fingerprint_smiles(MOLECULES, 64), fingerprint_molecules(read, 64, MOLECULES)
    assert one.smiles == other.smiles
    np.testing.assert_array_equal(one.counts, other.counts)
    assert (one.morgan_bits != other.morgan_bits).nnz == 0


def test_counts_tell_chains_of_different_length_apart():
    short, long = fingerprint_smiles(["CCCCCC", "CCCCCCCCCC"], 1024).counts
    assert ((short > 0) == (long > 0)).mean() > 0.99
    assert (short != long).any()


def test_what_is_no_molecule_is_refused():
    with pytest.raises(ValueError, match="cannot read"):
        fingerprint_smiles(["C1CC"], 64)


def test_a_size_that_cannot_be_folded_to_is_refused():
    with pytest.raises(ValueError, match="must divide 2048, not be 1000"):
        fingerprint_smiles(["CCO"], 1000)
