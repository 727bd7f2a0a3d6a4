"""Proteins that are nearly identical, matched by the words that their sequences share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

SHARED_WORD = 6
"""Length of the words (k-mers) that two sequences are compared by."""

NEARLY_IDENTICAL = 0.7
"""Fraction of the shorter sequence's words that the other must have to count as the same protein:
isoforms, constructs and point mutants reach it, the closest paralogues do not."""


def words_of(sequence: str) -> frozenset[str]:
    """Words (k-mers) of a sequence."""
    return frozenset(
        sequence[start : start + SHARED_WORD] for start in range(len(sequence) - SHARED_WORD + 1)
    )


def match_nearly_identical(origins: Sequence[str], to: Sequence[str]) -> list[str]:
    """Match each sequence with one of ``to`` that is nearly identical to it, or with itself."""
    known = {sequence: words_of(sequence) for sequence in to}
    match: dict[str, str] = {}
    for sequence in dict.fromkeys(origins):
        words = words_of(sequence)
        near = (
            other
            for other, its in known.items()
            if len(words & its) > NEARLY_IDENTICAL * min(len(words), len(its))
        )
        match[sequence] = sequence if sequence in known else next(near, sequence)
    return [match[sequence] for sequence in origins]


def group_nearly_identical(sequences: Iterable[str]) -> dict[str, int]:
    """Number of the group of each distinct sequence.

    A sequence joins the first group whose first member is nearly identical to it. Only groups
    that share a word with it are looked at, so that it takes a second for all datasets.
    """
    group_of: dict[str, int] = {}
    sizes: list[int] = []
    groups_with: defaultdict[str, list[int]] = defaultdict(list)
    for sequence in dict.fromkeys(sequences):
        words = words_of(sequence)
        shared = Counter(group for word in words for group in groups_with.get(word, ()))
        near = [
            group
            for group, count in shared.items()
            if count > NEARLY_IDENTICAL * min(len(words), sizes[group])
        ]
        group_of[sequence] = min(near, default=len(sizes))
        if not near:
            for word in words:
                groups_with[word].append(len(sizes))
            sizes.append(len(words))
    return group_of
