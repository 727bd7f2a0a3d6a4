"""Overlapping windows of proteins that are longer than ESM-2 reads at once."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

WINDOW_RESIDUES = 1022
"""Residues that ESM-2 reads at once: it was trained on crops of 1,024 tokens (Lin et al. 2023)."""

OVERLAP_RESIDUES = 200
"""Residues that neighbouring windows share, so that a cut leaves every residue some context."""

Windows = tuple[tuple[int, int], ...]
"""First and last residue of each window, numbered from 1, both included."""


def plan_windows(
    length: int, window: int = WINDOW_RESIDUES, overlap: int = OVERLAP_RESIDUES
) -> Windows:
    """Plan the smallest number of equally long windows that cover a protein.

    Neighbours share at least `overlap` residues.  A protein slightly longer than one window is
    split into two halves with good context rather than a whole window and a short rest.

    Parameters
    ----------
    length : int
        Residues of the protein.
    window : int
        Greatest length of a window.
    overlap : int
        Residues that neighbours share, at most a third of `window`.

    Raises
    ------
    ValueError
        When the overlap is longer than a third of the window, so that three could overlap.
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


def split_windows(sequence: str) -> tuple[Windows, list[str]]:
    """Split a protein into the windows of `plan_windows`, with the residues of each."""
    windows = plan_windows(len(sequence))
    return windows, [sequence[start - 1 : end] for start, end in windows]


def cross_fade(windows: Windows, number: int) -> Tensor:
    """Compute the weights of one window's residues; overlapping windows sum to 1.

    In an overlap of *m* residues the weight falls linearly from *m* / (*m* + 1) to
    1 / (*m* + 1) while that of the next window rises.  So a residue counts most in the window
    that has more context around it, and there is no seam.

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


def join_windows(parts: Sequence[Tensor], windows: Windows) -> Tensor:
    """Join one value per residue from all windows of a protein, weighted by `cross_fade`.

    Parameters
    ----------
    parts : sequence of Tensor, each of shape (residues of the window,)

    Returns
    -------
    Tensor, shape (residues,)
        On the device of the first part.
    """
    joined = parts[0].new_zeros(windows[-1][1])
    for number, (start, end) in enumerate(windows):
        part = parts[number].to(joined.device)
        joined[start - 1 : end] += part * cross_fade(windows, number).to(joined.device)
    return joined
