"""Ligands of a structure file that may be a drug, read from its residues."""

from __future__ import annotations

import re

import gemmi
import numpy as np

from dta_demo.inputs.wording import plain_line
from dta_demo.structures.atoms import choose_atoms
from dta_demo.structures.records import MAX_NAME_CHARACTERS, Ligand

MIN_LIGAND_ATOMS = 10
"""Fewest heavy atoms of a ligand that may be a drug; fragments have more, buffers fewer."""

MAX_LIGAND_ATOMS = 150
"""Most heavy atoms of a ligand; vancomycin has 101."""

MAX_LIGANDS = 24
"""Most ligands of a file that are kept, at 15 ms for the contacts of each with a chain of
`parse.MAX_SHOWN_ATOMS`."""

NO_DRUGS = frozenset({
    "AMP", "ANP", "ACP", "AGS", "ATG", "GTP", "GNP", "GCP", "GSP", "CMP", "UMP", "UDP", "UTP",
    "TMP", "TTP", "APC", "NAP", "NDP", "FMN", "COA", "ACO", "SAM", "SAH", "SFG", "1PE", "2PE",
    "P6G", "P33", "PE4", "PE8", "12P", "15P", "7PE", "XPE", "OLC", "OLA", "OLB", "PLM", "MYR",
    "STE", "CLR", "CHL", "B12", "PLP", "Y01", "UNL",
})  # fmt: skip
"""Cofactors, nucleotides, glycols and lipids that gemmi's table of common components lacks."""

UNNAMED = "ligand"
"""In the place of a name that is none: only what the dictionary of the PDB could hold is shown."""

BOND_SLACK = 0.4
"""Å by which a bond may be longer than the covalent radii of its atoms together."""

_NAME = re.compile(r"[A-Z0-9]{1,5}")
_HYDROGENS = frozenset({"H", "D"})


def read_ligand(residue: gemmi.Residue, chain: str, label: str) -> Ligand | None:
    """Read a residue that may be a drug, or return None for any other.

    Waters, ions, buffers, sugars and cofactors are common components of files, which gemmi and
    `NO_DRUGS` name; a drug is none of these, holds carbon, and has `MIN_LIGAND_ATOMS` to
    `MAX_LIGAND_ATOMS` heavy atoms.

    Parameters
    ----------
    residue : gemmi.Residue
    chain : str
        Name of its chain in the file, not escaped.
    label : str
        Its number in the file.
    """
    if gemmi.find_tabulated_residue(residue.name).found() or residue.name in NO_DRUGS:
        return None
    chosen, _ = choose_atoms(residue)
    atoms = [atom for atom in chosen if atom.element.name not in _HYDROGENS]
    elements = tuple(atom.element.name for atom in atoms)
    if not MIN_LIGAND_ATOMS <= len(atoms) <= MAX_LIGAND_ATOMS or "C" not in elements:
        return None
    return Ligand(
        name=residue.name if _NAME.fullmatch(residue.name) else UNNAMED,
        chain=plain_line(chain, MAX_NAME_CHARACTERS),
        label=label,
        elements=elements,
        positions=np.array([atom.pos.tolist() for atom in atoms], dtype=np.float32),
    )


def find_bonds(ligand: Ligand) -> np.ndarray:
    """Find the pairs of atoms of a ligand that are close enough to be bonded.

    Returns
    -------
    numpy.ndarray of int64, shape (bonds, 2)
        Indices of atoms, the lower first.
    """
    radii = np.array([gemmi.Element(symbol).covalent_r for symbol in ligand.elements])
    apart = np.linalg.norm(ligand.positions[:, None] - ligand.positions[None], axis=-1)
    return np.argwhere(np.triu(apart < radii[:, None] + radii[None] + BOND_SLACK, 1))
