"""Structure files written by calculation: no protein that was ever measured.

`helix` is one long helix. `fold` looks like a protein: a sheet of five strands above a bundle
of helices, as in a kinase, with real side chains, whatever the sequence.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence

import gemmi
import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

BACKBONE = ("N", "CA", "C")
BOND = {"N": 1.33, "CA": 1.46, "C": 1.52}
ANGLE = {"N": 116.0, "CA": 122.0, "C": 111.0}
STRANDS = 5
HELIX, STRAND = (-57.0, -47.0), (-120.0, 130.0)


def helix(sequence: str, first: int = 1, chain: str = "A") -> gemmi.Structure:
    """Build one long helix along z, its residues numbered from ``first``."""
    atoms = backbone(len(sequence), HELIX)
    return structure_of({chain: (sequence, atoms)}, first)


def fold(sequence: str, first: int = 1) -> gemmi.Structure:
    """Build a sheet above a bundle of helices, out of however many segments it takes."""
    parts: list[np.ndarray] = []
    left, segment = len(sequence), 0
    while left:
        part = _segment(segment, left)
        loop = _loop(parts[-1][-1], part[0]) if parts else np.empty((0, 4, 3))
        for piece in (loop, part):
            parts += [piece[:left]] if left and len(piece) else []
            left -= min(left, len(piece))
        segment += 1
    return structure_of({"A": (sequence, np.concatenate(parts))}, first)


def structure_of(chains: dict[str, tuple[str, np.ndarray]], first: int = 1) -> gemmi.Structure:
    """Put chains of residues with side chains into one model."""
    structure = gemmi.Structure()
    structure.name = "SYNTHETIC"
    model = gemmi.Model(1)
    for name, (sequence, atoms) in chains.items():
        chain = gemmi.Chain(name)
        for number, (letter, places) in enumerate(zip(sequence, atoms, strict=True), start=first):
            chain.add_residue(_residue(letter, number, places))
        model.add_chain(chain)
    structure.add_model(model)
    structure.setup_entities()
    return structure


def ligand(
    name: str = "LIG", number: int = 900, at: Sequence[float] = (0, 0, 0), atoms: int = 12
) -> gemmi.Residue:
    """Carbons in a line along x, 1.5 Å apart."""
    residue = gemmi.Residue()
    residue.name, residue.seqid, residue.het_flag = name, gemmi.SeqId(str(number)), "H"
    for index in range(atoms):
        atom = gemmi.Atom()
        atom.name, atom.element, atom.occ = f"C{index}", gemmi.Element("C"), 1.0
        atom.pos = gemmi.Position(at[0] + 1.5 * index, at[1], at[2])
        residue.add_atom(atom)
    return residue


def as_pdb(structure: gemmi.Structure) -> bytes:
    return structure.make_pdb_string().encode()


def as_mmcif(structure: gemmi.Structure) -> bytes:
    structure.assign_label_seq_id(True)
    return structure.make_mmcif_document().as_string().encode()


def backbone(length: int, angles: tuple[float, float]) -> np.ndarray:
    """Give N, CA, C and O of a regular stretch, its axis along z: (residues, 4, 3), Å."""
    phi, psi = angles
    torsion = {"N": psi, "CA": 180.0, "C": phi}
    chain = [np.array([0.0, 0, 0]), np.array([1.46, 0, 0]), np.array([2.0, 1.42, 0])]
    while len(chain) < 3 * length:
        name = BACKBONE[len(chain) % 3]
        chain.append(_next(chain[-3:], BOND[name], ANGLE[name], torsion[name]))
    places = np.array(chain[: 3 * length]).reshape(length, 3, 3)
    oxygen = [_next([n, a, c], 1.23, 120.5, psi + 180) for n, a, c in places]
    atoms = np.concatenate([places, np.array(oxygen)[:, None]], axis=1)
    return _along_z(atoms)


def _next(last: Sequence[np.ndarray], bond: float, angle: float, torsion: float) -> np.ndarray:
    """Place an atom by its distance, angle and torsion from the last three."""
    a, b, c = last
    theta, chi = math.radians(180 - angle), math.radians(torsion)
    axis = (c - b) / np.linalg.norm(c - b)
    normal = np.cross(b - a, axis)
    normal /= np.linalg.norm(normal)
    local = np.array(
        [math.cos(theta), math.sin(theta) * math.cos(chi), math.sin(theta) * math.sin(chi)]
    )
    frame = np.stack([axis, np.cross(normal, axis), normal], axis=1)
    return c + bond * frame @ local


def _along_z(atoms: np.ndarray) -> np.ndarray:
    carbons = atoms[:, 1]
    if len(carbons) < 5:
        return atoms - carbons.mean(axis=0)
    middle = carbons.mean(axis=0)
    axis = np.linalg.svd(carbons - middle)[2][0]
    axis *= np.sign(axis @ (carbons[-1] - carbons[0]))
    other = np.cross([0, 0, 1.0], axis)
    if np.linalg.norm(other) < 1e-6:
        return atoms - middle
    other /= np.linalg.norm(other)
    frame = np.stack([other, np.cross(axis, other), axis], axis=1)
    return (atoms - middle) @ frame


def _segment(number: int, left: int) -> np.ndarray:
    """Give the strand or helix at its place: the strands of a sheet, then the bundle below."""
    helix_number = number - STRANDS
    atoms = backbone(min(left, 8), STRAND) if helix_number < 0 else backbone(min(left, 17), HELIX)
    if number % 2:
        atoms = atoms * [1, -1, -1]  # Half a turn about x: the chain runs back again.
    if helix_number < 0:
        lying = np.stack([atoms[..., 2], atoms[..., 1], -atoms[..., 0]], axis=-1)
        return lying + np.array([0.0, 4.8 * (number - STRANDS // 2), 20.0])
    row, column = divmod(helix_number, 3)
    x = 10.0 * (column - 1)
    return atoms + np.array([-x if row % 2 else x, 9.5 * row - 9.5, 0.0])


def _loop(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Join two residues by an arc with an alpha carbon at most every 3.8 Å."""
    start, end = before[1], after[1]
    gap = float(np.linalg.norm(end - start))
    outward = np.array([0, 0, 1.0 if start[2] > 0 else -1.0]) * max(6.0, gap / 3)
    corners = np.array([start, start + outward, end + outward, end])
    shares = np.linspace(0, 1, 400)[:, None]
    fine = sum(
        math.comb(3, i) * shares**i * (1 - shares) ** (3 - i) * corners[i] for i in range(4)
    )  # a Bézier curve
    walked = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    residues = max(1, math.ceil(walked[-1] / 3.8) - 1)
    step = walked[-1] / (residues + 1)

    def at(length: float) -> np.ndarray:
        return np.array([np.interp(length, walked, fine[:, axis]) for axis in range(3)])

    side = np.array([0.6, 0.6, 0.0])
    return np.array(
        [
            [at((i - 0.36) * step) + side, at(i * step), at((i + 0.36) * step) - side,
             at((i + 0.4) * step) - 2.6 * side]
            for i in range(1, residues + 1)
        ]
    )  # fmt: skip


@functools.cache
def _template(letter: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the heavy atoms of one amino acid with their names, embedded by RDKit."""
    molecule = Chem.AddHs(Chem.MolFromSequence(letter))
    AllChem.EmbedMolecule(molecule, randomSeed=7)
    places = molecule.GetConformer().GetPositions()
    heavy = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    names = tuple(atom.GetPDBResidueInfo().GetName().strip() for atom in heavy)
    return names, places[[atom.GetIdx() for atom in heavy]]


def _residue(letter: str, number: int, places: np.ndarray) -> gemmi.Residue:
    residue = gemmi.Residue()
    residue.name = gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA) or "UNK"
    residue.seqid = gemmi.SeqId(str(number))
    residue.entity_type = gemmi.EntityType.Polymer
    for name, place in (*zip((*BACKBONE, "O"), places, strict=True), *_side_chain(letter, places)):
        atom = gemmi.Atom()
        atom.name, atom.element = name, gemmi.Element(name[0])
        atom.pos = gemmi.Position(*place)
        atom.occ = 1.0
        residue.add_atom(atom)
    return residue


def _side_chain(letter: str, places: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Lay an amino acid's backbone over the residue's (Kabsch), and give what hangs from it."""
    if letter not in "ACDEFGHIKLMNPQRSTVWY":
        return
    names, template = _template(letter)
    own = template[[names.index(name) for name in BACKBONE]]
    u, _, vt = np.linalg.svd((own - own[1]).T @ (places[:3] - places[1]))
    flip = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    moved = (template - own[1]) @ (u @ flip @ vt) + places[1]
    for name, place in zip(names, moved, strict=True):
        if name not in (*BACKBONE, "O", "OXT"):
            yield name, place
