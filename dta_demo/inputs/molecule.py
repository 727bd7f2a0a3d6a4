"""Molecules: SMILES to one checked molecule in its standard form.

What is put right on the way is listed in ``changes``, one plain sentence each. A checked SMILES
read again gives itself; the only changes then listed begin with "Kept" and point at something
unusual that is still there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rdkit import Chem
from rdkit.Chem import rdqueries

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import refuse_name, refuse_other_formats
from dta_demo.inputs.molblock import read_block
from dta_demo.inputs.molecule_size import refuse_rings, refuse_slow
from dta_demo.inputs.rdkit_log import quiet_rdkit
from dta_demo.inputs.smiles_faults import explain_fault
from dta_demo.inputs.smiles_text import (
    drop_other_geometries,
    has_special_brackets,
    refuse_unsupported_smiles,
    split_name,
)
from dta_demo.inputs.spelling import may_not_be_read_back, read_back, spell
from dta_demo.inputs.standardisation import standardise
from dta_demo.inputs.text import visible_lines
from dta_demo.inputs.wording import quote

# Of stereochemistry nothing is read here, and there are no metals.
_WITHOUT_STEREO = Chem.SanitizeFlags.SANITIZE_ALL ^ (
    Chem.SanitizeFlags.SANITIZE_CLEANUPCHIRALITY
    | Chem.SanitizeFlags.SANITIZE_CLEANUPATROPISOMERS
    | Chem.SanitizeFlags.SANITIZE_CLEANUP_ORGANOMETALLICS
)
_IN_RING_OF_THREE = rdqueries.MinRingSizeEqualsQueryAtom(3)


@dataclass(frozen=True)
class Molecule:
    """A checked molecule.

    Attributes
    ----------
    smiles : str
        RDKit's canonical isomeric SMILES of one organic molecule.
    name : str
        What followed the SMILES on its line, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each. Another spelling of
        the same molecule is no change.
    """

    smiles: str
    name: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadMolecule:
    """A checked molecule in its standard form, to be described by its fragments.

    Attributes
    ----------
    molecule : rdkit.Chem.Mol
        Its stereochemistry may not have been perceived.
    name : str
        What followed the SMILES on its line, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each.
    """

    molecule: Chem.Mol
    name: str
    changes: tuple[str, ...]


def parse_molecule(text: str) -> Molecule:
    """Read a small molecule from SMILES, or from a mol block or the first record of an SD file.

    The molecule is checked by RDKit, reduced to its largest organic part, freed of atom-map
    numbers, isotope labels and hydrogens written as atoms, and neutralised. Two spellings of
    one molecule give the same SMILES.

    Parameters
    ----------
    text : str
        A SMILES, then if wanted white space and a name, of several lines the first; or a mol
        block, whose title is the name.

    Returns
    -------
    Drug
        The canonical SMILES, with the rest of the line as its name.

    Raises
    ------
    InputError
        If no molecule that the model can read is found in the text.
    """
    read = _read(text, Chem.MolFromSmiles)
    return Molecule(spell(read.molecule), read.name, read.changes)


def read_molecule(text: str) -> ReadMolecule:
    """Read a small molecule as `parse_molecule` does, in half the time: one of very many.

    It is not spelled anew, and its stereochemistry, which is no part of the fragments that the
    model counts, is perceived only where something had to be put right.
    """
    read = _read(text, _read_flat)
    # RDKit counts torsions at a ring of three as its atoms happen to be numbered: those of the
    # canonical SMILES count.
    in_ring_of_three = len(read.molecule.GetAtomsMatchingQuery(_IN_RING_OF_THREE))
    if in_ring_of_three or may_not_be_read_back(read.molecule):
        return replace(read, molecule=read_back(read.molecule))
    return read


def _read_flat(smiles: str) -> Chem.Mol | None:
    """Read a SMILES without stereochemistry, where it has nothing to put right."""
    if "." in smiles or ":" in smiles or has_special_brackets(smiles):
        return Chem.MolFromSmiles(smiles)
    molecule = Chem.MolFromSmiles(smiles, sanitize=False)
    if molecule is not None:
        try:
            Chem.SanitizeMol(molecule, _WITHOUT_STEREO)
        except (Chem.MolSanitizeException, RuntimeError):  # The latter from 128 bonds on.
            return None
    return molecule


def _read(text: str, parse: Callable[[str], Chem.Mol | None]) -> ReadMolecule:
    """Check a text, read its SMILES by ``parse`` and bring the molecule to its standard form."""
    changes: list[str] = []
    if isinstance(text, str) and (block := read_block(text, changes)) is not None:
        text = block
    lines = visible_lines(text, "molecule", changes)
    if not lines:
        raise InputError("Enter a molecule as SMILES, such as CC(=O)Oc1ccccc1C(=O)O.")
    refuse_other_formats(lines)
    if len(lines) > 1:
        changes.append(f"Used the first of {len(lines):,} lines and ignored the others.")
    smiles, name = split_name(lines[0], changes)
    refuse_unsupported_smiles(smiles)
    plain = drop_other_geometries(smiles, changes)
    with quiet_rdkit():
        refuse_slow(plain)
        molecule = parse(plain)
        if molecule is None:
            refuse_name(lines[0])
            raise InputError(f"The SMILES {quote(smiles)} is not valid: {explain_fault(smiles)}.")
        refuse_rings(molecule.GetRingInfo().NumRings())
        try:
            molecule = standardise(molecule, plain, changes)
        except (RuntimeError, Chem.MolSanitizeException) as error:
            raise InputError(
                f"RDKit reads the SMILES {quote(smiles)} but cannot bring it to a standard form."
            ) from error
    return ReadMolecule(molecule, name, tuple(changes))
