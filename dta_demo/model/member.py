"""One member of the ensemble: four poolings side by side, each with a projection and a head.

The protein enters as a `ProteinRegion`: the encoder's embeddings over the region that binds, and
the residues at the positions of the kinase pocket. Every pooling has its own protein vector, which
is fused with the drug's multiplicatively, and its own prediction of each label.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dta_demo.encoders.pooling import POOLINGS, make_pooling
from dta_demo.model.labels import OUTPUTS
from dta_demo.model.region import RESIDUE_CODES, RegionBatch


class AffinityMember(nn.Module):
    """Poolings, projections, drug encoder and heads of one ensemble member.

    Parameters
    ----------
    hidden_size : int
        Channels of the encoder's embeddings.
    width : int
        Channels of the protein's, the drug's and the fused vectors.
    positions, pocket_channels : int
        Positions of the pocket, and channels to which the embedding at each is reduced.
    drug_inputs : int
        Columns of what is read of a molecule: its fragment counts, and its embedding.
    """

    def __init__(
        self,
        hidden_size: int,
        width: int,
        positions: int,
        pocket_channels: int,
        attention_heads: int,
        drug_inputs: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.positions = positions
        self.poolings = nn.ModuleDict(
            {name: make_pooling(name, hidden_size, attention_heads) for name in POOLINGS}
        )
        self.drug = project_drug(drug_inputs, width, dropout)
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
        """Compute the protein vectors, one for each pooling.

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
        """Project embeddings and residues at the pocket's positions to (proteins, width)."""
        projected: Tensor = self.pocket(
            proteins.flatten_pocket(self.reduce_pocket(proteins.pocket))
        )
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
            From `drug`.
        protein_index, drug_index : Tensor of int64, shape (pairs,)

        Returns
        -------
        Tensor, shape (poolings, pairs, outputs)
            Each label's difference from its mean in training, and the other `OUTPUTS` as they are.
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


def join_drug_inputs(counts: Tensor, embeddings: Tensor) -> Tensor:
    """Join what members read of molecules: log fragment counts and the drug encoder's embedding."""
    return torch.cat([counts, embeddings], dim=-1)


def project_drug(inputs: int, width: int, dropout: float) -> nn.Sequential:
    """Build the projection of a molecule's inputs to its vector, (drugs, width)."""
    return nn.Sequential(
        nn.Dropout(dropout / 2),
        nn.Linear(inputs, width),
        nn.LayerNorm(width),
        nn.GELU(),
        nn.Dropout(dropout),
        nn.Linear(width, width),
        nn.LayerNorm(width),
    )


class FusionHead(nn.Module):
    """Multiplicative fusion of protein and drug, and a linear layer to the outputs."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.protein = nn.Linear(width, width)
        self.drug = nn.Linear(width, width, bias=False)
        self.product = nn.Linear(width, width, bias=False)
        self.output = nn.Sequential(
            nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, len(OUTPUTS))
        )

    def forward(
        self, proteins: Tensor, drugs: Tensor, protein_index: Tensor, drug_index: Tensor
    ) -> Tensor:
        """Predict (pairs, outputs); the linear terms are computed once per protein and drug."""
        product = self.product(proteins[protein_index] * drugs[drug_index])
        linear = self.protein(proteins)[protein_index] + self.drug(drugs)[drug_index]
        predicted: Tensor = self.output(product + linear)
        return predicted
