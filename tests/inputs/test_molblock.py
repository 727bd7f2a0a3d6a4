"""Mol blocks and SD files in the place of SMILES."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem import AllChem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molblock import MAX_BLOCK_CHARACTERS
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.inhibitors import load_inhibitors
from tests.support.paths import SHARED_DATA

SMILES = "C[C@H](N)C(=O)Nc1ccc(F)cc1"


def block_of(smiles, name="", v3000=False):
    molecule = Chem.MolFromSmiles(smiles)
    AllChem.Compute2DCoords(molecule)
    molecule.SetProp("_Name", name)
    return Chem.MolToMolBlock(molecule, forceV3000=v3000)


@pytest.mark.parametrize("v3000", [False, True])
def test_every_inhibitor_is_the_same_from_its_block(v3000):
    for each in load_inhibitors()[:: 1 if v3000 else 4]:
        expected = parse_molecule(each.smiles).smiles
        found = parse_molecule(block_of(expected, each.name, v3000))
        assert (found.smiles, found.name) == (expected, each.name)


def test_the_receipt_says_what_was_read():
    block = block_of(SMILES, "alanine")
    assert parse_molecule(block).changes == ("Read from a mol block (V2000).",)
    file = f"{block}$$$$\n{block_of('CCO')}$$$$\n"
    found = parse_molecule(file)
    assert found.smiles == parse_molecule(SMILES).smiles
    assert "ignored the others" in found.changes[1]
    assert parse_molecule(f"{block}$$$$\n").changes == ("Read from a mol block (V2000).",)


def test_windows_lines_and_a_lost_title_change_nothing():
    block = block_of(SMILES)
    for text in (block.replace("\n", "\r\n"), block.lstrip("\n"), "\n".join(block.split("\n")[3:])):
        assert parse_molecule(text).smiles == parse_molecule(SMILES).smiles


def test_stereochemistry_is_read_from_3d_coordinates():
    molecule = Chem.AddHs(Chem.MolFromSmiles(SMILES))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    assert parse_molecule(Chem.MolToMolBlock(molecule)).smiles == parse_molecule(SMILES).smiles


def test_a_block_in_other_places_is_refused_in_a_sentence():
    block = block_of(SMILES)
    for text, fault in (
        (block.replace("V2000", "V2000\n" + "x" * MAX_BLOCK_CHARACTERS), "characters"),
        (block.replace(" C  ", " Xq "), "no structure"),
        (block.split("M  END")[0][:150], "no structure"),
    ):
        with pytest.raises(InputError, match=fault):
            parse_molecule(text)


@pytest.mark.skipif(not SHARED_DATA.exists(), reason="needs the shared data")
def test_fused_rings_are_refused_at_once():
    for path in sorted((SHARED_DATA / "hostile").glob("fused_rings_*.smi")):
        molecule = Chem.MolFromSmiles(path.read_text().split()[0], sanitize=False)
        block = Chem.MolToMolBlock(molecule, kekulize=False)
        start = time.monotonic()
        with pytest.raises(InputError):
            parse_molecule(block)
        assert time.monotonic() - start < 5


def all_bonded(atoms, others=0):
    """Write a V3000 block of atoms that are all bonded to each other, and lone ones."""
    bonds = [(i, j) for i in range(1, atoms) for j in range(i + 1, atoms + 1)]
    return "\n".join(
        [
            "", "", "", "  0  0  0     0  0            999 V3000", "M  V30 BEGIN CTAB",
            f"M  V30 COUNTS {atoms + others} {len(bonds)} 0 0 0", "M  V30 BEGIN ATOM",
            *(f"M  V30 {i + 1} C {i} {i * i % 7} 0 0" for i in range(atoms + others)),
            "M  V30 END ATOM", "M  V30 BEGIN BOND",
            *(f"M  V30 {i + 1} 1 -\nM  V30 {a} {b}" for i, (a, b) in enumerate(bonds)),
            "M  V30 END BOND", "M  V30 END CTAB", "M  END",
        ]
    )  # fmt: skip


@pytest.mark.parametrize(("atoms", "others"), [(44, 850), (60, 0), (100, 0)])
def test_rings_are_counted_before_rdkit_reads_them(atoms, others):
    start = time.monotonic()
    with pytest.raises(InputError, match="more than are read"):
        parse_molecule(all_bonded(atoms, others))
    assert time.monotonic() - start < 1


def test_a_v3000_bond_may_run_over_two_lines_and_atoms_be_numbered_in_any_way():
    expected = parse_molecule("C1CC1").smiles
    block = all_bonded(3)
    assert parse_molecule(block).smiles == expected
    block = block.replace("M  V30 3 C", "M  V30 71 C")
    assert parse_molecule(re.sub(r"(?m)^(M  V30 \d) 3$", r"\1 71", block)).smiles == expected


def test_what_is_not_one_definite_molecule_is_refused():
    v3000, end = block_of("CCO", v3000=True), "M  V30 END CTAB"
    for text, fault in (
        (f"$RXN\n\n  x\n\n  1  1\n$MOL\n{block_of('CCO')}$MOL\n{block_of('CC=O')}", "reaction"),
        (f"$$$$\n{block_of('CCO')}", "first record"),
        (v3000.replace("V30 2 1 2 3", "V30 2 1 2 3 ENDPTS=(2 1 2) ATTACH=ANY"), "open"),
        (v3000.replace(end, f"M  V30 LINKNODE 1 3 2 2 1 2 3\n{end}"), "open"),
    ):
        with pytest.raises(InputError, match=fault):
            parse_molecule(text)


@pytest.mark.fuzz
@given(st.data())
def test_no_damage_of_a_block_does_worse_than_a_refusal(data):
    block = block_of(SMILES, v3000=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(block) - 1))
        sign = data.draw(st.sampled_from("0123456789 CNXV*#\n$M-"))
        block = block[:place] + sign + block[place + data.draw(st.integers(0, 3)) :]
    start = time.monotonic()
    try:
        found = parse_molecule(block)
    except InputError:
        found = None
    if found:
        assert parse_molecule(found.smiles).smiles == found.smiles
    assert time.monotonic() - start < 10
