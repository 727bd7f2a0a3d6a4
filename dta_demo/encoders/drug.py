"""The drug encoder: a projection of the counts of a molecule's circular and torsion fragments."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dta_demo.encoders.base import BaseEncoder
from dta_demo.molecules.fingerprints import fingerprint_smiles


class DrugEncoder(BaseEncoder):
    """Encoder of molecules: fragment counts followed by a two-layer projection.

    Parameters
    ----------
    output_dim : int
        Channels of a molecule's vector.
    bits : int
        Size of each of the two hashed count fingerprints.
    dropout : float
        Dropout rate of the hidden layer; half of it for the fingerprint itself.
    """

    def __init__(self, output_dim: int = 192, bits: int = 1024, dropout: float = 0.2) -> None:
        super().__init__(output_dim)
        self.bits = bits
        self.projection = nn.Sequential(
            nn.Dropout(dropout / 2),
            nn.Linear(2 * bits, output_dim),
            nn.LayerNorm(output_dim),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(output_dim, output_dim),
            nn.LayerNorm(output_dim),
        )

    def forward(self, inputs: list[str]) -> Tensor:
        """Encode each SMILES as one vector; see `fingerprint_smiles` for the errors.

        Returns
        -------
        Tensor, shape (batch, output_dim)
        """
        with self._measured():
            counts = torch.from_numpy(fingerprint_smiles(inputs, self.bits).counts)
            encoded: Tensor = self.projection(counts.to(self.device))
            return encoded
