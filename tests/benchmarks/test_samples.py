import pytest

from dta_demo.benchmarks.samples import MUTATED_SHARE, fresh_protein, molecules
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein


@pytest.mark.parametrize("residues", [16, 512, 1022, 4000, 35_000])
def test_a_protein_has_the_length_asked_for_and_is_accepted(residues):
    protein = fresh_protein(residues, 0)
    assert len(protein) == residues
    assert parse_protein(protein).sequence == protein


def test_another_number_is_another_protein_alike_to_the_first():
    first, second = fresh_protein(500, 0), fresh_protein(500, 1)
    differing = sum(one != other for one, other in zip(first, second, strict=True))
    assert 0 < differing <= 2 * MUTATED_SHARE * 500


def test_a_negative_number_as_of_a_warm_up_round_is_another_protein():
    assert fresh_protein(300, -1) != fresh_protein(300, 1)


def test_the_same_number_is_the_same_protein():
    assert fresh_protein(300, 7) == fresh_protein(300, 7)


def test_the_molecules_are_those_of_the_examples_each_once(examples):
    found = molecules()
    assert len(found) == len(set(found))
    assert set(found) == {row["smiles"] for row in examples.values()}
    assert all(parse_molecule(smiles).smiles for smiles in found)
