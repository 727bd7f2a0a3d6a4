"""Records of SD files as SMILES."""

from __future__ import annotations

from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule_size import (
    MAX_FUSED_RINGS,
    MAX_HEAVY_ATOMS,
    MAX_RINGS,
    count_fused_rings,
)
from dta_demo.inputs.rdkit_log import quiet_rdkit

MAX_ATOMS = 3 * MAX_HEAVY_ATOMS
"""Atoms of a record, hydrogens and counter-ions with them."""


def write_smiles(block: str) -> str:
    """Write the structure of a record as SMILES, to be read as any other.

    Raises
    ------
    InputError
        When RDKit reads none, or would take long over it.
    """
    with quiet_rdkit():
        rough = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
        if rough is None or not rough.GetNumAtoms():
            raise InputError("RDKit reads no structure in the record.")
        rings = count_fused_rings(rough)
        if (
            rough.GetNumAtoms() > MAX_ATOMS
            or max(rings, default=0) > MAX_FUSED_RINGS
            or sum(rings) > MAX_RINGS
        ):
            raise InputError(
                f"The record has {rough.GetNumAtoms():,} atoms and {sum(rings):,} rings, more "
                "than are read."
            )
        try:
            molecule = Chem.MolFromMolBlock(block)
            if molecule is None:
                raise InputError("RDKit finds the structure of the record impossible.")
            return str(Chem.MolToSmiles(molecule))
        except (RuntimeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("RDKit cannot write the structure of the record.") from error
