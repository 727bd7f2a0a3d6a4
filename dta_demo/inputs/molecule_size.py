"""Limits on a molecule's atoms and rings, checked before RDKit would take long over them.

RDKit looks for aromatic rings in every choice of up to six rings of a fused system, and finds
all rings of a size where one would do: its time grows with the sixth power of the rings, and
doubles with each ring of some cages and necklaces. So the rings are counted before it perceives
anything, in time that grows with the atoms and bonds alone.
"""

from __future__ import annotations

from collections import Counter

from rdkit import Chem
from rdkit.Chem import rdqueries

from dta_demo.inputs.errors import InputError

MAX_HEAVY_ATOMS = 300  # Drugs end well below; the largest training molecule (KIBA) has 268.

MAX_FUSED_RINGS = 16
"""Independent rings of one fused system; 13 is the most among 85,000 molecules of the data.

At 16 the worst system found, a necklace of four-membered rings, takes 0.2 s; 37 take 1 s.
"""

MAX_RINGS = 60
"""Rings of a molecule: a drawing's time grows with them, and 300 atoms hold 50 phenyl rings."""

_EASY_DIGITS = 24
"""A SMILES with fewer digits has at most 11 rings, which no arrangement makes slow."""

# RDKit finds atoms by these far faster than a Python loop over the atoms does.
CARBON = rdqueries.AtomNumEqualsQueryAtom(6)
HYDROGEN = rdqueries.AtomNumEqualsQueryAtom(1)


def refuse_slow(smiles: str) -> None:
    """Refuse atoms and rings that RDKit would take long over, before it perceives anything."""
    may_be_large = len(smiles) > MAX_HEAVY_ATOMS
    if not (may_be_large or _may_have_many_rings(smiles)):
        return
    molecule = Chem.MolFromSmiles(smiles, sanitize=False)
    if molecule is None:
        return
    if may_be_large:
        hydrogens = {atom.GetIdx() for atom in molecule.GetAtomsMatchingQuery(HYDROGEN)}
        parts = Chem.GetMolFrags(molecule)
        _refuse_atoms(max(len(part) - len(hydrogens.intersection(part)) for part in parts))
    fused = count_fused_rings(molecule)
    if max(fused, default=0) > MAX_FUSED_RINGS:
        raise InputError(
            f"The molecule has {max(fused):,} rings fused or bridged into one system, and at most "
            f"{MAX_FUSED_RINGS} are read."
        )
    refuse_rings(sum(fused))


def _may_have_many_rings(smiles: str) -> bool:
    """Tell from the digits alone, as most molecules are read often and have few rings."""
    return sum(map(smiles.count, "0123456789")) >= _EASY_DIGITS


def refuse_rings(rings: int) -> None:
    """Refuse a molecule of so many rings in all."""
    if rings > MAX_RINGS:
        raise InputError(f"The molecule has {rings:,} rings, and at most {MAX_RINGS} are read.")


def refuse_size(molecule: Chem.Mol) -> None:
    """Refuse a molecule without carbon, or with more atoms than are read."""
    if len(molecule.GetAtomsMatchingQuery(CARBON)) == 0:
        raise InputError("The molecule has no carbon: give an organic molecule.")
    _refuse_atoms(molecule.GetNumHeavyAtoms())


def _refuse_atoms(atoms: int) -> None:
    if atoms > MAX_HEAVY_ATOMS:
        raise InputError(
            f"The molecule has {atoms:,} atoms besides hydrogen, and at most {MAX_HEAVY_ATOMS} "
            "are read."
        )


def count_fused_rings(molecule: Chem.Mol) -> list[int]:
    """Count the independent rings of each system of rings that share atoms.

    These are its bonds less its atoms plus one.
    """
    Chem.FastFindRings(molecule)
    ends = [
        (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
        for bond in molecule.GetBonds()
        if bond.IsInRing()
    ]
    neighbours: dict[int, list[int]] = {}
    for one, other in ends:
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    system_of: dict[int, int] = {}
    for start in neighbours:
        _mark_system(start, neighbours, system_of)
    atoms = Counter(system_of.values())
    bonds = Counter(system_of[one] for one, _ in ends)
    return [bonds[system] - atoms[system] + 1 for system in atoms]


def _mark_system(start: int, neighbours: dict[int, list[int]], system_of: dict[int, int]) -> None:
    """Note for each atom that ring bonds join to the first one that it is of its system."""
    left = [] if start in system_of else [start]
    while left:
        atom = left.pop()
        if atom not in system_of:
            system_of[atom] = start
            left.extend(neighbours[atom])
