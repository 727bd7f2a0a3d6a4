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

LABELS = ("pKd", "KIBA score")
"""What the heads predict, in the order of their outputs."""

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
RESIDUE_CODES = len(AMINO_ACIDS) + 1
"""The amino acids, and one code for a pocket position without a (known) residue."""

PRESENCE = 2.0
"""What a residue's presence, or a phosphorylated form, is given as: about the size of a channel
of a normalised state."""


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
    phosphorylated : bool
        Whether the phosphorylated form is meant, which the sequence does not show.
    """

    states: Tensor
    pocket: Tensor
    pocket_codes: Tensor
    phosphorylated: bool = False
    _fixed: dict[str, Tensor] = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_pocket(self) -> bool:
        """Whether a kinase pocket was found in the protein."""
        return bool((self.pocket_codes < RESIDUE_CODES - 1).any())

    def fixed(self, name: str) -> Tensor:
        """Pool by a strategy that learns nothing; computed once for all members and epochs."""
        if name not in self._fixed:
            pooling = make_pooling(name, self.states.shape[-1])
            self._fixed[name] = pool_region(pooling, self.states).vector[0]
        return self._fixed[name]


class RegionBatch:
    """The regions of some proteins, as all members read them.

    Parameters
    ----------
    proteins : sequence of ProteinRegion
    pocket_letters : Tensor, shape (proteins, positions, RESIDUE_CODES), optional
        In the place of the regions' own, where residues are partly hidden (`dta_demo.explain`).

    Attributes
    ----------
    pocket : Tensor, shape (proteins, positions, hidden)
    pocket_letters : Tensor, shape (proteins, positions, RESIDUE_CODES)
        1 at the code of the residue at each position.
    phosphorylated : Tensor, shape (proteins, 1)
        1 where the phosphorylated form is meant.
    """

    def __init__(
        self, proteins: Sequence[ProteinRegion], pocket_letters: Tensor | None = None
    ) -> None:
        self.proteins = proteins
        self.pocket = torch.stack([protein.pocket for protein in proteins])
        if pocket_letters is None:
            codes = torch.stack([protein.pocket_codes for protein in proteins])
            pocket_letters = nn.functional.one_hot(codes, RESIDUE_CODES).to(self.pocket.dtype)
        self.pocket_letters = pocket_letters
        self.phosphorylated = self.pocket.new_tensor(
            [[float(protein.phosphorylated)] for protein in proteins]
        )

    def pool(self, name: str, pooling: nn.Module) -> Tensor:
        """Pool every region by itself, which needs no padded copy: (proteins, hidden)."""
        if is_learned(pooling):
            vectors = [pool_region(pooling, protein.states).vector for protein in self.proteins]
            return torch.cat(vectors)
        return self.pool_fixed(name)

    def pool_fixed(self, name: str) -> Tensor:
        """Pool by a strategy that learns nothing: (proteins, hidden)."""
        return torch.stack([protein.fixed(name) for protein in self.proteins])


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
            nn.Linear(positions * (pocket_channels + RESIDUE_CODES) + 1, width),
        )
        self.projections = nn.ModuleDict(
            {name: Projection(hidden_size, width, dropout) for name in POOLINGS}
        )
        self.heads = nn.ModuleDict({name: FusionHead(width, dropout) for name in POOLINGS})

    def encode_proteins(self, proteins: RegionBatch) -> dict[str, Tensor]:
        """Give the protein vectors, one for each pooling.

        Returns
        -------
        dict of str to Tensor, shape (proteins, width)
        """
        pocket = self.encode_pocket(proteins)
        return {
            name: self.projections[name](proteins.pool(name, pooling), pocket)
            for name, pooling in self.poolings.items()
        }

    def encode_pocket(self, proteins: RegionBatch) -> Tensor:
        """Project states and residues at the pocket's positions to (proteins, width)."""
        projected: Tensor = self.pocket(line_pocket(self.reduce_pocket(proteins.pocket), proteins))
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


def line_pocket(states: Tensor, proteins: RegionBatch) -> Tensor:
    """Join what stands at the pocket's positions, and the form of the protein.

    Parameters
    ----------
    states : Tensor, shape (proteins, positions, channels)
        The pocket's states, reduced.

    Returns
    -------
    Tensor, shape (proteins, positions * (channels + codes) + 1)
    """
    letters = proteins.pocket_letters.to(states.dtype)
    lining = torch.cat([states, letters * PRESENCE], dim=-1).flatten(1)
    return torch.cat([lining, proteins.phosphorylated * PRESENCE], dim=-1)


def is_learned(pooling: nn.Module) -> bool:
    """Whether a pooling has parameters, so that its vectors change while it trains."""
    return any(True for _ in pooling.parameters())


def pool_region(pooling: nn.Module, states: Tensor) -> Pooled:
    """Pool one region (1 + residues, hidden), whose first state is that of BOS."""
    pooled: Pooled = pooling(*batch_region(states))
    return pooled


def batch_region(states: Tensor) -> tuple[Tensor, Tensor]:
    """Make a batch of one region: its states, and the mask of its residues."""
    residues = torch.ones(1, len(states), dtype=torch.bool, device=states.device)
    residues[:, 0] = False
    return states.unsqueeze(0), residues
