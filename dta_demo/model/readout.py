"""Readouts: networks that see one pooled vector and a molecule, and nothing else.

What a pooling gives shows only where nothing else tells the protein: the released members also
read the residues of the pocket, beside which their four poolings all agree. A readout is a
factorisation: the pooled vector and the molecule's embedding each become a few factors and a bias,
and the prediction is their product (Koren et al. 2009, doi:10.1109/MC.2009.263).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Tower(nn.Module):
    """Two layers from a vector to factors and a bias, for some networks side by side.

    Parameters
    ----------
    networks : int
        Networks that are trained and run at once, each with weights of its own.
    inputs, hidden, factors : int
        Channels of the vector and of the hidden layer, and factors without the bias.
    dropout : float
        Of the hidden layer; half of it of the vector.
    """

    def __init__(
        self, networks: int, inputs: int, hidden: int, factors: int, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.weight = nn.Parameter(torch.randn(networks, inputs, hidden) * inputs**-0.5)
        self.bias = nn.Parameter(torch.zeros(networks, 1, hidden))
        self.output = nn.Parameter(torch.randn(networks, hidden, factors + 1) * hidden**-0.5)
        self.output_bias = nn.Parameter(torch.zeros(networks, 1, factors + 1))

    def forward(self, vectors: Tensor) -> Tensor:
        """Project (networks, rows, inputs) to (networks, rows, factors + 1), the bias last."""
        dropped = self._drop(vectors, self.dropout / 2)
        hidden = nn.functional.gelu(torch.baddbmm(self.bias, dropped, self.weight))
        return torch.baddbmm(self.output_bias, self._drop(hidden, self.dropout), self.output)

    def _drop(self, vectors: Tensor, rate: float) -> Tensor:
        """Drop the same places in every network, which takes a fraction of the random numbers."""
        if not self.training or not rate:
            return vectors
        kept = torch.rand(vectors.shape[1:], device=vectors.device) >= rate
        return vectors * (kept / (1 - rate))


class Readouts(nn.Module):
    """Some readouts side by side, from standardised vectors to affinities.

    Parameters
    ----------
    networks : int
    protein_inputs, drug_inputs : int
        Channels of the protein's and the molecule's vector; no protein where 0.
    hidden, factors, dropout
        See `Tower`.

    Attributes
    ----------
    mean : Tensor, shape (networks,)
        Mean of the pairs that each was trained on, which the prediction is relative to.
    """

    mean: Tensor

    def __init__(
        self,
        networks: int,
        protein_inputs: int,
        drug_inputs: int,
        hidden: int = 64,
        factors: int = 32,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.protein = (
            Tower(networks, protein_inputs, hidden, factors, dropout) if protein_inputs else None
        )
        self.drug = Tower(networks, drug_inputs, hidden, factors, dropout)
        self.scale = 1 / math.sqrt(factors)
        self.register_buffer("mean", torch.zeros(networks))

    def forward(self, proteins: Tensor, drugs: Tensor) -> Tensor:
        """Predict every protein with every molecule.

        Parameters
        ----------
        proteins : Tensor, shape (networks, proteins, protein_inputs)
        drugs : Tensor, shape (networks, molecules, drug_inputs)

        Returns
        -------
        Tensor, shape (networks, proteins, molecules)
        """
        of_drug = self.drug(drugs)
        alone = self.mean[:, None, None] + of_drug[..., -1].unsqueeze(1)
        if self.protein is None:
            return alone.expand(-1, proteins.shape[1], -1)
        of_protein = self.protein(proteins)
        products = torch.bmm(of_protein[..., :-1], of_drug[..., :-1].transpose(1, 2))
        return alone + of_protein[..., -1:] + products * self.scale
