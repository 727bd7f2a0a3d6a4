"""Records of a structure file: residues and ligands with coordinates, and no other text of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MAX_NAME_CHARACTERS = 8
"""Of the name of a chain."""


@dataclass(frozen=True, eq=False)
class ChainResidue:
    """One amino-acid residue with coordinates.

    Attributes
    ----------
    label : str
        Number in the file with the insertion code, such as ``"315"`` or ``"52A"``.
    letter : str
        One-letter code; that of the parent for a modified residue, and ``X`` for an unknown one.
    atoms : tuple of str
        Names of the heavy atoms, ``CA`` among them; only capitals and digits.
    positions : numpy.ndarray of float32, shape (atoms, 3)
        In Å.
    """

    label: str
    letter: str
    atoms: tuple[str, ...]
    positions: np.ndarray

    @property
    def alpha_carbon(self) -> np.ndarray:
        """Position of the alpha carbon, Å, shape (3,)."""
        carbon: np.ndarray = self.positions[self.atoms.index("CA")]
        return carbon


@dataclass(frozen=True, eq=False)
class Chain:
    """One protein chain.

    Attributes
    ----------
    name : str
        Name in the file, shortened to one line; not escaped.
    residues : tuple of ChainResidue
        In the order of the file; at least one.
    notes : tuple of str
        Differences between the chain and the file, one sentence each.
    """

    name: str
    residues: tuple[ChainResidue, ...]
    notes: tuple[str, ...] = ()

    @property
    def sequence(self) -> str:
        """One-letter codes of the residues that have coordinates."""
        return "".join(residue.letter for residue in self.residues)

    def alpha_carbons(self) -> np.ndarray:
        """Positions of the alpha carbons, Å, shape (residues, 3)."""
        return np.array([residue.alpha_carbon for residue in self.residues])

    def breaks(self) -> np.ndarray:
        """Test for each residue but the first whether the chain is broken before it.

        The alpha carbons of neighbours are 3.8 Å apart, or 2.9 Å at a cis bond.

        Returns
        -------
        numpy.ndarray of bool, shape (residues - 1,)
        """
        steps = np.diff(self.alpha_carbons(), axis=0)
        broken: np.ndarray = np.linalg.norm(steps, axis=1) > MAX_STEP
        return broken


MAX_STEP = 4.5
"""Distance in Å of two alpha carbons from which residues are missing between them."""


@dataclass(frozen=True, eq=False)
class Ligand:
    """A molecule beside the protein that may be a drug.

    Attributes
    ----------
    name : str
        Its code in the PDB, such as ``"STI"``; only capitals and digits.
    chain : str
        Name of its chain in the file, shortened to one line; not escaped.
    label : str
        Number in the file, such as ``"600"``.
    elements : tuple of str
        Of its heavy atoms.
    positions : numpy.ndarray of float32, shape (atoms, 3)
        In Å.
    """

    name: str
    chain: str
    label: str
    elements: tuple[str, ...]
    positions: np.ndarray


@dataclass(frozen=True, eq=False)
class Structure:
    """The protein chains and the ligands of a file.

    Attributes
    ----------
    chains : tuple of Chain
        At least one.
    notes : tuple of str
        Parts of the file that were left out, one sentence each.
    ligands : tuple of Ligand
    """

    chains: tuple[Chain, ...]
    notes: tuple[str, ...] = ()
    ligands: tuple[Ligand, ...] = ()
