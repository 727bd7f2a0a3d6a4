"""The drug encoder: embeddings learned from the counts of a molecule's fragments.

Trained once on what many molecules do to many kinases (`dta_demo.training.molecules`), and frozen
from then on: the molecules of an affinity panel are too few to learn which fragments matter.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor, nn

from dta_demo.encoders.base import BaseEncoder
from dta_demo.molecules.fingerprints import fingerprint_smiles

MOST_COUNTED = 8
"""Counts of a fragment above this are taken for this: longer chains are not different."""

FEW_MOLECULES = 8
"""Molecules below which reading the table of fragments takes longer than multiplying by it."""

HIDDEN_DROPOUT = 0.3
"""Dropout rate of the hidden layers, in training."""


class FragmentNetwork(nn.Module):
    """Two layers from the fragments of a molecule to a vector.

    Parameters
    ----------
    fragments : int
        Columns of the fragment counts.
    hidden_size, channels : int
        Channels of the hidden layer, and of the vector.
    """

    def __init__(self, fragments: int, hidden_size: int, channels: int) -> None:
        super().__init__()
        # Scaled for a hundred fragments a molecule, which is what drugs have.
        self.fragments = nn.Parameter(torch.randn(fragments, hidden_size) * 0.03)
        self.projection = nn.Sequential(
            nn.LayerNorm(hidden_size),
            nn.GELU(),
            nn.Dropout(HIDDEN_DROPOUT),
            nn.Linear(hidden_size, channels),
            nn.LayerNorm(channels),
        )

    def forward(self, counts: Tensor) -> Tensor:
        """Project log counts (molecules, fragments) to (molecules, channels)."""
        fragments: Tensor = self.fragments
        counts = cap_counts(counts)
        if len(counts) < FEW_MOLECULES and not torch.is_grad_enabled():
            # They have some hundred of two thousand fragments: most of the table is not read.
            present = counts.any(dim=0).nonzero().squeeze(1)
            counts, fragments = counts[:, present], fragments[present]
        projected: Tensor = self.projection(counts @ fragments)
        return projected

    def project(self, counts: csr_matrix) -> Tensor:
        """Project sparse log counts (molecules, fragments): much faster, for many molecules."""
        capped = cap_counts(torch.from_numpy(counts.data))
        projected: Tensor = self.projection(sum_fragments(self.fragments, counts, capped))
        return projected


def sum_fragments(table: Tensor, counts: csr_matrix, weights: Tensor) -> Tensor:
    """Multiply sparse counts with a table: (molecules, width).

    A molecule has a hundred of two thousand fragments.

    Parameters
    ----------
    table : Tensor, shape (fragments, width)
    counts : scipy.sparse.csr_matrix, shape (molecules, fragments)
        Which fragments each molecule has.
    weights : Tensor
        Factor of each of them, in the place of ``counts.data``.
    """
    return nn.functional.embedding_bag(
        torch.from_numpy(counts.indices.astype(np.int64)).to(table.device),
        table,
        torch.from_numpy(counts.indptr[:-1].astype(np.int64)).to(table.device),
        mode="sum",
        per_sample_weights=weights.to(table),
    )


class DrugEncoder(BaseEncoder):
    """Encoder of molecules: networks that read fragment counts, side by side.

    Parameters
    ----------
    output_dim : int
        Channels of a molecule's vector, shared out among the networks.
    bits : int
        Size of each of the two hashed count fingerprints.
    hidden_size : int
        Channels of the hidden layer of each network.
    networks : int
        Networks that were trained from different seeds: what they agree on is no chance.
    """

    def __init__(
        self,
        output_dim: int = 256,
        bits: int = 1024,
        hidden_size: int = 256,
        networks: int = 2,
    ) -> None:
        super().__init__(output_dim)
        self.bits = bits
        self.networks = nn.ModuleList(
            FragmentNetwork(2 * bits, hidden_size, output_dim // networks) for _ in range(networks)
        )

    def embed(self, counts: Tensor) -> Tensor:
        """Embed molecules by their log fragment counts, see `Fingerprints`.

        Parameters
        ----------
        counts : Tensor, shape (molecules, 2 * bits)

        Returns
        -------
        Tensor, shape (molecules, output_dim)
        """
        return torch.cat([network(counts) for network in self.networks], dim=1)

    def embed_fragments(self, fragments: csr_matrix) -> Tensor:
        """Embed molecules by their sparse log counts: (molecules, output_dim)."""
        networks = [each for each in self.networks if isinstance(each, FragmentNetwork)]
        return torch.cat([network.project(fragments) for network in networks], dim=1)

    @torch.no_grad()
    def embed_counts(self, counts: np.ndarray) -> np.ndarray:
        """Embed molecules by their log fragment counts: float32, (molecules, output_dim)."""
        embedded = self.embed(torch.from_numpy(counts).to(self.device))
        return np.asarray(embedded.float().cpu().numpy())

    def forward(self, inputs: list[str]) -> Tensor:
        """Encode each SMILES as one vector; see `fingerprint_smiles` for the errors.

        Returns
        -------
        Tensor, shape (batch, output_dim)
        """
        with self._measured():
            counts = torch.from_numpy(fingerprint_smiles(inputs, self.bits).counts)
            return self.embed(counts.to(self.device))


def cap_counts(counts: Tensor) -> Tensor:
    """Cap log counts at that of `MOST_COUNTED`."""
    return counts.clamp(max=math.log1p(MOST_COUNTED))
