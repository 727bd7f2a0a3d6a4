"""Attention and poolings of another encoder on the proteins that the bundled model predicts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.pooling import FIXED_POOLINGS, make_pooling
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.inputs.protein import Protein
from dta_demo.model.region import pool_region
from dta_demo.predictor.attention import (
    SHARED_MAPS,
    map_attention,
    measure_heads,
    recall_map,
    roll_out,
)
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.attention import AttentionReport
from dta_demo.results.heads import HeadStatistics
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.prediction import Prediction
from dta_demo.runtime.jobs import TurnLock


class OtherEncoder:
    """Another encoder, with the methods of `AffinityPredictor` that need no trained readout.

    Where a kinase domain, its pocket and its landmarks lie is what the bundled model finds.

    Attributes
    ----------
    name : str
        As the page shows it.
    identity : hashable
        Key of its results: of this object only.
    """

    def __init__(
        self, predictor: AffinityPredictor, name: str, encoder: MemoryOptimizedESMEncoder
    ) -> None:
        self._predictor = predictor
        self.name, self.encoder = name, encoder
        self.identity: Hashable = object()

    @property
    def lock(self) -> TurnLock:
        """Held while it runs: the bundled model's, as both need the processor."""
        return self._predictor.hold_model()

    @property
    def pocket_columns(self) -> Sequence[int]:
        """Columns of the kinase profile that line the pocket."""
        return self._predictor.pocket_columns

    @property
    def times_bundled(self) -> float:
        """Work of reading a residue, in units of that of the bundled encoder."""
        return max(1.0, _count(self.encoder) / _count(self._predictor.encoder))

    def remembers(self, protein: Protein) -> bool:
        """Whether `attention` would recall a protein."""
        return SHARED_MAPS.recall((self._key(protein), self.identity)) is not None

    def attention(self, protein: Protein) -> AttentionReport:
        """Attention that each residue receives and gives, by layer and head."""
        report = self._predictor.attention(protein)

        def read() -> Tensor:
            (found,) = self.encoder.encode_residues(
                [protein.sequence], received=True, between_batches=self.lock.give_way
            )
            assert found.received is not None
            assert found.given is not None
            return torch.stack([found.received, found.given])

        received, given = recall_map(self, self._key(protein), read)
        return replace(report, received=received, given=given)

    def attention_rollout(self, protein: Protein) -> np.ndarray:
        """Attention that each residue receives by rollout: (residues,)."""
        return roll_out(self, protein.sequence)

    def attention_map(
        self, protein: Protein, layer: int, head: int, window: int | None = None
    ) -> np.ndarray:
        """Full map of one layer and head, as `AffinityPredictor.attention_map` numbers them."""
        return map_attention(self, protein.sequence, layer, head, window)

    def head_statistics(self, protein: Protein) -> HeadStatistics:
        """Contact likeness, attention on the pocket and entropy of every head."""
        domain = self._predictor.encode(protein, with_attention=True).domain
        return measure_heads(self, self.attention(protein), domain)

    def poolings(self, prediction: Prediction) -> PoolingReport:
        """Poolings that learn nothing, of what the bundled model reads of the protein."""
        encoded = self._predictor.encode(prediction.protein)
        with self.lock:
            (read,) = self.encoder.encode_residues(
                [encoded.read.form.letters], between_batches=self.lock.give_way
            )
        embeddings = torch.cat([read.cls[:1], read.residues])
        poolings = {name: make_pooling(name, embeddings.shape[-1]) for name in FIXED_POOLINGS}
        pooled = {name: [pool_region(each, embeddings)] for name, each in poolings.items()}
        no_heads = embeddings.new_zeros(0, len(embeddings))
        return self._predictor.pooling.report(prediction, encoded, pooled, no_heads)

    def _key(self, protein: Protein) -> Hashable:
        return ("attention", protein.sequence)


def _count(encoder: MemoryOptimizedESMEncoder) -> int:
    return sum(each.numel() for each in encoder.esm.parameters())
