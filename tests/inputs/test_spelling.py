from __future__ import annotations

import pytest

from dta_demo.inputs.molecule import parse_molecule, read_molecule
from tests.support.inputs import refusal


@pytest.mark.parametrize(
    "text", ["C=c1c2c(cn1C)C=CC2=O", "Cn1cc2csc(n1C)SC2=O", "C=c1ccc2[cH-]cc-2nc1"]
)
def test_what_rdkit_cannot_read_back_is_never_given(text):
    """These are SMILES that RDKit wrote and does not read."""
    refusal(parse_molecule, text)


@pytest.mark.parametrize("text", ["C1=C2SC1=o2", "p12=C[c-]1=C2", "C12=c(=O)C1=C2"])
def test_aromatic_rings_that_rdkit_writes_unreadably_are_refused(text):
    for read in (parse_molecule, read_molecule):
        assert "no standard SMILES" in refusal(read, text)


def test_stereocentres_of_a_cage_are_read_again_as_they_are_given():
    smiles = parse_molecule("C0[C@]2[C]1CC[C@]1[C]2C0").smiles
    assert parse_molecule(smiles).smiles == smiles
