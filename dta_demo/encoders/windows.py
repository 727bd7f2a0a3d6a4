"""How a call is cut up: batches by a token budget, windows of long proteins, truncation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dta_demo.encoders.tokens import SPECIAL_TOKENS

WINDOW_RESIDUES = 1022
"""Residues that ESM-2 reads at once: it was trained on crops of 1,024 tokens (Lin et al. 2023)."""

OVERLAP_RESIDUES = 200
"""Residues that neighbouring windows share, so that none is read at a cut edge only."""

TRUNCATION_PERCENTILE = 0.95
"""A call of many sequences is limited to this percentile of its lengths."""


@dataclass(frozen=True)
class Truncation:
    """A sequence that was cut: its place in the call, its length and the residues kept."""

    index: int
    length: int
    kept: int


def limit_length(lengths: Sequence[int], max_length: int) -> int:
    """Give the longest length that a call may have, in residues.

    The limit is the 95th percentile of the lengths by nearest rank, and never above
    `max_length`.  By nearest rank a call of fewer than 20 sequences has its longest one as that
    percentile, so a single sequence or a small batch is limited by `max_length` only.
    """
    rank = math.ceil(TRUNCATION_PERCENTILE * len(lengths))
    return min(sorted(lengths)[rank - 1], max_length)


def truncate(sequences: Sequence[str], limit: int) -> tuple[list[str], list[Truncation]]:
    """Keep the first `limit` residues of each sequence and say which ones were cut."""
    cut = [
        Truncation(index, len(sequence), limit)
        for index, sequence in enumerate(sequences)
        if len(sequence) > limit
    ]
    return [sequence[:limit] for sequence in sequences], cut


def plan_batches(lengths: Sequence[int], token_budget: int) -> list[list[int]]:
    """Group sequences of similar length so that no padded batch exceeds the budget.

    Parameters
    ----------
    lengths : sequence of int
        Residues of each sequence.
    token_budget : int
        Tokens of a padded batch, special tokens and padding included.  A sequence that is
        longer by itself gets a batch of its own.

    Returns
    -------
    list of list of int
        Indices into `lengths`, the longest sequences first, so that memory is at its peak in
        the first batch.
    """
    batches: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if room == 0:
            room = max(1, token_budget // (lengths[index] + SPECIAL_TOKENS))
            batches.append([])
        batches[-1].append(index)
        room -= 1
    return batches


def plan_windows(
    length: int, window: int = WINDOW_RESIDUES, overlap: int = OVERLAP_RESIDUES
) -> tuple[tuple[int, int], ...]:
    """Cover a protein with as few windows of one length as it takes.

    Neighbours share `overlap` residues (one more where the length does not divide evenly), and
    the windows are as long as each other within one residue: a protein slightly over one window
    is read in two halves of good context and not in a whole and a crumb.

    Returns
    -------
    tuple of (int, int)
        First and last residue of each window, counted from 1, both inclusive.

    Raises
    ------
    ValueError
        When the overlap is more than a third of the window, so that three could overlap.
    """
    if not 0 <= 3 * overlap <= window:
        raise ValueError(f"An overlap of {overlap} is too long for windows of {window} residues.")
    if length <= window:
        return ((1, length),)
    count = math.ceil((length - overlap) / (window - overlap))
    size = math.ceil((length - overlap) / count) + overlap
    last_start = length - size
    starts = [round(number * last_start / (count - 1)) for number in range(count)]
    return tuple((start + 1, start + size) for start in starts)


def cross_fade(windows: Sequence[tuple[int, int]], number: int) -> Tensor:
    """Weigh the residues of one window so that overlapping windows sum to 1.

    In an overlap of *m* residues the weight falls linearly from *m* / (*m* + 1) to
    1 / (*m* + 1) while the next window's rises: a residue counts most in the window that has
    more context around it, and there is no seam.

    Returns
    -------
    Tensor of float32, shape (residues of the window,)
    """
    start, end = windows[number]
    weights = torch.ones(end - start + 1)
    if number > 0:
        shared = windows[number - 1][1] - start + 1
        weights[:shared] = torch.arange(1, shared + 1) / (shared + 1)
    if number + 1 < len(windows):
        shared = end - windows[number + 1][0] + 1
        weights[len(weights) - shared :] = torch.arange(shared, 0, -1) / (shared + 1)
    return weights
