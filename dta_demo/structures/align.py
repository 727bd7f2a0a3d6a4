"""Alignment of a structure's chains with a sequence, residue by residue."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import MIN_RESIDUES
from dta_demo.inputs.wording import count_of, first_few, quote
from dta_demo.structures.records import Chain, Structure

LEAST_IDENTITY = 0.30
"""Fraction of identical residues below which two proteins may well have different folds."""

COMPARED_SEQUENCES = 4
"""Number of different chains that are aligned: those that share most words with the sequence."""

MAX_CELLS = 40_000_000
"""Most cells of all alignments of one structure, 1.2 s and 40 MB: a protein of 40,000 residues with
a chain of 1,000, or one of 4,000 residues with two chains of 4,000."""

MAX_SLIDE = 20
"""Most residues by which a gap is moved along a repeat to a break of the chain."""

GAP = -11
"""Score of the first residue of a gap, as in BLAST; each further one costs 1."""

_WORD = 4
_STAND_INS = str.maketrans("UO", "CK")
"""Letters that BLOSUM62 lacks, and the residues that replace them."""


@dataclass(frozen=True, eq=False)
class ChainMatch:
    """Chain of a structure that matches the query, with the alignment of their residues.

    Attributes
    ----------
    sequence : str
        Residues of the query.
    chain : Chain
    places : numpy.ndarray of int64, shape (residues of the query,)
        Index in ``chain.residues`` of each residue, or -1 for one without coordinates.
    notes : tuple of str
        Remarks for the reader of the picture, one sentence each.
    """

    sequence: str
    chain: Chain
    places: np.ndarray
    notes: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> np.ndarray:
        """Query residues that have coordinates, numbered from 1, ascending."""
        return np.flatnonzero(self.places >= 0) + 1

    @cached_property
    def number_of_place(self) -> np.ndarray:
        """Number in the query of each residue of the chain, or 0 where it has none."""
        numbers = np.zeros(len(self.chain.residues), dtype=np.int64)
        numbers[self.places[self.numbers - 1]] = self.numbers
        return numbers

    @cached_property
    def identical(self) -> int:
        """Number of aligned residues that are identical."""
        letters = _codes(self.chain.sequence)[self.places[self.numbers - 1]]
        return int((letters == _codes(self.sequence)[self.numbers - 1]).sum())

    @property
    def identity(self) -> float:
        """Fraction of the aligned residues that are identical."""
        return self.identical / max(1, len(self.numbers))

    def differs(self, number: int) -> bool:
        """Test whether chain and query have different residues at a number of the query."""
        return self.sequence[number - 1] != self.chain.residues[self.places[number - 1]].letter

    def name_in_file(self, number: int) -> str:
        """Name of a residue in the file, such as ``T334``, by its number in the query."""
        residue = self.chain.residues[self.places[number - 1]]
        return residue.letter + residue.label

    def label(self, number: int) -> str:
        """Name of a residue in the query, followed by that in the file where they differ."""
        name, in_file = f"{self.sequence[number - 1]}{number}", self.name_in_file(number)
        return name if name == in_file else f"{name} (file {in_file})"


def match_chain(structure: Structure, sequence: str) -> ChainMatch:
    """Align a sequence with the chain of a structure that matches it best.

    The alignment is global with free ends; identity is the fraction of the aligned residues that
    are identical.

    Parameters
    ----------
    structure : Structure
    sequence : str
        One-letter codes of the query.

    Raises
    ------
    InputError
        When even the best chain is of another protein: its identity is below `least_identity`.
    """
    best = max(
        (_align(chain, sequence) for chain in _likely_chains(structure, sequence)),
        key=lambda match: match.identical,
    )
    aligned = len(best.numbers)
    if aligned < MIN_RESIDUES or best.identity < least_identity(aligned):
        raise InputError(_refusal(best, len(structure.chains)))
    places = _gaps_at_breaks(_trim(best), best.chain, sequence)
    found = ChainMatch(sequence, best.chain, places)
    return replace(found, notes=tuple(_notes(found, structure)))


def least_identity(residues: int) -> float:
    """Compute the identity from which an alignment implies the same fold.

    It is the curve of Rost 1999 (doi:10.1093/protein/12.2.85): short alignments need a higher
    identity, since chance gives more, and 93 residues need 30%.

    Parameters
    ----------
    residues : int
        Number of aligned residues, at least 1.

    Returns
    -------
    float
        Fraction of identical residues, at least `LEAST_IDENTITY`.
    """
    length = min(residues, 450)  # Beyond it Rost's curve is flat.
    curve = 4.8 * length ** (-0.32 * (1 + math.exp(-length / 1000)))
    return max(LEAST_IDENTITY, min(1.0, curve))


def _likely_chains(structure: Structure, sequence: str) -> list[Chain]:
    """Chains that share most words with a sequence, one of each kind, within `MAX_CELLS`."""
    words = _words(sequence)
    chains: dict[str, Chain] = {}
    for chain in structure.chains:
        chains.setdefault(chain.sequence, chain)
    ranked = sorted(chains, key=lambda letters: -len(words & _words(letters)))
    likely = [chains[letters] for letters in ranked[:COMPARED_SEQUENCES]]
    cells = np.cumsum([len(sequence) * len(chain.residues) for chain in likely])
    if cells[0] > MAX_CELLS:
        raise InputError(
            f"A protein of {len(sequence):,} residues and a chain of "
            f"{len(likely[0].residues):,} are too long to be aligned here: give the part of the "
            "protein that matters."
        )
    return likely[: int((cells <= MAX_CELLS).sum())]


def _words(sequence: str) -> set[str]:
    return {sequence[start : start + _WORD] for start in range(len(sequence) - _WORD + 1)}


def _align(chain: Chain, sequence: str) -> ChainMatch:
    letters = chain.sequence.translate(_STAND_INS)
    best = _aligner().align(sequence.translate(_STAND_INS), letters)[0]
    places = np.full(len(sequence), -1)
    for (start, end), (place, _) in zip(*best.aligned, strict=True):
        places[start:end] = np.arange(place, place + end - start)
    return ChainMatch(sequence, chain, places)


def _aligner() -> PairwiseAligner:
    """Global aligner with BLOSUM62 and free end gaps."""
    return PairwiseAligner(
        mode="global",
        substitution_matrix=substitution_matrices.load("BLOSUM62"),
        open_gap_score=GAP,
        extend_gap_score=-1,
        end_gap_score=0,
    )


def _trim(match: ChainMatch) -> np.ndarray:
    """Unalign ends of negative score, such as a tag opposite other residues."""
    here = match.sequence.translate(_STAND_INS)
    there = match.chain.sequence.translate(_STAND_INS)
    worth = substitution_matrices.load("BLOSUM62")
    aligned = match.numbers - 1
    places = match.places[aligned]
    scores = np.array([worth[here[i]][there[j]] for i, j in zip(aligned, places, strict=True)])
    gaps = GAP * ((np.diff(aligned) > 1) | (np.diff(places) > 1))
    trimmed = match.places.copy()
    trimmed[aligned[: _worthless(scores + np.append(gaps, 0))]] = -1
    from_end = (scores + np.insert(gaps, 0, 0))[::-1]
    trimmed[aligned[len(aligned) - _worthless(from_end) :]] = -1
    return trimmed


def _worthless(scores: np.ndarray) -> int:
    """Number of pairs at the start whose removal raises the total score most."""
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    return int(len(sums) - 1 - sums[::-1].argmin())


def _gaps_at_breaks(places: np.ndarray, chain: Chain, sequence: str) -> np.ndarray:
    """Move gaps to breaks of the chain where no identical residue is lost.

    In a repeat, the letters do not show which of the residues are missing.
    """
    places = places.copy()
    broken = np.flatnonzero(chain.breaks()) + 1
    letters = _Letters(_codes(sequence), _codes(chain.sequence))
    inside = np.flatnonzero(places >= 0)
    beside = np.flatnonzero(np.diff(inside) > 1)
    for last, following in zip(inside[beside].tolist(), inside[beside + 1].tolist(), strict=True):
        place = int(places[following])
        near = broken[slice(*np.searchsorted(broken, [place - MAX_SLIDE, place + MAX_SLIDE + 1]))]
        if place - places[last] != 1 or place in near:
            continue
        gained = letters.gained(places, last + 1, following)
        shifts = sorted((near - place).tolist(), key=abs)
        shift = next((shift for shift in shifts if gained.get(shift, -1) >= 0), 0)
        _move_gap(places, last + 1, following, shift)
    return places


@dataclass(frozen=True)
class _Letters:
    """Letters of a query and of a chain, as numbers."""

    query: np.ndarray
    chain: np.ndarray

    def gained(self, places: np.ndarray, start: int, end: int) -> dict[int, int]:
        """Number of identical residues that each shift of a gap gains.

        Only residues that change sides are compared, so that the work does not depend on the
        length of the chain.
        """
        right = np.arange(min(MAX_SLIDE, len(places) - end))
        left = -1 - np.arange(min(MAX_SLIDE, start))
        return {
            **self._gained(places, end + right, start + right, 1),
            **self._gained(places, start + left, end + left, -1),
        }

    def _gained(
        self, places: np.ndarray, before: np.ndarray, after: np.ndarray, step: int
    ) -> dict[int, int]:
        """Gain of moving residues, one after the other, from ``before`` to ``after``."""
        moved = self.chain[places[before]]
        change = np.subtract(
            self.query[after] == moved, self.query[before] == moved, dtype=np.int64
        )
        sums = np.cumsum(change * (places[before] >= 0))
        return {step * count: gain for count, gain in enumerate(sums.tolist(), start=1)}


def _codes(sequence: str) -> np.ndarray:
    return np.frombuffer(sequence.encode("utf-32-le"), dtype=np.uint32)


def _move_gap(places: np.ndarray, start: int, end: int, shift: int) -> None:
    """Move the gap from ``start`` to ``end`` by ``shift`` residues."""
    if shift < 0:
        places[end + shift : end] = places[start + shift : start].copy()
    else:
        places[start : start + shift] = places[end : end + shift].copy()
    places[start + shift : end + shift] = -1


# ---- Sentences --------------------------------------------------------------------------------


def _refusal(best: ChainMatch, chains: int) -> str:
    which = f"the best of its {chains:,} chains" if chains > 1 else "its chain"
    aligned = len(best.numbers)
    if aligned < MIN_RESIDUES:
        return (
            f"The structure is of another protein: {aligned} residues of {which} can be aligned to "
            f"your sequence, and at least {MIN_RESIDUES} are needed."
        )
    return (
        f"The structure is of another protein: {which} is {best.identity:.0%} identical to your "
        f"sequence over the {count_of(aligned, 'residue')} that can be aligned, and over so many "
        f"at least {least_identity(aligned):.0%} are needed."
    )


def _notes(match: ChainMatch, structure: Structure) -> Iterator[str]:
    aligned, residues = len(match.numbers), len(match.sequence)
    yield (
        f"Chain {quote(match.chain.name)}: {match.identity:.1%} identical over "
        f"{count_of(aligned, 'aligned residue')}; {aligned / residues:.0%} of your sequence has "
        "coordinates."
    )
    if len(structure.chains) > 1:
        others = [quote(chain.name) for chain in structure.chains if chain is not match.chain]
        yield f"It matches best of {len(structure.chains):,}; not shown: {first_few(others)}."
    yield _numbering(match)
    if different := [number for number in match.numbers.tolist() if match.differs(number)]:
        names = [f"{match.label(number)}" for number in different]
        yield f"Another residue in the file at {count_of(len(names), 'place')}: {first_few(names)}."
    if missing := list(_runs(np.flatnonzero(match.places < 0) + 1)):
        yield f"Without coordinates, so not drawn: {first_few(missing)}."
    if extra := int((match.number_of_place == 0).sum()):
        yield f"Not in your sequence, so grey: {count_of(extra, 'residue')} of the chain."
    yield from match.chain.notes
    yield from structure.notes


def _numbering(match: ChainMatch) -> str:
    """Compare the numbers of the file with those of the query, at identical residues."""
    by_shift: dict[int, list[int]] = defaultdict(list)
    for number in match.numbers.tolist():
        if not match.differs(number):
            in_file = re.sub(r"[A-Za-z]$", "", match.name_in_file(number)[1:])
            by_shift[int(in_file) - number].append(number)
    if list(by_shift) == [0]:
        return "Residues have the same numbers in the file."
    usual = max((shift for shift in by_shift if shift), key=lambda shift: len(by_shift[shift]))
    number = by_shift[usual][0]
    rest = "" if len(by_shift) == 1 else "; the difference changes along the chain"
    label = match.name_in_file(number)[1:]
    return f"Numbering differs: residue {number} here is {label} in the file{rest}."


def _runs(numbers: Sequence[int] | np.ndarray) -> Iterator[str]:
    """Ranges of ascending numbers as text: ``1–231``, ``387``."""
    ascending = np.asarray(numbers)
    for run in np.split(ascending, np.flatnonzero(np.diff(ascending) != 1) + 1):
        if len(run):
            yield f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}"
