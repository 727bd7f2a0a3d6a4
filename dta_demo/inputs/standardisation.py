"""Standardisation of a molecule by RDKit: salts, labels, explicit hydrogens and charges."""

from __future__ import annotations

import re
from collections import Counter

from rdkit import Chem
from rdkit.Chem import rdqueries
from rdkit.Chem.MolStandardize import rdMolStandardize

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule_size import HYDROGEN, refuse_size
from dta_demo.inputs.smiles_text import has_special_brackets
from dta_demo.inputs.wording import MAX_QUOTE_CHARACTERS, count_of, first_few, plain_line

# What the training molecules are made of, and their near relatives silicon and selenium.
_ELEMENTS = {"H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"}
# Metals that a drug is sold with and acts without.
_COUNTER_IONS = {"Li", "Na", "K", "Rb", "Cs", "Mg", "Ca", "Sr", "Ba", "Zn", "Al"}

_ISOTOPE = rdqueries.IsotopeGreaterQueryAtom(0)
_RADICAL = rdqueries.NumRadicalElectronsGreaterQueryAtom(0)
_CHARGED = rdqueries.FormalChargeGreaterQueryAtom(0)
_CHARGED.ExpandQuery(rdqueries.FormalChargeLessQueryAtom(0), Chem.CompositeQueryType.COMPOSITE_OR)
_BRACKET_SYMBOL = re.compile(r"\[\d*([A-Z][a-z]?|[a-z]{1,2})")
_ATOM_MAP = re.compile(r":\d+\]")


def standardise(molecule: Chem.Mol, smiles: str, changes: list[str]) -> Chem.Mol:
    """Bring a molecule to its standard form.

    Each step runs only where a sign in the SMILES calls for it: most molecules need none.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        The molecule as read; labels are removed from it in place.
    smiles : str
        The SMILES that it was read from.
    changes : list of str
        The receipt, to which each change is added.

    Returns
    -------
    rdkit.Chem.Mol
        One organic molecule, neutral as far as hydrogens can make it.

    Raises
    ------
    InputError
        If its elements, bonds or size are such as the model cannot use.
    RuntimeError, rdkit.Chem.MolSanitizeException
        If RDKit fails at a step.
    """
    before = len(changes)
    brackets = has_special_brackets(smiles)
    if brackets:
        _refuse_elements(molecule, smiles, _ELEMENTS | _COUNTER_IONS)
    if ":" in smiles:
        _refuse_loose_aromatic_bonds(molecule)
    if "." in smiles:
        molecule = _largest_part(molecule, changes)
    if brackets:
        _refuse_elements(molecule, smiles, _ELEMENTS)
    refuse_size(molecule)
    if brackets:
        _drop_labels(molecule, smiles, changes)
        molecule = _drop_hydrogens(molecule, smiles, changes)
        molecule = _neutralise(molecule, changes)
    if len(changes) > before:
        molecule = _read_again(molecule)
    if "[" in smiles:
        _note_radicals(molecule, changes)
    return molecule


def _refuse_elements(molecule: Chem.Mol, smiles: str, allowed: set[str]) -> None:
    written = {symbol.capitalize() for symbol in _BRACKET_SYMBOL.findall(smiles)}
    if written <= allowed:
        return  # The loop below is slow, and seldom needed.
    for atom in molecule.GetAtoms():
        if atom.GetSymbol() not in allowed:
            name = Chem.GetPeriodicTable().GetElementName(atom.GetAtomicNum()).lower()
            raise InputError(
                f"The molecule contains {name} ({atom.GetSymbol()}), and the model has seen no "
                "metals or other rare elements in training: only a counter-ion may stand apart, "
                "as in .[Na+]."
            )


def _refuse_loose_aromatic_bonds(molecule: Chem.Mol) -> None:
    """Refuse ``C:C``, which RDKit reads but does not write back as the same molecule."""
    for bond in molecule.GetBonds():
        ends = bond.GetBeginAtom(), bond.GetEndAtom()
        loose = not all(atom.GetIsAromatic() for atom in ends)
        if loose and bond.GetBondType() == Chem.BondType.AROMATIC:
            raise InputError(
                "The SMILES has an aromatic bond (:) outside an aromatic ring: write a single or "
                "double bond there."
            )


def _largest_part(molecule: Chem.Mol, changes: list[str]) -> Chem.Mol:
    """Find the largest organic part of a salt, solvate or mixture."""
    parts = Counter(map(Chem.MolToSmiles, Chem.GetMolFrags(molecule, asMols=True)))
    if parts.total() == 1:
        return molecule
    kept = rdMolStandardize.LargestFragmentChooser(preferOrganic=True).choose(molecule)
    parts -= Counter([Chem.MolToSmiles(kept)])
    dropped = [
        plain_line(part, MAX_QUOTE_CHARACTERS) + (f" ({number:,} times)" if number > 1 else "")
        for part, number in sorted(parts.items())
    ]
    changes.append(
        f"Reduced a salt or mixture to its largest organic part and dropped {first_few(dropped)}."
    )
    return kept


def _drop_labels(molecule: Chem.Mol, smiles: str, changes: list[str]) -> None:
    """Remove atom-map numbers and isotope labels, which the model does not know."""
    if _ATOM_MAP.search(smiles):
        mapped = [atom for atom in molecule.GetAtoms() if atom.GetAtomMapNum()]
        for atom in mapped:
            atom.SetAtomMapNum(0)
        if mapped:
            changes.append(f"Removed {count_of(len(mapped), 'atom-map number')}.")
    isotopes = list(molecule.GetAtomsMatchingQuery(_ISOTOPE))
    for atom in isotopes:
        atom.SetIsotope(0)
    if isotopes:
        changes.append(
            f"Removed {count_of(len(isotopes), 'isotope label')}: the model does not tell isotopes "
            "apart."
        )


def _drop_hydrogens(molecule: Chem.Mol, smiles: str, changes: list[str]) -> Chem.Mol:
    """Remove hydrogens written as atoms, also where RDKit keeps them to mark a double bond."""
    hydrogens = list(molecule.GetAtomsMatchingQuery(HYDROGEN))
    if any(atom.GetDegree() > 1 or atom.GetFormalCharge() for atom in hydrogens):
        raise InputError(
            "A hydrogen of the molecule is charged or bonded to two atoms: give it one bond and "
            "no charge."
        )
    if hydrogens:
        molecule = Chem.RemoveAllHs(molecule)
    if "[H]" in smiles:
        changes.append(
            f"Removed {count_of(smiles.count('[H]'), 'explicit hydrogen')}: "
            "SMILES implies hydrogens."
        )
    return molecule


def _neutralise(molecule: Chem.Mol, changes: list[str]) -> Chem.Mol:
    before = _charges(molecule)
    if not before:
        return molecule
    uncharged = rdMolStandardize.Uncharger().uncharge(molecule)
    after = _charges(uncharged)
    changed = sum(before.get(i) != after.get(i) for i in before | after)
    neutral = Chem.MolFromSmiles(Chem.MolToSmiles(uncharged)) if changed else None
    if neutral is None:  # Nothing to do, or an aromatic carbanion, which RDKit leaves broken.
        return molecule
    changes.append(
        f"Neutralised {count_of(changed, 'charged atom')} by adding or removing hydrogens."
    )
    return neutral


def _charges(molecule: Chem.Mol) -> dict[int, int]:
    """Read the charge of each charged atom, by the atom's number."""
    charged = molecule.GetAtomsMatchingQuery(_CHARGED)
    return {atom.GetIdx(): atom.GetFormalCharge() for atom in charged}


def _read_again(molecule: Chem.Mol) -> Chem.Mol:
    """Perceive a changed molecule anew: a stereocentre or aromatic ring may be none now."""
    again = Chem.MolFromSmiles(Chem.MolToSmiles(molecule))
    if again is None:
        raise RuntimeError("RDKit does not read its own SMILES")
    return again


def _note_radicals(molecule: Chem.Mol, changes: list[str]) -> None:
    radicals = len(molecule.GetAtomsMatchingQuery(_RADICAL))
    if radicals:
        changes.append(
            f"Kept {count_of(radicals, 'atom')} with unpaired electrons: an atom in brackets has "
            "only the hydrogens written there."
        )
