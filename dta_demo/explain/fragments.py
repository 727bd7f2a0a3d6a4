"""Which atoms a molecule's counted fragments consist of.

The model reads a molecule as counts of its fragments; this is the way back to the atoms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from dta_demo.molecules.fingerprints import MORGAN_BITS, MORGAN_RADIUS, read_smiles


@dataclass(frozen=True)
class Fragment:
    """One occurrence of a fragment.

    Attributes
    ----------
    column : int
        Where it is counted, see `Fingerprints.counts`.
    atoms : frozenset of int
        The atoms it consists of, from 0 in the order of the SMILES.
    """

    column: int
    atoms: frozenset[int]


class MoleculeFragments:
    """The fragments of a molecule, each where it occurs.

    Parameters
    ----------
    smiles : str
        Canonical.
    bits : int
        Size of each of the two count fingerprints, see `describe_molecules`.
    """

    def __init__(self, smiles: str, bits: int) -> None:
        molecule = read_smiles(smiles)
        self.symbols = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
        self.fragments = (*find_circular_fragments(molecule, bits), *find_torsions(molecule, bits))
        self._atoms = np.zeros((len(self.fragments), len(self.symbols)), dtype=np.float32)
        for number, fragment in enumerate(self.fragments):
            self._atoms[number, list(fragment.atoms)] = 1.0
        columns = [fragment.column for fragment in self.fragments]
        self._columns = np.eye(2 * bits, dtype=np.float32)[columns]

    def count(self, present: np.ndarray) -> np.ndarray:
        """Count the fragments all of whose atoms are there.

        Parameters
        ----------
        present : numpy.ndarray of bool, shape (sets, atoms)

        Returns
        -------
        numpy.ndarray of float32, shape (sets, 2 * bits)
        """
        whole = (~present).astype(np.float32) @ self._atoms.T == 0
        return np.asarray(whole.astype(np.float32) @ self._columns)


def find_circular_fragments(molecule: Chem.Mol, bits: int) -> Iterator[Fragment]:
    """Find the circular fragments: an atom, and what lies within some bonds of it."""
    generator = rdFingerprintGenerator.GetMorganGenerator(MORGAN_RADIUS, fpSize=MORGAN_BITS)
    found = rdFingerprintGenerator.AdditionalOutput()
    found.AllocateBitInfoMap()
    generator.GetCountFingerprint(molecule, additionalOutput=found)
    for column, places in found.GetBitInfoMap().items():
        for centre, radius in places:
            yield Fragment(column % bits, atoms_within(molecule, centre, radius))


def find_torsions(molecule: Chem.Mol, bits: int) -> Iterator[Fragment]:
    """Find the torsions: chains of four bonded atoms."""
    generator = rdFingerprintGenerator.GetTopologicalTorsionGenerator(fpSize=bits)
    found = rdFingerprintGenerator.AdditionalOutput()
    found.AllocateBitPaths()
    generator.GetCountFingerprint(molecule, additionalOutput=found)
    for column, paths in found.GetBitPaths().items():
        for path in paths:
            yield Fragment(bits + column, frozenset(path))


def atoms_within(molecule: Chem.Mol, centre: int, radius: int) -> frozenset[int]:
    """Atoms within some bonds of an atom, itself included."""
    atoms = {centre}
    for _ in range(radius):
        atoms |= {
            neighbour.GetIdx()
            for atom in atoms
            for neighbour in molecule.GetAtomWithIdx(atom).GetNeighbors()
        }
    return frozenset(atoms)
