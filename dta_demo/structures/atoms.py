"""Choice of the atoms of a residue that are kept: one position each, and only real ones."""

from __future__ import annotations

import gemmi

MAX_COORDINATE = 10_000.0
"""Largest coordinate in Å; anything further away is no position of an atom."""

_NO_ALTERNATE = "\0"
"""gemmi's label of an atom without alternate positions."""


def choose_atoms(residue: gemmi.Residue) -> tuple[list[gemmi.Atom], bool]:
    """Choose the atoms at the most occupied of a residue's alternate positions.

    Returns
    -------
    atoms : list of gemmi.Atom
        In the order of the file, without those whose coordinates are no numbers or too large.
    has_alternates : bool
    """
    wanted = _most_occupied(residue)
    atoms = [
        atom
        for atom in residue
        if atom.altloc in (_NO_ALTERNATE, wanted)
        # False for NaN, too.
        and all(abs(x) < MAX_COORDINATE for x in (atom.pos.x, atom.pos.y, atom.pos.z))
    ]
    return atoms, wanted != _NO_ALTERNATE


def _most_occupied(residue: gemmi.Residue) -> str:
    """Label of the alternate position with the highest occupancy, or gemmi's for none."""
    occupancy: dict[str, float] = {}
    for atom in residue:
        if atom.altloc != _NO_ALTERNATE:
            occupancy[atom.altloc] = max(atom.occ, occupancy.get(atom.altloc, 0.0))
    return max(occupancy, key=lambda label: occupancy[label], default=_NO_ALTERNATE)
