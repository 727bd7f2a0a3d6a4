"""Mol blocks, by themselves or as records of an SD file, as SMILES."""

from __future__ import annotations

import re

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

MAX_BLOCK_CHARACTERS = 200_000
"""Characters of a block; of V2000, an atom takes 70 and a bond 13."""

RECORD_END = "$$$$"

_COUNTS = re.compile(r"^[ \d]{6}.*(V[23]000)\s*$", re.MULTILINE)


def read_block(text: str, changes: list[str]) -> str | None:
    """Read the first mol block of a text as SMILES, with its title as the name after it.

    Parameters
    ----------
    text : str
        What the visitor gave: a mol block, or an SD file.
    changes : list of str
        The receipt, to which a sentence is added.

    Returns
    -------
    str or None
        None where the text is no mol block.

    Raises
    ------
    InputError
        When RDKit reads no structure in it, or would take long over it.
    """
    counts = _COUNTS.search(text)
    if counts is None:
        return None
    block, _, rest = text.partition(RECORD_END)
    if len(block) > MAX_BLOCK_CHARACTERS or counts.start() > len(block):
        raise InputError(
            f"The mol block has more than {MAX_BLOCK_CHARACTERS:,} characters, which are not read."
        )
    # The line of counts is the fourth; a title that was left out or cut off is put back.
    header = block[: counts.start()].splitlines()[-3:]
    header = [""] * (3 - len(header)) + header
    smiles = write_smiles("\n".join([*header, block[counts.start() :]]))
    changes.append(f"Read from a mol block ({counts[1]}).")
    if rest.strip():
        changes.append("Used the first record of an SD file and ignored the others.")
    return f"{smiles} {header[0].strip()}"


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
