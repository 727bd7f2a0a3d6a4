"""Small readout of a pair: a protein vector beside the fragments of a molecule."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dta_demo.encoders.drug import cap_counts
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder

CHANNELS, HIDDEN = 64, 64
"""Channels of a protein's and a molecule's vector, and of the layer above them."""

FINGERPRINT_BITS = 1024
"""Size of each of the two count fingerprints of a molecule."""

FRAGMENT_SCALE = 0.03
"""Standard deviation of the first weights of a fragment: a drug has some hundred of them."""


class PairReadout(nn.Module):
    """Two layers over the vectors of a protein and a molecule, and their product.

    Molecules are described by the counts of their fragments, of which nothing was trained: what
    is learned about them comes from the pairs alone.
    """

    offset: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.molecule = nn.Sequential(
            nn.Linear(2 * FINGERPRINT_BITS, CHANNELS), nn.LayerNorm(CHANNELS)
        )
        self.joint = nn.Sequential(nn.Linear(3 * CHANNELS, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.register_buffer("offset", torch.zeros(()))

    def forward(self, proteins: Tensor, counts: Tensor) -> Tensor:
        """Predict pKd: (pairs,).

        Parameters
        ----------
        proteins : Tensor, shape (pairs, CHANNELS)
        counts : Tensor, shape (pairs, 2 * FINGERPRINT_BITS)
            Log counts of fragments, see `Fingerprints`.
        """
        molecules = self.molecule(cap_counts(counts))
        joined = torch.cat([proteins, molecules, proteins * molecules], dim=1)
        read: Tensor = self.joint(joined).squeeze(1)
        return self.offset + read


@torch.no_grad()
def start_readout(
    encoder: MemoryOptimizedESMEncoder,
    readout: PairReadout,
    pooled: Tensor,
    mean: float,
    seed: int,
) -> None:
    """Set the first weights of the encoder's projection and of a readout.

    They come from a generator of their own, so that a run can be repeated beside others. The
    projection starts from standardised vectors: those of proteins of one family differ little.

    Parameters
    ----------
    pooled : Tensor, shape (proteins, hidden)
        Vectors of the training proteins.
    mean : float
        Mean affinity of the training pairs, from which the readout starts.
    """
    random = torch.Generator().manual_seed(seed)
    assert encoder.projection is not None
    for layer in [*encoder.projection.modules(), *readout.modules()]:
        if isinstance(layer, nn.Linear):
            first = torch.randn(layer.weight.shape, generator=random)
            layer.weight.copy_(first / layer.in_features**0.5)
            layer.bias.zero_()
    readout.get_submodule("molecule.0").get_parameter("weight").mul_(
        FRAGMENT_SCALE * (2 * FINGERPRINT_BITS) ** 0.5
    )
    projection = encoder.get_submodule("projection.1")
    weight = projection.get_parameter("weight")
    spread = pooled.std(dim=0, correction=0)
    weight.div_(spread + 1e-3 * spread.mean() + 1e-6)
    projection.get_parameter("bias").copy_(-(weight @ pooled.mean(dim=0)))
    readout.get_submodule("joint.2").get_parameter("weight").mul_(0.1)
    readout.offset.fill_(mean)
