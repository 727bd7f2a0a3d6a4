"""The drug encoder: counts of a molecule's circular and torsion fragments, projected.

Counted fragments depend on the molecule and not on how its SMILES is spelled, so two spellings
of one molecule give the same vector. Circular fragments: Rogers and Hahn 2010,
doi:10.1021/ci100050t. Topological torsions: Nilakantan et al. 1987, doi:10.1021/ci00054a008.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from torch import Tensor, nn

from dta_demo.encoders.base import BaseEncoder

MORGAN_RADIUS = 2
"""Bonds around each atom that a circular fragment covers."""


class DrugEncoder(BaseEncoder):
    """Fragment counts, then a two-layer projection.

    Parameters
    ----------
    output_dim : int
        Channels of the vector of a molecule.
    bits : int
        Size of each of the two hashed count fingerprints.
    dropout : float
        Share of channels dropped while training; half of it on the fingerprint itself.
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
        """Encode SMILES; see `fingerprint` for the errors.

        Returns
        -------
        Tensor, shape (batch, output_dim)
        """
        with self._measured():
            counts = torch.from_numpy(fingerprint(inputs, self.bits))
            encoded: Tensor = self.projection(counts.to(self.device))
            return encoded


def fingerprint(smiles: Sequence[str], bits: int) -> np.ndarray:
    """Count circular fragments and topological torsions, on a log scale.

    Returns
    -------
    numpy.ndarray of float32, shape (molecules, 2 * bits)
        ``log(1 + count)`` of the circular fragments, then of the torsions.

    Raises
    ------
    ValueError
        When RDKit cannot read a SMILES; parse text from users with `dta_demo.inputs` first.
    """
    circular = rdFingerprintGenerator.GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=bits)
    torsions = rdFingerprintGenerator.GetTopologicalTorsionGenerator(fpSize=bits)
    counts = np.zeros((len(smiles), 2 * bits), dtype=np.float32)
    for row, text in enumerate(smiles):
        molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            raise ValueError(f"RDKit cannot read the SMILES {text[:40]!r}.")
        counts[row, :bits] = circular.GetCountFingerprintAsNumPy(molecule)
        counts[row, bits:] = torsions.GetCountFingerprintAsNumPy(molecule)
    return np.log1p(counts)
