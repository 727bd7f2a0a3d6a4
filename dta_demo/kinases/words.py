"""Comparison of sequences by the words of six letters that they share.

A search of the profile in a domain that was cut at its own ends loses residues at its ends, and
sometimes a long part. Shared words need no profile: an unchanged stretch of six residues ties two
sequences of one protein together, and two paralogues that differ in a twentieth of their residues
share half of their words at most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

WORD = 6
"""Letters of a word; a protein shares one with an unrelated protein by chance now and then."""

MAX_DIAGONALS = 4
"""Stretches of different offset that an alignment joins, which leaves room for three gaps."""

MIN_DIAGONAL_WORDS = 2
"""Words of one offset from which it is a stretch of the alignment."""

GAP_COST = 4.0
"""Matches that a gap must win before it is opened."""

MISMATCH_COST = 2.0
FOREIGN_MISMATCHES = 2
"""Differences among the last letters of an alignment from which these are a tag's or a linker's:
no measured mutant has two so near the end of its domain."""

MIN_FOREIGN_SHARE = 0.75
"""Share of these letters that must differ."""


def split_words(sequence: str) -> list[str]:
    """Words of a sequence, one from each residue on."""
    return [sequence[first : first + WORD] for first in range(len(sequence) - WORD + 1)]


def place_words(sequence: str) -> dict[str, list[int]]:
    """Places of each word of a sequence, from 0."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(split_words(sequence)):
        places[word].append(place)
    return dict(places)


class WordIndex:
    """The words of some sequences.

    Attributes
    ----------
    totals : numpy.ndarray of int64, shape (sequences,)
        Number of different words of each sequence.
    """

    def __init__(self, sequences: Sequence[str]) -> None:
        self._owners: dict[str, list[int]] = defaultdict(list)
        totals = []
        for number, sequence in enumerate(sequences):
            words = set(split_words(sequence))
            totals.append(len(words))
            for word in words:
                self._owners[word].append(number)
        self.totals = np.array(totals, dtype=np.int64)

    def count(self, words: Iterable[str]) -> np.ndarray:
        """Count the words that each sequence has: int64, shape (sequences,)."""
        owners = chain.from_iterable(self._owners.get(word, ()) for word in words)
        return np.bincount(np.fromiter(owners, np.int64), minlength=len(self.totals))


def align_by_words(letters: str, sequence: str, places: Mapping[str, list[int]]) -> np.ndarray:
    """Align letters with a sequence that has most of their words.

    Parameters
    ----------
    places : mapping of str to list of int
        Words of the sequence, as `place_words` gives them.

    Returns
    -------
    numpy.ndarray of int64, shape (letters,)
        Place in the sequence, from 0, of each letter, -1 where it has none. Places increase.
    """
    offsets = Counter(
        place - number
        for number, word in enumerate(split_words(letters))
        for place in places.get(word, ())
    )
    chosen = [
        offset
        for offset, words in offsets.most_common(MAX_DIAGONALS)
        if words >= MIN_DIAGONAL_WORDS
    ]
    if not chosen:
        return np.full(len(letters), -1)
    coded, other = encode(letters), encode(sequence)
    at = np.arange(len(letters)) + np.array(chosen)[:, None]
    inside = (at >= 0) & (at < len(other))
    same = inside & (other[np.clip(at, 0, len(other) - 1)] == coded)
    scores = np.where(same, 1.0, np.where(inside, -MISMATCH_COST, 0.0))
    path = np.zeros(len(letters), dtype=np.int64)
    # Where the longest stretch alone loses less than a gap costs, there is nothing to join.
    if len(chosen) > 1 and len(letters) - scores[0].sum() > GAP_COST:
        path = join_diagonals(scores, chosen)
    number = np.arange(len(letters))
    kept = (path >= 0) & inside[path, number]
    mapped = np.where(kept, at[path, number], -1)
    return drop_foreign_ends(mapped, kept & same[path, number])


def join_diagonals(scores: np.ndarray, offsets: Sequence[int]) -> np.ndarray:
    """Find the best way through stretches of different offset.

    Parameters
    ----------
    scores : numpy.ndarray, shape (offsets, letters)
        What each letter adds at each offset.

    Returns
    -------
    numpy.ndarray of int64, shape (letters,)
        Number of the offset that each letter takes, -1 where it is left out by a gap.
    """
    length = scores.shape[1]
    rows = scores.tolist()
    best = [[row[0] for row in rows]]
    origin: list[list[tuple[int, int]]] = [[(-1, -1) for _ in rows]]
    for number in range(1, length):
        totals, origins = [], []
        for here, offset in enumerate(offsets):
            total, source = best[number - 1][here], (number - 1, here)
            for there, before in enumerate(offsets):
                # A smaller offset leaves letters out that the sequence lacks.
                last = number - 1 - max(before - offset, 0)
                if there != here and last >= 0 and best[last][there] - GAP_COST > total:
                    total, source = best[last][there] - GAP_COST, (last, there)
            totals.append(total + rows[here][number])
            origins.append(source)
        best.append(totals)
        origin.append(origins)
    path = np.full(length, -1, dtype=np.int64)
    number, here = length - 1, int(np.argmax(best[-1]))
    while number >= 0:
        path[number] = here
        number, here = origin[number][here]
    return path


def drop_foreign_ends(mapped: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Take an end out of an alignment that runs on into foreign letters, such as a tag's."""
    gains = np.where(same, 1.0, np.where(mapped >= 0, -MISMATCH_COST, 0.0))
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    last = len(sums) - 1 - int(np.argmax(sums[::-1]))
    first = int(len(sums[: last + 1]) - 1 - np.argmin(sums[: last + 1][::-1]))
    kept = mapped.copy()
    for end in (slice(0, first), slice(last, None)):
        unlike = np.sum((mapped[end] >= 0) & ~same[end])
        # The ends of a paralogue differ, too, but less: PRKY's from PRKX's in 2 of 3 letters.
        if unlike >= max(FOREIGN_MISMATCHES, MIN_FOREIGN_SHARE * np.sum(mapped[end] >= 0)):
            kept[end] = -1
    return kept


def encode(sequence: str) -> np.ndarray:
    """Letters as numbers: uint8, shape (letters,)."""
    return np.frombuffer(sequence.encode("ascii", "replace"), dtype=np.uint8)
