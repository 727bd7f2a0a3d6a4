"""Scenes of both 3D viewers: places, colours and labels, decided once for the two.

Scenes are laid flat: their longest extent along x, the next along y, the shortest towards the
viewer, so that both viewers start from the same side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dta_demo.molecules.conformers import Conformer
from dta_demo.structures.align import ChainMatch
from dta_demo.structures.contacts import Contacts
from dta_demo.structures.ligands import find_bonds
from dta_demo.structures.records import ChainResidue
from dta_demo.ui.structure.residue_values import ResidueValues

TOP_RESIDUES = 10
"""Residues that are drawn as sticks and labelled."""

MAX_MARKED = 60
"""Most residues that are marked as touching the ligand; 29 touch ponatinib."""

MAX_STICK_ATOMS = 30
"""Most atoms of a touching residue that is drawn as sticks; tryptophan has 14."""

NOT_IN_QUERY = "#8792a3"
"""Colour of residues that are not in the sequence and so have no value."""

BACKGROUND = "#c3ccd8"
"""In light and dark alike, since both ends of both scales have to stand out from it."""

BACKBONE = ("N", "CA", "C", "O")
LONGEST_BOND = 2.0
"""Å between two heavy atoms of a residue; a bond of sulphur is 1.8 Å."""

ELEMENT_COLOURS = {
    "H": "#ffffff", "C": "#5b6675", "N": "#2f5fd0", "O": "#d03030", "S": "#c9a20c",
    "P": "#d97706", "F": "#2f9e44", "Cl": "#2f9e44", "Br": "#8d3b1f", "I": "#7b3fa0",
}  # fmt: skip
OTHER_ELEMENT = "#b0568f"

LIGAND = "#0f766e"
"""Colour of a ligand's carbons and of marks on residues that touch it; on no scale of values."""


@dataclass(frozen=True)
class PlacedResidue:
    """A residue in a scene.

    Attributes
    ----------
    number : int
        In the sequence as given, from 1; 0 for a residue that is not in it.
    label : str
        Such as ``T315``, or ``T315 (file T334)``.
    colour : str
        Such as ``#3f0f6b``.
    atoms : tuple of str
    positions : numpy.ndarray, shape (atoms, 3)
        In the scene's own frame, Å.
    """

    number: int
    label: str
    colour: str
    atoms: tuple[str, ...]
    positions: np.ndarray

    @property
    def alpha_carbon(self) -> np.ndarray:
        """Position of the alpha carbon, Å."""
        place: np.ndarray = self.positions[self.atoms.index("CA")]
        return place

    def bonds(self) -> Iterator[tuple[int, int]]:
        """Pairs of atoms that are close enough to be bonded."""
        apart = np.linalg.norm(self.positions[:, None] - self.positions[None], axis=-1)
        for first, second in np.argwhere(np.triu(apart < LONGEST_BOND, 1)):
            yield int(first), int(second)


@dataclass(frozen=True, eq=False)
class PlacedLigand:
    """A ligand in a scene.

    Attributes
    ----------
    label : str
        Its name, such as ``STI``.
    elements : tuple of str
    positions : numpy.ndarray, shape (atoms, 3)
    bonds : numpy.ndarray of int64, shape (bonds, 2)
    """

    label: str
    elements: tuple[str, ...]
    positions: np.ndarray
    bonds: np.ndarray

    @property
    def colours(self) -> list[str]:
        """Colour of each atom: that of its element, or of the ligand for carbon."""
        return [
            LIGAND if x == "C" else ELEMENT_COLOURS.get(x, OTHER_ELEMENT) for x in self.elements
        ]


@dataclass(frozen=True, eq=False)
class ProteinScene:
    """A chain, coloured by one value per residue, with the ligand that touches it.

    Attributes
    ----------
    residues : tuple of PlacedResidue
        All of the chain, in its order.
    breaks : tuple of int
        Places in ``residues`` before which the chain is broken.
    top : tuple of PlacedResidue
        Residues that stand out, the first one most; drawn as sticks and labelled.
    ligand : PlacedLigand or None
    touching : tuple of PlacedResidue
        Residues that the ligand touches; marked, with their side chains.
    is_close : bool
        Whether the ligand and what it touches fill the picture.
    """

    residues: tuple[PlacedResidue, ...]
    breaks: tuple[int, ...]
    top: tuple[PlacedResidue, ...]
    ligand: PlacedLigand | None = None
    touching: tuple[PlacedResidue, ...] = ()
    is_close: bool = False

    @property
    def in_view(self) -> np.ndarray:
        """Positions that fill the picture, Å, shape (points, 3)."""
        if self.ligand is None or not self.is_close:
            return self.alpha_carbons
        near = np.array([residue.alpha_carbon for residue in self.touching])
        return np.concatenate([near, self.ligand.positions])

    @cached_property
    def alpha_carbons(self) -> np.ndarray:
        """Positions of the alpha carbons, Å, shape (residues, 3)."""
        return np.array([residue.alpha_carbon for residue in self.residues], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class MoleculeScene:
    """A molecule's shape, coloured by element."""

    mol_block: str
    elements: tuple[str, ...]
    positions: np.ndarray
    bonds: tuple[tuple[int, int], ...]

    @property
    def colours(self) -> list[str]:
        """Colour of each atom."""
        return [ELEMENT_COLOURS.get(symbol, OTHER_ELEMENT) for symbol in self.elements]


def protein_scene(
    match: ChainMatch,
    values: ResidueValues,
    contacts: Contacts | None = None,
    is_close: bool = False,
) -> ProteinScene:
    """Place and colour the residues of a chain, and the ligand on the side of the viewer.

    Parameters
    ----------
    is_close : bool
        Show what lies around the ligand, where there is one, and not the whole chain.
    """
    colours = values.colours()
    middle, frame = _flat_frame(match.chain.alpha_carbons())
    if contacts and (contacts.ligand.positions.mean(axis=0) - middle) @ frame[:, 2] < 0:
        frame = frame * [1, -1, -1]  # Half a turn about x.
    places = match.number_of_place.tolist()
    residues = tuple(
        _place(residue, number, match, colours, (residue.positions - middle) @ frame)
        for residue, number in zip(match.chain.residues, places, strict=True)
    )
    top = tuple(
        residues[match.places[number - 1]] for number in values.top(match.numbers, TOP_RESIDUES)
    )
    breaks = tuple((np.flatnonzero(match.chain.breaks()) + 1).tolist())
    if contacts is None:
        return ProteinScene(residues, breaks, top)
    drug = contacts.ligand
    laid = (drug.positions - middle) @ frame
    placed = PlacedLigand(drug.name, drug.elements, laid, find_bonds(drug))
    touching = tuple(residues[place] for place in contacts.places[:MAX_MARKED])
    return ProteinScene(residues, breaks, top, placed, touching, is_close)


def _place(
    residue: ChainResidue, number: int, match: ChainMatch, colours: list[str], places: np.ndarray
) -> PlacedResidue:
    label = match.label(number) if number else residue.letter + residue.label
    colour = colours[number - 1] if number else NOT_IN_QUERY
    return PlacedResidue(number, label, colour, residue.atoms, places)


def molecule_scene(shape: Conformer) -> MoleculeScene:
    """Place and colour the atoms of a molecule."""
    middle, frame = _flat_frame(shape.positions)
    laid = (shape.positions - middle) @ frame
    return MoleculeScene(shape.mol_block_at(laid), tuple(shape.elements), laid, tuple(shape.bonds))


def _flat_frame(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle of points, and the rotation that lays them flat; it mirrors nothing."""
    middle = points.mean(axis=0)
    # In full only where there is no third axis otherwise: it takes points x points of memory.
    axes = np.linalg.svd(points - middle, full_matrices=len(points) < 3)[2].T
    axes[:, 2] *= np.sign(np.linalg.det(axes))
    return middle, axes
