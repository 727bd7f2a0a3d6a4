"""One member of the ensemble: four poolings side by side, each with a projection and a head.

The protein enters as a `ProteinRegion`: the encoder's states over the region that binds, and the
residues at the positions of the kinase pocket. Every pooling gives its own protein vector,
which is fused with the drug's multiplicatively, and its own prediction of each label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from dta_demo.encoders.drug import DrugEncoder
from dta_demo.encoders.pooling import POOLINGS, Pooled, make_pooling
from dta_demo.encoders.windows import plan_batches

LABELS = ("pKd", "KIBA score")
"""What the heads predict, in the order of their outputs."""

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
RESIDUE_CODES = len(AMINO_ACIDS) + 1
"""The amino acids, and one code for a pocket position without a (known) residue."""

POOL_TOKENS = 2**14
"""Residues, padding included, that are pooled in one go."""


@dataclass(frozen=True)
class ProteinRegion:
    """What the heads read of one protein.

    Attributes
    ----------
    states : Tensor, shape (1 + residues, hidden)
        Last states of the encoder: BOS first, then the residues of the region that binds.
    pocket : Tensor, shape (positions, hidden)
        States at the positions of the kinase pocket; zero where there is none.
    pocket_codes : Tensor of int64, shape (positions,)
        Index of the residue in `AMINO_ACIDS`; the last code where there is none.
    """

    states: Tensor
    pocket: Tensor
    pocket_codes: Tensor
    _fixed: dict[str, Tensor] = field(default_factory=dict, repr=False, compare=False)

    def fixed(self, name: str) -> Tensor:
        """Pool by a strategy that learns nothing; computed once for all members and epochs."""
        if name not in self._fixed:
            pooling = make_pooling(name, self.states.shape[-1])
            self._fixed[name] = pool_batch(pooling, [self.states]).vector[0]
        return self._fixed[name]


class AffinityMember(nn.Module):
    """Poolings, projections, drug encoder and heads of one ensemble member.

    Parameters
    ----------
    hidden_size : int
        Channels of the encoder's states.
    width : int
        Channels of the protein's, the drug's and the fused vectors.
    positions, pocket_channels : int
        Positions of the pocket, and channels to which the state at each is reduced.
    """

    def __init__(
        self,
        hidden_size: int,
        width: int,
        positions: int,
        pocket_channels: int,
        attention_heads: int,
        fingerprint_bits: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.positions = positions
        self.poolings = nn.ModuleDict(
            {name: make_pooling(name, hidden_size, attention_heads) for name in POOLINGS}
        )
        self.drug = DrugEncoder(width, fingerprint_bits, dropout)
        self.reduce_pocket = nn.Linear(hidden_size, pocket_channels)
        self.pocket = nn.Sequential(
            nn.Dropout(dropout / 2),
            nn.Linear(positions * (pocket_channels + RESIDUE_CODES), width),
        )
        self.projections = nn.ModuleDict(
            {name: Projection(hidden_size, width, dropout) for name in POOLINGS}
        )
        self.heads = nn.ModuleDict({name: FusionHead(width, dropout) for name in POOLINGS})

    def pool(self, proteins: Sequence[ProteinRegion]) -> dict[str, Tensor]:
        """Pool every protein by all four strategies.

        Returns
        -------
        dict of str to Tensor, shape (proteins, hidden)
        """
        pooled = {}
        for name, pooling in self.poolings.items():
            if is_learned(pooling):
                pooled[name] = pool_regions(pooling, proteins)
            else:
                pooled[name] = torch.stack([protein.fixed(name) for protein in proteins])
        return pooled

    def encode_proteins(self, proteins: Sequence[ProteinRegion]) -> dict[str, Tensor]:
        """Give the protein vectors, one for each pooling.

        Returns
        -------
        dict of str to Tensor, shape (proteins, width)
        """
        pocket = self.encode_pocket(proteins)
        pooled = self.pool(proteins)
        return {name: self.projections[name](pooled[name], pocket) for name in POOLINGS}

    def encode_pocket(self, proteins: Sequence[ProteinRegion]) -> Tensor:
        """Project states and residues at the pocket's positions to (proteins, width)."""
        states = self.reduce_pocket(torch.stack([protein.pocket for protein in proteins]))
        codes = torch.stack([protein.pocket_codes for protein in proteins])
        # A residue's presence is given the size of a normalised state's channel.
        letters = nn.functional.one_hot(codes, RESIDUE_CODES).to(states.dtype) * 2
        projected: Tensor = self.pocket(torch.cat([states, letters], dim=-1).flatten(1))
        return projected

    def forward(
        self,
        proteins: dict[str, Tensor],
        drugs: Tensor,
        protein_index: Tensor,
        drug_index: Tensor,
    ) -> Tensor:
        """Predict pairs from encoded proteins and drugs.

        Parameters
        ----------
        proteins : dict of str to Tensor, shape (proteins, width)
            From `encode_proteins`.
        drugs : Tensor, shape (drugs, width)
            From the drug encoder.
        protein_index, drug_index : Tensor of int64, shape (pairs,)

        Returns
        -------
        Tensor, shape (poolings, pairs, labels)
            Each label's difference from its mean in training.
        """
        return torch.stack(
            [
                self.heads[name](proteins[name], drugs, protein_index, drug_index)
                for name in POOLINGS
            ]
        )


class Projection(nn.Module):
    """A pooled vector and the pocket's vector to one protein vector."""

    def __init__(self, hidden_size: int, width: int, dropout: float) -> None:
        super().__init__()
        self.scale = nn.LayerNorm(hidden_size)
        self.pooled = nn.Linear(hidden_size, width)
        self.mix = nn.Sequential(
            nn.LayerNorm(width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(width, width),
            nn.LayerNorm(width),
        )

    def forward(self, pooled: Tensor, pocket: Tensor) -> Tensor:
        """Project (proteins, hidden) and (proteins, width) to (proteins, width)."""
        mixed: Tensor = self.mix(self.pooled(self.scale(pooled)) + pocket)
        return mixed


class FusionHead(nn.Module):
    """Multiplicative fusion of protein and drug, and a linear output for each label."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.protein = nn.Linear(width, width)
        self.drug = nn.Linear(width, width, bias=False)
        self.product = nn.Linear(width, width, bias=False)
        self.output = nn.Sequential(
            nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, len(LABELS))
        )

    def forward(
        self, proteins: Tensor, drugs: Tensor, protein_index: Tensor, drug_index: Tensor
    ) -> Tensor:
        """Predict (pairs, labels); the linear terms are computed once per protein and drug."""
        product = self.product(proteins[protein_index] * drugs[drug_index])
        linear = self.protein(proteins)[protein_index] + self.drug(drugs)[drug_index]
        predicted: Tensor = self.output(product + linear)
        return predicted


def is_learned(pooling: nn.Module) -> bool:
    """Whether a pooling has parameters, so that its vectors change while it trains."""
    return any(True for _ in pooling.parameters())


def pool_batch(pooling: nn.Module, states: Sequence[Tensor]) -> Pooled:
    """Pool regions, padded to one length."""
    padded = nn.utils.rnn.pad_sequence(list(states), batch_first=True)
    lengths = torch.tensor([len(each) for each in states], device=padded.device)
    place = torch.arange(padded.shape[1], device=padded.device)
    pooled: Pooled = pooling(padded, (place > 0) & (place < lengths.unsqueeze(1)))
    return pooled


def pool_regions(pooling: nn.Module, proteins: Sequence[ProteinRegion]) -> Tensor:
    """Pool many regions, batched by length, in their order: (proteins, hidden)."""
    rows: list[Tensor] = [torch.empty(0)] * len(proteins)
    for batch in plan_batches([len(protein.states) for protein in proteins], POOL_TOKENS):
        pooled = pool_batch(pooling, [proteins[index].states for index in batch])
        for index, vector in zip(batch, pooled.vector, strict=True):
            rows[index] = vector
    return torch.stack(rows)
