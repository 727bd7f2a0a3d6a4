"""Mol blocks, by themselves or as records of an SD file, as SMILES.

RDKit perceives rings while it reads a block, asked or not: 60 atoms that are all bonded to each
other take it 20 s. So the rings are counted from the lines of the bonds before it sees them.
"""

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

_REACTION = "$RXN"
_OPEN = re.compile(r"^M  V30 (?:LINKNODE|.*\bENDPTS=)", re.MULTILINE)
_CONTINUED = re.compile(r"-\nM  V30 ")
_V3000_SIZES = re.compile(r"^M  V30 COUNTS +(\d{1,9}) +(\d{1,9})", re.MULTILINE)
_V3000_BONDS = re.compile(r"^M  V30 BEGIN BOND *\n(.*?)\nM  V30 END BOND", re.MULTILINE | re.DOTALL)
_V3000_BOND = re.compile(r"M  V30 +\d+ +\d+ +(\d{1,9}) +(\d{1,9})(?: .*)?")
_V3000_ATOM = re.compile(r"^M  V30 +(\d{1,9}) +\S+ +\S+ +\S+ +\S+ +\S+", re.MULTILINE)

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
    if text.lstrip().startswith(_REACTION):
        raise InputError("This is a reaction: give one molecule of it.")
    block, _, rest = text.partition(RECORD_END)
    if counts.start() > len(block):
        raise InputError("The first record of the SD file holds no mol block.")
    if len(block) > MAX_BLOCK_CHARACTERS:
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
    block = block.replace("\r\n", "\n")
    if _OPEN.search(block.upper()):
        raise InputError("The record leaves repeats or a place of attachment open.")
    with quiet_rdkit():
        _refuse_large(_draw_skeleton(block))
        rough = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
        if rough is None or not rough.GetNumAtoms():
            raise InputError("RDKit reads no structure in the record.")
        _refuse_large(rough)
        try:
            molecule = Chem.MolFromMolBlock(block)
            if molecule is None:
                raise InputError("RDKit finds the structure of the record impossible.")
            return str(Chem.MolToSmiles(molecule))
        except (RuntimeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("RDKit cannot write the structure of the record.") from error


def _refuse_large(molecule: Chem.Mol) -> None:
    """Refuse a molecule whose atoms or rings RDKit would take long over."""
    atoms = molecule.GetNumAtoms()
    # To find the rings takes longer the more there are; their number does not.
    rings = molecule.GetNumBonds() - atoms + len(Chem.GetMolFrags(molecule))
    if (
        atoms > MAX_ATOMS
        or rings > MAX_RINGS
        or max(count_fused_rings(molecule), default=0) > MAX_FUSED_RINGS
    ):
        raise InputError(f"The record has {atoms:,} atoms and {rings:,} rings, more than are read.")


def _draw_skeleton(block: str) -> Chem.RWMol:
    """Join carbon atoms by single bonds as the lines of a block say.

    Raises
    ------
    InputError
        When the lines are not as many as the line of counts says, or are no bonds.
    """
    lines = block.split("\n")
    try:
        is_v3000 = lines[3][34:39] == "V3000"
        atoms, bonds = _read_v3000_bonds(block) if is_v3000 else _read_v2000_bonds(lines[3:])
        skeleton = Chem.RWMol()
        for _ in range(atoms):
            skeleton.AddAtom(Chem.Atom(6))
        for one, other in bonds:
            skeleton.AddBond(one, other, Chem.BondType.SINGLE)
    except InputError:
        raise
    except (LookupError, ValueError, RuntimeError, OverflowError) as error:
        raise InputError("RDKit reads no structure in the record.") from error
    return skeleton


def _read_v2000_bonds(lines: list[str]) -> tuple[int, list[tuple[int, int]]]:
    """Read the number of atoms and the bonds, counted from 0, from the line of counts on."""
    atoms, bonds = _check_sizes(lines[0][:3], lines[0][3:6])
    found = [(int(line[:3]) - 1, int(line[3:6]) - 1) for line in lines[1 + atoms :][:bonds]]
    if len(found) < bonds:
        raise ValueError(bonds)
    return atoms, found


def _read_v3000_bonds(block: str) -> tuple[int, list[tuple[int, int]]]:
    """Read the number of atoms and the bonds, whose atoms are numbered in any way."""
    text = _CONTINUED.sub("", block).upper()
    (sizes,) = _V3000_SIZES.findall(text)
    atoms, bonds = _check_sizes(*sizes)
    if not bonds:
        return atoms, []
    (body,) = _V3000_BONDS.findall(text)
    if text.count("BEGIN BOND") > 1:
        raise ValueError(sizes)
    numbers = _V3000_ATOM.findall(text.partition("M  V30 END ATOM")[0])
    places = {int(number): place for place, number in enumerate(numbers)}
    found = [_V3000_BOND.fullmatch(line) for line in body.split("\n")]
    ends = [(places[int(each[1])], places[int(each[2])]) for each in found if each]
    if len(numbers) != atoms or len(ends) != bonds:
        raise ValueError(sizes)
    return atoms, ends


def _check_sizes(atoms: str, bonds: str) -> tuple[int, int]:
    """Refuse more atoms or bonds than are read, before any is."""
    found = int(atoms), int(bonds)
    if found[0] > MAX_ATOMS or found[1] > MAX_ATOMS + MAX_RINGS:
        raise InputError(
            f"The record has {found[0]:,} atoms and {found[1]:,} bonds, more than are read."
        )
    return found
