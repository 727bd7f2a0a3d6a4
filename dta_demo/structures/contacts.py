"""Residues of a chain that a ligand touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from dta_demo.structures.records import Chain, Ligand, Structure

CONTACT = 5.0
"""Distance in Å within which a heavy atom of a residue touches one of a ligand."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """A ligand, and the residues of a chain that it touches.

    Attributes
    ----------
    ligand : Ligand
    places : numpy.ndarray of int64
        Indices in the chain's residues, ascending; at least one.
    ligands : int
        How many ligands of the file touch the chain, this one among them.
    """

    ligand: Ligand
    places: np.ndarray
    ligands: int


def find_contacts(structure: Structure, chain: Chain) -> Contacts | None:
    """Find what the largest ligand beside a chain touches; None where no ligand touches it.

    Of ligands of one size, as the copies of a drug are, the one that touches most residues is
    taken, and of these the first.
    """
    touched = [(each, touching(chain, each)) for each in structure.ligands]
    beside = [(ligand, places) for ligand, places in touched if len(places)]
    if not beside:
        return None
    ligand, places = max(beside, key=lambda found: (len(found[0].elements), len(found[1])))
    return Contacts(ligand, places, len(beside))


def touching(chain: Chain, ligand: Ligand) -> np.ndarray:
    """Indices of the residues with a heavy atom within `CONTACT` of one of a ligand, ascending."""
    owners = _owners([len(residue.atoms) for residue in chain.residues])
    positions = np.concatenate([residue.positions for residue in chain.residues])
    # The tree holds the few atoms: each of the chain's is asked for its nearest only, so that
    # atoms heaped in one place cost no more than others.
    nearest, _ = KDTree(ligand.positions).query(positions, distance_upper_bound=CONTACT)
    return np.unique(owners[np.isfinite(nearest)])


def _owners(counts: Sequence[int]) -> np.ndarray:
    """Index of the residue that each atom belongs to: (atoms,)."""
    return np.repeat(np.arange(len(counts)), counts)
