"""Hostile structure files, and chains that are hard to align: quick, or refused in one sentence."""

from __future__ import annotations

import gzip
import string
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dta_demo.inputs.errors import InputError
from dta_demo.structures import align, parse
from dta_demo.structures.align import match_chain
from dta_demo.structures.parse import read_structure
from dta_demo.structures.records import Chain, ChainResidue, Structure
from tests.support.fuzzing import read_within_time
from tests.support.synthetic import as_mmcif, as_pdb, helix

SEQUENCE = "MKTAYIAKQRWSFVKEHLGDNPC"
PDB = as_pdb(helix(SEQUENCE))
MMCIF = as_mmcif(helix(SEQUENCE))
ODD = [
    b"", b" ", b"?", b".", b"-1", b"99999999999999999999", b"-0", b"nan", b"inf", b"1e999", b"A000",
    b"ZZZZ", b"a000", b"10000000.5", b"\xff", b"\xc3\xa9", b"\x00", b"\r", b"\n", b"\t", b"'", b'"',
    b";", b"#", b"loop_", b"data_", b"stop_", b"_atom_site.id", b"MODEL ", b"ENDMDL", b"TER",
    b"END", b"    ", b"<b>", b"A" * 300,
]  # fmt: skip


def read_and_match(data: bytes) -> Any:
    structure = read_structure(data)
    for chain in structure.chains:
        assert chain.residues
        assert all(residue.label and len(residue.letter) == 1 for residue in chain.residues)
        labels = [residue.label for residue in chain.residues]
        assert len(set(labels)) == len(labels)
    for text in (structure.notes, *(chain.notes for chain in structure.chains)):
        assert all(note.isprintable() for note in text)
    return match_chain(structure, SEQUENCE)


def check(data: bytes) -> None:
    check_match(read_within_time(read_and_match, data))


def check_match(match: align.ChainMatch | None) -> None:
    if match is None:
        return
    used = match.places[match.places >= 0]
    assert (np.diff(used) > 0).all()
    assert used.size == 0 or used.max() < len(match.chain.residues)
    assert len(match.places) == len(match.sequence)
    assert all(note.isprintable() and note.endswith(".") for note in match.notes)
    for number in match.numbers.tolist():
        assert match.label(number).isprintable()


# ---- Files ------------------------------------------------------------------------------------


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Flip, insert and delete bytes, and drop, double, swap and shift lines."""
    lines = data.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.integers(0, len(lines) - 1))
        line, kind = lines[row], draw(st.integers(0, 6))
        at = draw(st.integers(0, max(0, len(line) - 1)))
        odd = draw(st.sampled_from(ODD))
        if kind == 0:
            lines[row] = line[:at] + draw(st.binary(min_size=1, max_size=1)) + line[at + 1 :]
        elif kind == 1:
            lines[row] = line[:at] + odd + line[at + len(odd) :]  # Columns stay where they are.
        elif kind == 2:
            lines[row] = line[:at] + odd + line[at:]
        elif kind == 3:
            lines[row] = line[:at] + line[at + draw(st.integers(1, 20)) :]
        elif kind == 4:
            lines.insert(draw(st.integers(0, len(lines))), line)
        elif kind == 5 and len(lines) > 1:
            del lines[row]
        else:
            words = line.split(b" ")
            words[draw(st.integers(0, len(words) - 1))] = odd
            lines[row] = b" ".join(words)
    whole = b"".join(lines)
    return whole[: draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))]


@st.composite
def column_everywhere(draw: st.DrawFn) -> bytes:
    """Write one thing in the same columns of each line, such as no number at all."""
    start = draw(st.integers(0, 60))
    field = draw(st.sampled_from([*ODD, b" " * draw(st.integers(1, 12))]))
    lines = PDB.splitlines()
    return b"".join(x[:start] + field + x[start + len(field) :] + b"\n" for x in lines)


@st.composite
def cell_everywhere(draw: st.DrawFn) -> bytes:
    """Write one thing in the same column of each row of the table of atoms."""
    column, value = draw(st.integers(0, 20)), draw(st.sampled_from(ODD))
    lines = []
    for line in MMCIF.splitlines():
        words = line.split()
        if line.startswith(b"ATOM"):
            words[min(column, len(words) - 1)] = value
            line = b" ".join(words)
        lines.append(line + b"\n")
    return b"".join(lines)


@pytest.mark.fuzz
@given(st.binary(max_size=400), st.sampled_from([b"", b"ATOM  ", b"data_", b"\x1f\x8b\x08", PDB]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    check(start + data)


@pytest.mark.fuzz
@given(st.one_of(mutated(PDB), mutated(MMCIF), column_everywhere(), cell_everywhere()))
def test_broken_files_are_read_or_refused(data: bytes) -> None:
    check(data)


@pytest.mark.fuzz
@given(
    st.lists(
        st.one_of(
            st.sampled_from([PDB, MMCIF, b"", b"\x00" * 100_000]).map(gzip.compress),
            st.binary(max_size=30),
        ),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 400),
)
def test_broken_packed_files_are_read_or_refused(members: list[bytes], cut: int) -> None:
    packed = b"".join(members)
    check(packed[: len(packed) - cut] if cut < 200 else packed)


# ---- Alignments -------------------------------------------------------------------------------


def chain_of(letters: str, broken: set[int]) -> Chain:
    """Build a chain that is broken before the residues at ``broken``."""
    steps = [9.0 if place in broken else 3.8 for place in range(len(letters))]
    residues = [
        ChainResidue(str(number), letter, ("CA",), np.array([[x, 0, 0]], dtype=np.float32))
        for number, (letter, x) in enumerate(zip(letters, np.cumsum(steps), strict=True), start=1)
    ]
    return Chain("A", tuple(residues))


@st.composite
def placed(draw: st.DrawFn) -> tuple[np.ndarray, Chain, str]:
    """Place the residues of a chain of few letters in a query, with gaps on both sides."""
    residues = draw(st.integers(2, 70))
    few = st.sampled_from(draw(st.sampled_from(["A", "AG", "AGW", "ACDEFGHIKLMNPQRSTVWY"])))
    letters = "".join(draw(st.lists(few, min_size=residues, max_size=residues)))
    gaps = st.sampled_from([0, 0, 0, 0, 1, 2, 5, 25])
    sequence, places = "", list[int]()
    for place, letter in enumerate(letters):
        gap, fate = draw(gaps), draw(st.integers(0, 12))
        sequence += "".join(draw(st.lists(few, min_size=gap, max_size=gap)))
        places += [-1] * gap
        if fate:  # Else the query lacks the residue.
            sequence += letter if fate > 1 else draw(few)
            places.append(place)
    tail = draw(gaps)
    broken = draw(st.sets(st.integers(1, residues - 1)))
    return (
        np.array([*places, *[-1] * tail], dtype=int),
        chain_of(letters, broken),
        sequence + ("A" * tail),
    )


def move_gaps_slowly(places: np.ndarray, chain: Chain, sequence: str) -> np.ndarray:
    """Do as `align._gaps_at_breaks` does, comparing the whole chain for each move."""
    broken = np.flatnonzero(chain.breaks()) + 1
    for last, following in pairwise(np.flatnonzero(places >= 0).tolist()):
        place = places[following]
        if following - last == 1 or place - places[last] != 1 or place in broken:
            continue
        near = broken[np.abs(broken - place) <= align.MAX_SLIDE]
        for target in sorted(near, key=lambda other: abs(other - place)):
            start, end, shift = last + 1, following, target - place
            if not 0 <= start + shift <= end + shift <= len(places):
                continue
            moved = places.copy()
            if shift < 0:
                moved[end + shift : end] = places[start + shift : start]
            else:
                moved[start : start + shift] = places[end : end + shift]
            moved[start + shift : end + shift] = -1
            if identical(moved, chain, sequence) >= identical(places, chain, sequence):
                places = moved
                break
    return places


def identical(places: np.ndarray, chain: Chain, sequence: str) -> int:
    letters = chain.sequence
    pairs = zip(places.tolist(), sequence, strict=True)
    return sum(letters[place] == letter for place, letter in pairs if place >= 0)


@pytest.mark.fuzz
@given(placed())
def test_gaps_are_moved_as_by_comparing_whole_chains(
    case: tuple[np.ndarray, Chain, str],
) -> None:
    expected, before = move_gaps_slowly(*case), case[0].copy()
    np.testing.assert_array_equal(align._gaps_at_breaks(*case), expected)
    np.testing.assert_array_equal(case[0], before)
    assert align.ChainMatch(case[2], case[1], expected).identical == identical(
        expected, case[1], case[2]
    )


@pytest.mark.fuzz
@given(placed(), st.text(st.sampled_from(string.ascii_uppercase.replace("J", "")), max_size=40))
def test_random_chains_are_matched_or_refused(
    case: tuple[np.ndarray, Chain, str], tail: str
) -> None:
    _, chain, sequence = case
    whole = (sequence + tail) or "A"
    match = read_within_time(match_chain, Structure((chain,)), whole)
    check_match(match)


# ---- What once took minutes -------------------------------------------------------------------


def test_a_chain_with_a_gap_at_each_break_is_aligned_at_once() -> None:
    """As many gaps as can be, breaks around each, and a long query: 40 s if all is compared."""
    letters = "".join(np.random.default_rng(1).choice(["W", "C"], 1040))
    chain = chain_of(letters, {place for place in range(1040) if place % 4})
    sequence = "".join(
        ("A" * 20 if place and place % 4 == 0 else "") + letter
        for place, letter in enumerate(letters)
    )
    match = read_within_time(match_chain, Structure((chain,)), sequence + "A" * 20_000)
    assert match.identity == 1


def test_long_proteins_are_aligned_and_longer_ones_refused() -> None:
    rng = np.random.default_rng(0)
    sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 4128))
    whole = chain_of(sequence[100:4100], set())
    assert read_within_time(match_chain, Structure((whole,)), sequence).identity == 1
    long = chain_of(sequence * 3, set())
    assert read_within_time(match_chain, Structure((long,)), sequence) is None


def test_the_chains_that_are_compared_take_no_longer_together() -> None:
    rng = np.random.default_rng(0)
    sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 4128))
    chains = [chain_of(sequence[start : start + 4000], set()) for start in range(4)]
    match = read_within_time(match_chain, Structure(tuple(chains)), sequence)
    assert match.identity == 1


@pytest.mark.parametrize(
    "data",
    [
        lambda: b"#\n" * 10_000_000 + MMCIF,
        lambda: b"#\n" * (parse.MAX_LINES // 2) + MMCIF,
        lambda: b" " * 10_000_000 + b"x",
        lambda: PDB + b"TER\n" * 10_000_000,
        lambda: b"".join(PDB[:81].replace(b" A ", b" %c " % (65 + i % 26)) for i in range(60_000)),
        lambda: PDB[:81].lower() * 200_000 + PDB,
        lambda: MMCIF + b"".join(b"_a.t%d 1 " % i for i in range(1_200_000)),
        lambda: gzip.compress(b"\x00" * 100_000_000),
    ],
    ids=["comments", "fewer comments", "blank", "TER", "chains", "small letters", "tags", "bomb"],
)
def test_large_hostile_files_are_read_or_refused_at_once(data: Callable[[], bytes]) -> None:
    read_within_time(read_structure, data())


# ---- What was once taken for a fault of the server --------------------------------------------


def test_a_residue_of_thousands_of_atoms_is_left_out() -> None:
    """To look for its bonds in all pairs of 2,000 atoms took 100 MB, of 40,000 all memory."""
    atom = next(x for x in PDB.splitlines(keepends=True) if x[12:16] == b" CA ")
    names = (f"C{number:03d}".encode() for number in range(1000))
    read = read_structure(b"".join(atom[:12] + name + atom[16:] for name in names) + PDB)
    assert read.notes == ("Left out: 1 oversized residue.",)
    assert len(read.chains[0].residues) == len(SEQUENCE) - 1


def test_residues_without_a_number_are_left_out_and_said() -> None:
    lines = PDB.splitlines(keepends=True)
    blank = [x[:22] + b"    " + x[26:] if x[22:26] == b"   5" else x for x in lines]
    read = read_structure(b"".join(blank))
    assert read.chains[0].sequence == SEQUENCE[:4] + SEQUENCE[5:]
    assert read.notes == ("Left out: 1 unnumbered residue.",)


def test_without_any_number_nothing_can_be_shown() -> None:
    lines = PDB.splitlines(keepends=True)
    blank = b"".join(x[:22] + b"    " + x[26:] if x.startswith(b"ATOM") else x for x in lines)
    with pytest.raises(InputError, match=r"no protein chain \(it has \d+ unnumbered residue"):
        read_structure(blank)


@pytest.mark.parametrize("column", [12, 16, 17, 20, 21, 26])
@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\x80", b"\x00", b"\x01"])
def test_bytes_that_are_no_text_are_read(column: int, byte: bytes) -> None:
    lines = PDB.splitlines(keepends=True)
    data = b"".join(x[:column] + byte + x[column + 1 :] for x in lines)
    read = read_within_time(read_structure, data)
    assert read is None or read.chains[0].name.isprintable()


def test_a_chain_with_a_name_that_is_no_utf_8_is_shown() -> None:
    data = MMCIF.replace(b" A ", b" \xe9\xe8 ")
    assert read_structure(data).chains[0].name == "??"
