"""Nothing that a visitor types occupies the server, and what is read stays what it is."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule, read_molecule
from dta_demo.inputs.molecule_size import count_fused_rings
from dta_demo.inputs.protein import parse_protein
from dta_demo.molecules.drawing import draw_molecule, formula_and_weight
from dta_demo.molecules.fingerprints import fingerprint_molecules, fingerprint_smiles
from tests.support.fuzzing import read_within_time

pytestmark = pytest.mark.fuzz

BITS = 1024
SEED = 7
KNOWN = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
    "CC(=O)[O-].C[N+](C)(C)C[C@H](O)/C=C\\F",
    "C[C@H]1CC[C@@H](O)C2CC3CC(C2)C13",
    "[2H]C([2H])N1C=CC(=O)c2c1cc[nH]2",
]
SMILES_SIGNS = r"""
C N O S P B F Cl Br I c n o s p ( ) [ ] = # : / \ . @ + - 1 2 3 % %10 %(100) [nH] [C@H] [C@@]
[C@SP1] [S@OH3] [C@TB1] [C@AL1] [N+] [O-] [2H] [H] [CH3:1] [13C] [Na+] [se] * $ ~ | >
"""
SMILES_PARTS = SMILES_SIGNS.split()
SEQUENCE = "MKKFFDSRREQGGSGLGSGSSGGGGSTSGLGSGYIGRVFGIGRQQVTVDEVLAEGGFAIVFLVRTSNGMK"
SEQUENCE_PARTS = [">", "\n", "\r", ";", "*", "-", "ORIGIN\n", "//\n", "1 ", "x", "J", "é", "\u202e"]


def ring_number(number: int) -> str:
    return str(number) if number < 10 else f"%{number}"


def ring_line(rings: int) -> str:
    """Fused aromatic rings in a line, the last one of four atoms."""
    there = "".join(f"cc{ring_number(ring)}" for ring in range(2, rings + 1))
    back = "".join(f"c{ring_number(ring)}c" for ring in range(rings, 1, -1))
    return f"c1{there}cc{back}c1"


def necklace(beads: int) -> str:
    """Rings of four atoms in a ring: 2 ** beads rings are equally short."""
    middle = "".join(
        f"CC{ring_number(bead + 3)}(C{ring_number(bead + 2)})" for bead in range(beads)
    )
    return f"C1%982{middle}C1.C%98{ring_number(beads + 2)}"


def spiro_chain(rings: int, size: int) -> str:
    links = "".join(
        ring_number(ring + 1) + "C" * (size - 1) + ring_number(ring + 1) for ring in range(1, rings)
    )
    return "C1" + "C" * (size - 1) + "1" + links


def dendrimer(depth: int, branch: str) -> str:
    if depth == 0:
        return "O"
    return f"{branch}({dendrimer(depth - 1, branch)}){dendrimer(depth - 1, branch)}"


def spell_graph(
    atoms: list[str], bonds: list[tuple[int, int]], double: set[int] = frozenset()
) -> str:
    """Spell a graph atom by atom: its bonds are ring numbers between parts."""
    numbers: list[list[str]] = [[] for _ in atoms]
    for number, (one, other) in enumerate(bonds):
        sign = "=" if number in double else ""
        numbers[one].append(f"{sign}%({number + 1})")
        numbers[other].append(f"{sign}%({number + 1})")
    return ".".join(atom + "".join(closing) for atom, closing in zip(atoms, numbers, strict=True))


def lattice(rows: int, columns: int, wrapped: bool) -> list[tuple[int, int]]:
    across = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    around = [(r * columns, (r + 1) * columns - 1) for r in range(rows)] if wrapped else []
    return list(dict.fromkeys(across + down + around))


@st.composite
def cages(draw: st.DrawFn) -> str:
    """Grids, tubes and random graphs of few neighbours, tied by bonds into one molecule."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(3, 6))
    bonds = lattice(rows, columns, draw(st.booleans()))
    pairs = st.tuples(*[st.integers(0, rows * columns - 1)] * 2).map(sorted).map(tuple)
    extra = draw(st.lists(pairs, max_size=4))
    bonds = list(dict.fromkeys(bonds + [(a, b) for a, b in extra if a != b]))
    atom = draw(st.sampled_from(["C", "S", "[C@]", "c", "P", "[Si]"]))
    joined = spell_graph([atom] * rows * columns, bonds)
    molecule = Chem.MolFromSmiles(joined, sanitize=False)
    return Chem.MolToSmiles(molecule, canonical=False)


@st.composite
def fused_rings(draw: st.DrawFn) -> str:
    """Rings fused at random, with odd atoms and double bonds wherever they fit."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    bonds = [(atom, (atom + 1) % 6) for atom in range(6)]
    size = 6
    for _ in range(rng.randint(1, 8)):
        degree = [sum(atom in bond for bond in bonds) for atom in range(size)]
        free = [bond for bond in bonds if degree[bond[0]] == degree[bond[1]] == 2]
        if not free:
            break
        one, other = rng.choice(free)
        path = [one, *range(size, size + rng.choice([2, 3, 4, 4, 5])), other]
        size = max(size, *(atom + 1 for atom in path))
        bonds += pairwise(path)
    degree = [sum(atom in bond for bond in bonds) for atom in range(size)]
    atoms = [
        rng.choice(["C"] * 8 + (["N", "O", "S", "P", "[N-]"] if many == 2 else ["C"]))
        for many in degree
    ]
    double, taken = set(), set()
    for number in rng.sample(range(len(bonds)), len(bonds)):
        ends = set(bonds[number])
        if not ends & taken and all(atoms[end] in ("C", "P") or atoms[end] == "N" for end in ends):
            double.add(number)
            taken |= ends
    for atom in range(size):
        if atom not in taken and degree[atom] == 2 and atoms[atom] == "C":
            atoms[atom] = rng.choice(["C", "C(=O)", "C(=C)", "C(=[NH2+])", "[CH-]", "C"])
    molecule = Chem.MolFromSmiles(spell_graph(atoms, bonds, double), sanitize=False)
    return Chem.MolToSmiles(molecule, canonical=False)


@st.composite
def mutated(draw: st.DrawFn, texts: list[str], parts: list[str]) -> str:
    """Make a known text with some characters put in, left out or replaced."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(text)))
        end = min(len(text), place + draw(st.integers(0, 2)))
        text = text[:place] + draw(st.sampled_from(parts)) + text[end:]
    return text


BRANCHES = ["C", "N", "[C@H]", "C=C", "c1cc(C)cc1", "[C@H]1C[C@@H](C)C1", "C(F)"]
UNITS = ["C", "[C@H](O)", "[C@@](F)(Cl)", "/C=C/", "C=C=", "C(=O)[O-]", "[NH2+]", "([2H])C", "[CH]"]
MANY = st.one_of(
    st.integers(1, 110).map(ring_line),
    st.integers(1, 40).map(necklace),
    st.builds(spiro_chain, st.integers(2, 80), st.integers(3, 7)),
    st.builds(dendrimer, st.integers(1, 7), st.sampled_from(BRANCHES)),
    st.builds(
        lambda unit, many: "C" + unit * many + "C", st.sampled_from(UNITS), st.integers(1, 300)
    ),
    st.builds(
        lambda part, many: ".".join([part] * many),
        st.sampled_from([*KNOWN, "C", "[Na+]", "c1ccccc1"]),
        st.integers(1, 600),
    ),
    st.integers(1, 1100).map(lambda depth: "C" + "(C" * depth + ")" * depth),
    st.integers(1, 500).map(lambda many: "C" + "(C)" * many),
    st.integers(3, 1900).map(lambda size: "c1" + "c" * size + "1"),
)
SMILES = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(SMILES_PARTS), max_size=40).map("".join),
    mutated(KNOWN, SMILES_PARTS),
    MANY,
    cages(),
    fused_rings(),
)


def show(text: str):
    """Do everything that the page does with a molecule before it asks the model."""
    molecule = parse_molecule(text)
    draw_molecule(molecule.smiles)
    formula_and_weight(molecule.smiles)
    return molecule, fingerprint_smiles([molecule.smiles], BITS)


@given(SMILES)
def test_a_molecule_is_shown_in_time_and_read_again_as_itself(text):
    shown = read_within_time(show, text)
    if shown is not None:
        again = parse_molecule(shown[0].smiles)
        assert again.smiles == shown[0].smiles
        assert all(change.startswith("Kept ") for change in again.changes)


@given(SMILES)
def test_a_molecule_is_read_among_many_as_alone(text):
    read = read_within_time(read_molecule, text)
    alone = read_within_time(parse_molecule, text)
    assert (read is None) == (alone is None)
    if read is not None:
        assert (read.name, read.changes) == (alone.name, alone.changes)
        one = fingerprint_molecules([read.molecule], BITS)
        other = fingerprint_smiles([alone.smiles], BITS)
        np.testing.assert_array_equal(one.counts, other.counts)


@given(SMILES)
def test_two_spellings_give_one_smiles(text):
    parsed = read_within_time(parse_molecule, text)
    assume(parsed is not None)
    molecule = Chem.MolFromSmiles(parsed.smiles)
    # RDKit ranks the stereocentres of a cage by the order in which they are written.
    assume("@" not in parsed.smiles or max(count_fused_rings(molecule), default=0) < 3)
    spelling = Chem.MolToRandomSmilesVect(molecule, 1, randomSeed=SEED)[0]
    assume(Chem.MolFromSmiles(spelling) is not None)
    assert parse_molecule(spelling).smiles == parsed.smiles


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([*SEQUENCE_PARTS, SEQUENCE[:9], SEQUENCE]), max_size=40).map("".join)
    | mutated(
        [SEQUENCE, f">a kinase\n{SEQUENCE}", f"LOCUS x\nORIGIN\n 1 {SEQUENCE.lower()}\n//\n"],
        SEQUENCE_PARTS,
    )
    | SMILES
    | st.builds(
        lambda part, many: part * many, st.sampled_from(SEQUENCE_PARTS), st.integers(1, 10**5)
    )
)
def test_a_protein_is_read_in_time_and_read_again_as_itself(text):
    protein = read_within_time(parse_protein, text)
    if protein is not None:
        assert re.fullmatch(r"[A-IK-Z]{10,40000}", protein.sequence)
        assert parse_protein(protein.sequence).sequence == protein.sequence


def test_the_generators_make_what_they_are_for():
    with pytest.raises(InputError, match="50 rings fused"):
        parse_molecule(ring_line(50))
    assert parse_molecule(necklace(4)).smiles
