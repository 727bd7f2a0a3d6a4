"""Conformers: one 3D shape of a molecule, computed from its SMILES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from dta_demo.inputs.errors import InputError

SEED = 20240229
"""Seed of the embedding, so that a molecule gets the same shape each time."""

MAX_ATOMS = 250
"""Most atoms, hydrogens included: RDKit checks its time limit only between attempts, one of which
takes 10 s at 450 atoms."""

EMBEDDING_SECONDS = 2
"""Time limit of each of the two methods, exceeded by one attempt at most: 1.5 s for the largest
molecules."""

MINIMISATION_STEPS = 500
"""Most steps of the minimisation: 0.1 s for a drug."""

FULLY_RELAXED_ATOMS = 150
"""Atoms from which a molecule gets fewer steps, whose time grows with the square of the atoms, so
that the minimisation takes about 1 s at most. A limit of time would not give the same shape each
time."""


@dataclass(frozen=True, eq=False)
class Conformer:
    """3D shape of a molecule.

    Attributes
    ----------
    molecule : rdkit.Chem.Mol
        Molecule with one conformer; only hydrogens at hetero atoms are kept.
    notes : tuple of str
        Remarks on the shape, one sentence each.
    """

    molecule: Chem.Mol
    notes: tuple[str, ...]

    @property
    def elements(self) -> list[str]:
        """Symbol of each atom."""
        return [atom.GetSymbol() for atom in self.molecule.GetAtoms()]

    @property
    def positions(self) -> np.ndarray:
        """Positions of the atoms in Å: float32, shape (atoms, 3)."""
        return np.asarray(self.molecule.GetConformer().GetPositions(), dtype=np.float32)

    @property
    def bonds(self) -> list[tuple[int, int]]:
        """The two atoms of each bond, counted from 0."""
        return [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in self.molecule.GetBonds()]

    def mol_block_at(self, positions: np.ndarray) -> str:
        """Mol block without a title, with the atoms at other positions, such as rotated ones.

        Parameters
        ----------
        positions : numpy.ndarray, shape (atoms, 3)
            In Å.
        """
        turned = Chem.Mol(self.molecule)
        turned.GetConformer().SetPositions(positions.astype(np.float64))
        return str(Chem.MolToMolBlock(turned))


def embed_molecule(smiles: str) -> Conformer:
    """Compute a 3D shape of a molecule with ETKDG version 3, minimised in the MMFF94 force field.

    It is one of many shapes that the molecule takes, and not that in which it binds
    (Wang et al. 2020, doi:10.1021/acs.jcim.0c00025; Halgren 1996,
    doi:10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P).

    Parameters
    ----------
    smiles : str
        A SMILES that RDKit reads.

    Raises
    ------
    InputError
        When the molecule is too large, or no shape is found.
    """
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if molecule.GetNumAtoms() > MAX_ATOMS:
        raise InputError(
            f"No 3D shape is computed for molecules of more than {MAX_ATOMS} atoms, hydrogens "
            f"included; this one has {molecule.GetNumAtoms()}."
        )
    if not any(_embed(molecule, from_random_places) for from_random_places in (False, True)):
        raise InputError(
            "No 3D shape was found for this molecule (ETKDG): its rings or stereo centres leave "
            "no room for one."
        )
    notes = (_relax(molecule),)  # Before the hydrogens, which it needs, are taken off.
    return Conformer(_without_plain_hydrogens(molecule), notes)


def _embed(molecule: Chem.Mol, from_random_places: bool) -> bool:
    """Embed the atoms; random start positions are slower, but suit large flexible molecules."""
    settings: Any = rdDistGeom.ETKDGv3()
    settings.randomSeed = SEED
    settings.timeout = EMBEDDING_SECONDS
    settings.useRandomCoords = from_random_places
    return rdDistGeom.EmbedMolecule(molecule, settings) >= 0


def _relax(molecule: Chem.Mol) -> str:
    """Minimise a shape in place, and return a remark on the result."""
    if not rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
        return "As embedded: MMFF94 does not know one of its atoms, so it is not relaxed."
    atoms = molecule.GetNumAtoms()
    steps = int(MINIMISATION_STEPS * min(1.0, FULLY_RELAXED_ATOMS / atoms) ** 2)
    if rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=steps):
        return f"Relaxed in MMFF94 for {steps} steps, not to the very minimum."
    return "Relaxed in MMFF94."


def _without_plain_hydrogens(molecule: Chem.Mol) -> Chem.Mol:
    """Remove the hydrogens at carbons, which would hide the shape."""
    plain = [
        atom.GetIdx()
        for atom in molecule.GetAtoms()
        if atom.GetAtomicNum() == 1 and atom.GetNeighbors()[0].GetAtomicNum() == 6
    ]
    smaller = Chem.RWMol(molecule)
    Chem.Kekulize(smaller, clearAromaticFlags=True)  # Aromatic rings rely on their hydrogens.
    smaller.BeginBatchEdit()
    for index in plain:
        smaller.GetAtomWithIdx(index).GetNeighbors()[0].SetNoImplicit(False)
        smaller.RemoveAtom(index)
    smaller.CommitBatchEdit()
    smaller.UpdatePropertyCache()
    return smaller.GetMol()
