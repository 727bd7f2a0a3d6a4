import contextlib
import time

import numpy as np
import pytest
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.conformers import embed_molecule

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"


def test_a_molecule_gets_a_relaxed_shape_with_sound_bonds() -> None:
    shape = embed_molecule(IMATINIB)
    assert shape.notes == ("Relaxed in MMFF94.",)
    assert shape.elements.count("C") == 29
    assert shape.elements.count("H") == 2  # Those of the two N-H.
    ends = shape.positions[np.array(shape.bonds)]
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    assert lengths.min() > 0.95
    assert lengths.max() < 1.6
    distances = np.linalg.norm(shape.positions[:, None] - shape.positions[None], axis=-1)
    assert distances[np.triu_indices(len(distances), 1)].min() > 0.95


def test_the_shape_is_the_same_each_time() -> None:
    first, second = embed_molecule(IMATINIB), embed_molecule(IMATINIB)
    np.testing.assert_array_equal(first.positions, second.positions)


def test_the_mol_block_is_the_molecule_and_has_no_title() -> None:
    shape = embed_molecule(IMATINIB)
    block = shape.mol_block_at(shape.positions)
    assert block.startswith("\n")
    assert Chem.MolToSmiles(Chem.MolFromMolBlock(block)) == parse_molecule(IMATINIB).smiles


def test_stereochemistry_is_kept() -> None:
    smiles = parse_molecule("C[C@H](N)C(=O)O").smiles
    molecule = embed_molecule(smiles).molecule
    Chem.AssignStereochemistryFrom3D(molecule)
    assert Chem.MolToSmiles(Chem.RemoveHs(molecule)) == smiles


def test_a_large_flexible_molecule_gets_a_shape() -> None:
    lysines = "NCC(=O)" + "N[C@@H](CCCCN)C(=O)" * 8 + "O"
    assert len(embed_molecule(lysines).elements) > 80


def test_a_molecule_that_would_take_minutes_is_refused() -> None:
    with pytest.raises(InputError, match="more than 250 atoms, hydrogens included; this one has"):
        embed_molecule("NCC(=O)" + "N[C@@H](CCCCN)C(=O)" * 12 + "O")


def test_what_mmff_does_not_know_is_shown_as_embedded_and_said() -> None:
    shape = embed_molecule("OB(O)c1ccccc1")
    assert "MMFF94 does not know" in shape.notes[0]
    assert np.isfinite(shape.positions).all()


@pytest.mark.parametrize("smiles", ["[C@]12(F)C[C@@](F)(C1)C2", "[C@H]12CC[C@@H](CC1)C2"])
def test_an_impossible_molecule_gets_a_sentence(smiles: str) -> None:
    with pytest.raises(InputError, match="No 3D shape was found"):
        embed_molecule(smiles)


@pytest.mark.parametrize(
    "smiles", ["C1" + "C(=O)OC" * 40 + "C1", "C" * 82, "P(C)(C)(C)C[C@](F)(Cl)" * 12 + "C"]
)
def test_a_large_molecule_gets_a_shape_or_a_sentence_in_time(smiles: str) -> None:
    start = time.thread_time()
    with contextlib.suppress(InputError):
        embed_molecule(smiles)
    assert time.thread_time() - start < 7.0
