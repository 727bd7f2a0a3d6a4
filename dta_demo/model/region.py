"""The region of a protein that the members read: its embeddings and the residues of its pocket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from dta_demo.encoders.pooling import Pooled, make_pooling
from dta_demo.encoders.residues import ResidueEmbeddings
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"

RESIDUE_CODES = len(AMINO_ACIDS) + 1
"""The amino acids, and one code for a pocket position without a (known) residue."""

PRESENCE = 2.0
"""Value of a present residue, or of phosphorylation, in the inputs: about the size of a channel
of a normalised embedding."""


@dataclass(frozen=True)
class ProteinRegion:
    """A construct as the model reads it.

    Attributes
    ----------
    construct : Construct
        The protein, by which it is recognised among the training targets.
    embeddings : Tensor, shape (1 + residues, hidden)
        Of the encoder's last layer: BOS first, then the residues of the region that binds.
    pocket : Tensor, shape (positions, hidden)
        Embeddings at the positions of the kinase pocket; zero where there is none.
    pocket_codes : Tensor of int64, shape (positions,)
        Index of the residue in `AMINO_ACIDS`; the last code where there is none.
    """

    construct: Construct
    embeddings: Tensor
    pocket: Tensor
    pocket_codes: Tensor
    _fixed: dict[str, Tensor] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def summarised(
        cls, construct: Construct, pocket_codes: np.ndarray, mean_embedding: np.ndarray
    ) -> ProteinRegion:
        """Region of which only what proteins are compared by is kept, and no residue embedding."""
        codes, mean = torch.from_numpy(pocket_codes).long(), torch.from_numpy(mean_embedding)
        nothing = torch.zeros(0, len(mean_embedding))
        return cls(construct, nothing, nothing, codes, {"mean": mean})

    @property
    def has_pocket(self) -> bool:
        """Whether a kinase pocket was found in the protein."""
        return bool((self.pocket_codes < RESIDUE_CODES - 1).any())

    @property
    def mean_embedding(self) -> np.ndarray:
        """Mean embedding of the residues: float32, shape (hidden,)."""
        mean: np.ndarray = self.fixed("mean").float().cpu().numpy()
        return mean

    def fixed(self, name: str) -> Tensor:
        """Pool by a strategy that learns nothing; computed once for all members and epochs."""
        if name not in self._fixed:
            pooling = make_pooling(name, self.embeddings.shape[-1])
            self._fixed[name] = pool_region(pooling, self.embeddings).vector[0]
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
            [[float(protein.construct.phosphorylated)] for protein in proteins]
        )

    def flatten_pocket(self, reduced: Tensor) -> Tensor:
        """Flatten the pocket, embeddings and residue codes, and append the phosphorylation.

        Parameters
        ----------
        reduced : Tensor, shape (proteins, positions, channels)
            The pocket's embeddings, reduced to a few channels.

        Returns
        -------
        Tensor, shape (proteins, positions * (channels + codes) + 1)
        """
        letters = self.pocket_letters.to(reduced.dtype)
        flat = torch.cat([reduced, letters * PRESENCE], dim=-1).flatten(1)
        return torch.cat([flat, self.phosphorylated * PRESENCE], dim=-1)

    def pool(self, name: str, pooling: nn.Module) -> Tensor:
        """Pool every region by itself, which needs no padded copy: (proteins, hidden)."""
        if is_learned(pooling):
            vectors = [pool_region(pooling, protein.embeddings).vector for protein in self.proteins]
            return torch.cat(vectors)
        return self.pool_fixed(name)

    def pool_fixed(self, name: str) -> Tensor:
        """Pool by a strategy that learns nothing: (proteins, hidden)."""
        return torch.stack([protein.fixed(name) for protein in self.proteins])


def is_learned(pooling: nn.Module) -> bool:
    """Whether a pooling has parameters, so that its vectors change while it trains."""
    return any(True for _ in pooling.parameters())


def pool_region(pooling: nn.Module, embeddings: Tensor) -> Pooled:
    """Pool one region (1 + residues, hidden), whose first embedding is that of BOS."""
    pooled: Pooled = pooling(*batch_region(embeddings))
    return pooled


def batch_region(embeddings: Tensor) -> tuple[Tensor, Tensor]:
    """Make a batch of one region: its embeddings, and the mask of its residues."""
    residues = torch.ones(1, len(embeddings), dtype=torch.bool, device=embeddings.device)
    residues[:, 0] = False
    return embeddings.unsqueeze(0), residues


def cut_region(
    construct: Construct,
    encoded: ResidueEmbeddings,
    domain: KinaseDomain | None,
    pocket_columns: Sequence[int],
) -> ProteinRegion:
    """Cut the region that binds, and its pocket, out of an encoded protein.

    Without a kinase domain the region is the whole protein and the pocket is empty.
    """
    sequence = construct.sequence
    start, end = (domain.start, domain.end) if domain else (1, len(sequence))
    aligned = [domain.residues[column] if domain else 0 for column in pocket_columns]
    place = torch.tensor(aligned, device=encoded.residues.device)
    pocket = encoded.residues[place - 1] * (place > 0).unsqueeze(1)
    codes = [
        code_residue(sequence[number - 1]) if number else len(AMINO_ACIDS) for number in aligned
    ]
    bos = encoded.cls[find_window(encoded.windows, start, end)]
    return ProteinRegion(
        construct=construct,
        embeddings=torch.cat([bos.unsqueeze(0), encoded.residues[start - 1 : end]]),
        pocket=pocket,
        pocket_codes=torch.tensor(codes, device=pocket.device),
    )


def code_residue(letter: str) -> int:
    """Index of an amino acid; the last code for a letter that names none."""
    found = AMINO_ACIDS.find(letter)
    return found if found >= 0 else len(AMINO_ACIDS)


def find_window(windows: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """Find the window that holds most of a region: its BOS embedding stands for the region."""
    shared = [min(end, last) - max(start, first) for first, last in windows]
    return shared.index(max(shared))
