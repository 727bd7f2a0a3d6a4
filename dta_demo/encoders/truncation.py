"""Truncation of sequences in one call, and the record of what was cut."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TRUNCATION_PERCENTILE = 0.95
"""Percentile of the lengths in a call to which longer sequences are cut."""


@dataclass(frozen=True)
class Truncation:
    """A sequence that was cut.

    Attributes
    ----------
    index : int
        Place of the sequence in the call, from 0.
    length, kept : int
        Residues before and after.
    """

    index: int
    length: int
    kept: int


def limit_length(lengths: Sequence[int], max_length: int) -> int:
    """Compute the greatest length, in residues, that is kept of the sequences of a call.

    It is the 95th percentile of the lengths by nearest rank, but at most `max_length`.  For fewer
    than 20 sequences the nearest rank is that of the longest one, so that a small call is limited
    by `max_length` only.
    """
    rank = math.ceil(TRUNCATION_PERCENTILE * len(lengths))
    return min(sorted(lengths)[rank - 1], max_length)


def truncate(sequences: Sequence[str], limit: int) -> tuple[list[str], list[Truncation]]:
    """Cut each sequence to its first `limit` residues and list those that were longer."""
    cut = [
        Truncation(index, len(sequence), limit)
        for index, sequence in enumerate(sequences)
        if len(sequence) > limit
    ]
    return [sequence[:limit] for sequence in sequences], cut
