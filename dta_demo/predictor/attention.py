"""Attention of the encoder along a protein: by residue, by rollout, and full maps on request."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.windows import plan_windows
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.kinases.landmarks import find_landmarks
from dta_demo.model.region import find_window
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.notes import region_of
from dta_demo.results.attention import MAXIMUM, MEAN, AttentionReport
from dta_demo.results.heads import HeadStatistics
from dta_demo.runtime.cache import ByteBoundCache
from dta_demo.runtime.jobs import TurnLock

MAP_CACHE_BYTES = 64 * 2**20
"""Attention maps and rollouts are kept until they take this much; a full map takes 4 MB."""

SHARED_MAPS: ByteBoundCache[np.ndarray] = ByteBoundCache(MAP_CACHE_BYTES)
"""Attention maps and rollouts of this process, which are computed on request only."""


SHARED_STATISTICS: ByteBoundCache[HeadStatistics] = ByteBoundCache(2**22)
"""Statistics of heads of this process, which are computed on request only."""


class AttentionModel(Protocol):
    """What attention is read from: a loaded model, or another encoder in its place."""

    @property
    def encoder(self) -> MemoryOptimizedESMEncoder:
        """The encoder."""

    @property
    def lock(self) -> TurnLock:
        """Held while it runs."""

    @property
    def identity(self) -> Hashable:
        """Key of its results."""

    @property
    def pocket_columns(self) -> Sequence[int]:
        """Columns of the kinase profile that line the pocket."""


def report_attention(protein: Protein, encoded: EncodedProtein) -> AttentionReport:
    """Report the attention of a protein that was encoded with its attention."""
    assert encoded.received is not None
    assert encoded.given is not None
    return AttentionReport(
        protein=protein,
        received=encoded.received.cpu().numpy(),
        given=encoded.given.cpu().numpy(),
        windows=encoded.windows,
        regions=() if encoded.lacks_what_is_read else (region_of(encoded),),
        landmarks=find_landmarks(encoded.domain, protein.sequence),
    )


def roll_out(loaded: AttentionModel, sequence: str) -> np.ndarray:
    """Attention rollout through all layers: float32, shape (residues,), see `AffinityPredictor`."""
    encoder, pause = loaded.encoder, loaded.lock.give_way
    return recall_map(
        loaded, ("rollout", sequence), lambda: encoder.roll_out_attention(sequence, pause)
    )


def map_attention(
    loaded: AttentionModel, sequence: str, layer: int, head: int, window: int | None
) -> np.ndarray:
    """Full attention map of one layer and head, see `AffinityPredictor.attention_map`."""
    esm = loaded.encoder.esm.config
    layers, heads = esm.num_hidden_layers, esm.num_attention_heads
    if not (MEAN <= layer <= layers and MAXIMUM <= head <= heads):
        raise InputError(
            f"The encoder has layers 1 to {layers} and heads 1 to {heads}; {MEAN} is the mean "
            f"over all of them, and head {MAXIMUM} their maximum."
        )
    start, end = _choose_window(plan_windows(len(sequence)), window)
    part = sequence[start - 1 : end]
    return recall_map(
        loaded,
        ("map", part, layer, head),
        lambda: loaded.encoder.join_attention(
            part,
            layer=None if layer == MEAN else layer - 1,
            head=head - 1 if head > 0 else None,
            largest=head == MAXIMUM,
        ),
    )


def measure_heads(
    loaded: AttentionModel, report: AttentionReport, domain: KinaseDomain | None
) -> HeadStatistics:
    """Measure every head of a protein whose attention was read."""
    sequence, (region, *_) = report.protein.sequence, (*report.regions, None)
    start, end = (region.start, region.end) if region else (1, len(sequence))
    first, last = report.windows[find_window(report.windows, start, end)]
    start, end = max(start, first), min(end, last)

    def measure() -> HeadStatistics:
        with loaded.lock:
            contacts, entropy = loaded.encoder.measure_heads(
                sequence[first - 1 : last], (start - first + 1, end - first + 1)
            )
        pocket = share_of_pocket(report.received, domain, loaded.pocket_columns)
        return HeadStatistics(
            contacts.cpu().numpy(), pocket, entropy.cpu().numpy(), (first, last), (start, end)
        )

    key = (sequence, domain, start, end, loaded.identity)
    return SHARED_STATISTICS.get(key, measure)


def share_of_pocket(
    received: np.ndarray, domain: KinaseDomain | None, columns: Sequence[int]
) -> np.ndarray | None:
    """Attention that a residue of the pocket receives, in multiples of an equal share.

    Parameters
    ----------
    received : numpy.ndarray, shape (layers, heads, residues)
    columns : sequence of int
        Columns of the domain's profile that line the pocket.

    Returns
    -------
    numpy.ndarray, shape (layers, heads), or None
        None where there is no pocket.
    """
    numbers = [domain.residues[column] for column in columns] if domain else []
    places = np.array([number - 1 for number in numbers if number], dtype=int)
    return received[..., places].mean(axis=-1) * received.shape[-1] if len(places) else None


def recall_map(loaded: AttentionModel, key: Hashable, compute: Callable[[], Tensor]) -> np.ndarray:
    """Recall a map or rollout of a model, or compute it; nobody may write into it."""

    def run() -> np.ndarray:
        with loaded.lock, torch.no_grad():
            found: np.ndarray = compute().cpu().numpy()
        found.flags.writeable = False
        return found

    return SHARED_MAPS.get((key, loaded.identity), run)


def _choose_window(windows: Sequence[tuple[int, int]], number: int | None) -> tuple[int, int]:
    """Choose the window, from 1, that a map is of: its first and last residue."""
    if number is None and len(windows) == 1:
        return windows[0]
    if number is None or not 1 <= number <= len(windows):
        residues = ", ".join(f"{start} to {end}" for start, end in windows)
        choice = "window 1" if len(windows) == 1 else f"one of the windows 1 to {len(windows)}"
        raise InputError(f"A full map of this protein is of {choice} (residues {residues}).")
    return windows[number - 1]
