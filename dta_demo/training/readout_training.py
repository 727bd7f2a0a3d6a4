"""Training of readouts: all folds and seeds of one condition side by side."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dta_demo.model.readout import Readouts
from dta_demo.training.all_layers import LayerEmbeddings


@dataclass(frozen=True)
class ReadoutSettings:
    """Hyperparameters of a readout, chosen by mean pooling in cross-validation.

    Attributes
    ----------
    batch_proteins : int
        Proteins of a step, with all their pairs.
    batch_residues : int
        Random residues of each of them that a learned pooling reads in a step, spread evenly.
    heads : int
        Heads of the attention pooling.
    """

    hidden: int = 64
    factors: int = 32
    dropout: float = 0.1
    steps: int = 600
    learning_rate: float = 1e-2
    weight_decay: float = 0.3
    warmup: float = 0.15
    batch_proteins: int = 110
    batch_residues: int = 256
    censored_weight: float = 0.3
    heads: int = 8


@dataclass(frozen=True)
class PairGrid:
    """Pairs of a panel as a grid, and what each network may train on.

    Attributes
    ----------
    affinity : Tensor, shape (proteins, molecules)
        The floor where nothing was measured, or nothing found.
    train, test : Tensor of float32, shape (networks, proteins, molecules)
        1 for the pairs that a network is trained on, and those that it is tested on.
    drugs : Tensor, shape (networks, molecules, channels)
        Standardised embeddings of the molecules.
    floor : float
    """

    affinity: Tensor
    train: Tensor
    test: Tensor
    drugs: Tensor
    floor: float


class ProteinVectors(nn.Module, ABC):
    """What the networks of one condition read of the proteins: one vector of each."""

    channels: int

    @abstractmethod
    def forward(self, rows: Tensor) -> Tensor:
        """Vectors of some proteins: (networks, rows, channels)."""

    def evaluate(self, count: int) -> Tensor:
        """Vectors of all proteins, every residue read: (networks, proteins, channels)."""
        vectors: Tensor = self(torch.arange(count))
        return vectors


class FixedVectors(ProteinVectors):
    """Vectors that do not change in training.

    Parameters
    ----------
    vectors : Tensor, shape (1 or networks, proteins, channels)
    networks : int
    """

    vectors: Tensor

    def __init__(self, vectors: Tensor, networks: int) -> None:
        super().__init__()
        self.channels = vectors.shape[-1]
        self.register_buffer("vectors", vectors.expand(networks, -1, -1))

    def forward(self, rows: Tensor) -> Tensor:
        """Vectors of some proteins: (networks, rows, channels)."""
        return self.vectors[:, rows]


class MixedVectors(ProteinVectors):
    """A learned mix of the vectors of all layers (ELMo's; Peters et al. 2018, arXiv:1802.05365).

    Parameters
    ----------
    vectors : Tensor, shape (layers, proteins, channels)
    networks : int
    """

    vectors: Tensor

    def __init__(self, vectors: Tensor, networks: int) -> None:
        super().__init__()
        self.channels = vectors.shape[-1]
        self.register_buffer("vectors", vectors)
        self.mix = nn.Parameter(torch.zeros(networks, len(vectors)))

    def forward(self, rows: Tensor) -> Tensor:
        """Vectors of some proteins: (networks, rows, channels)."""
        return torch.einsum("nl,lpc->npc", self.mix.softmax(dim=1), self.vectors[:, rows])


class AttentionVectors(ProteinVectors):
    """Vectors of an attention pooling that is trained with its readout.

    The pooling of `dta_demo.encoders.pooling.AttentionPooling`, on residues standardised by
    channel. In training each protein is read by some of its residues, drawn anew each step.

    Parameters
    ----------
    embeddings : LayerEmbeddings
    layers : Tensor of int64, shape (networks, chosen layers)
        Layers that each network reads; several are mixed by weights that it learns.
    settings : ReadoutSettings
    """

    def __init__(
        self, embeddings: LayerEmbeddings, layers: Tensor, settings: ReadoutSettings
    ) -> None:
        super().__init__()
        self.embeddings, self.settings = embeddings, settings
        networks, self.channels = len(layers), embeddings.residues.shape[-1]
        self.score = nn.Parameter(
            torch.randn(networks, settings.heads, self.channels) * self.channels**-0.5
        )
        self.score_bias = nn.Parameter(torch.zeros(networks, 1, settings.heads))
        self.mix = nn.Parameter(torch.zeros(layers.shape))
        self._alike = [
            (each, (layers == each).all(dim=1).nonzero()[:, 0]) for each in layers.unique(dim=0)
        ]

    def forward(self, rows: Tensor) -> Tensor:
        """Vectors of some proteins, by random residues: (networks, rows, channels)."""
        lengths = self.embeddings.lengths[rows, None]
        drawn = torch.rand(len(rows), self.settings.batch_residues)
        # One of each of so many equal parts: of a shorter protein about every residue.
        share = (drawn + torch.arange(self.settings.batch_residues)) / self.settings.batch_residues
        places = (share * lengths).long().minimum(lengths - 1)
        return self._pool(self.embeddings.starts[rows, None] + places)

    @torch.no_grad()
    def evaluate(self, count: int) -> Tensor:
        """Vectors of all proteins, every residue read: (networks, proteins, channels)."""
        spans = zip(self.embeddings.starts, self.embeddings.lengths, strict=True)
        parts = [self._pool(torch.arange(start, start + length)[None]) for start, length in spans]
        return torch.cat(parts, dim=1)

    def _pool(self, places: Tensor) -> Tensor:
        """Pool residues (proteins, residues each) to (networks, proteins, channels)."""
        parts = [self._pool_alike(places, *alike) for alike in self._alike]
        order = torch.cat([chosen for _, chosen in self._alike])
        return torch.cat(parts)[order.argsort()]

    def _pool_alike(self, places: Tensor, layers: Tensor, chosen: Tensor) -> Tensor:
        """Pool for the networks (their places) that read the same layers."""
        proteins, length = places.shape
        networks, heads = len(chosen), self.settings.heads
        read = self.embeddings.residues[layers[:, None], places.flatten()]
        mix = self.mix[chosen].softmax(dim=1)
        score = self.score[chosen].flatten(0, 1).T.to(read.dtype)
        scores = (read @ score).float().unflatten(-1, (networks, heads))
        mixed = torch.einsum("nl,lrnh->nrh", mix, scores) + self.score_bias[chosen]
        weights = mixed.unflatten(1, (proteins, length)).softmax(dim=2)
        values = read.view(len(layers), proteins, length, heads, -1)
        pooled = (
            torch.einsum("nprh,lprhc->nlphc", weights.to(read.dtype), values).float().flatten(3)
        )
        return torch.einsum("nl,nlpc->npc", mix, self.embeddings.standardise_mean(pooled, layers))


@dataclass(frozen=True)
class Trained:
    """Networks of one condition after training.

    Attributes
    ----------
    predicted : Tensor, shape (networks, proteins, molecules)
        Not clipped at the floor.
    """

    readouts: Readouts
    vectors: ProteinVectors | None
    predicted: Tensor


def train_readouts(
    grid: PairGrid, vectors: ProteinVectors | None, settings: ReadoutSettings, seed: int
) -> Trained:
    """Train the networks of one condition; the same seed gives the same networks.

    Parameters
    ----------
    vectors : ProteinVectors or None
        None for networks that see no protein.
    """
    torch.manual_seed(seed)
    proteins = len(grid.affinity)
    channels = vectors.channels if vectors else 0
    readouts = Readouts(
        len(grid.train), channels, grid.drugs.shape[-1],
        settings.hidden, settings.factors, settings.dropout,
    )  # fmt: skip
    counts = grid.train.sum(dim=(1, 2))
    readouts.mean.copy_((grid.train * grid.affinity).sum(dim=(1, 2)) / counts)
    modules = nn.ModuleList([readouts, *([vectors] if vectors else [])])
    optimiser = torch.optim.AdamW(
        modules.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.steps, pct_start=settings.warmup
    )
    modules.train()
    size = min(settings.batch_proteins, proteins)
    for step in range(settings.steps):
        place = step % (proteins // size)
        if place == 0:
            order = torch.randperm(proteins)
        rows = order[place * size : (place + 1) * size]
        read = vectors(rows) if vectors else torch.empty(len(grid.train), len(rows), 0)
        loss = _loss(grid, readouts(read, grid.drugs), rows, settings)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    modules.eval()
    with torch.no_grad():
        empty = torch.empty(len(grid.train), proteins, 0)
        predicted = readouts(vectors.evaluate(proteins) if vectors else empty, grid.drugs)
    return Trained(readouts, vectors, predicted)


def _loss(grid: PairGrid, predicted: Tensor, rows: Tensor, settings: ReadoutSettings) -> Tensor:
    """Sum over the networks of the mean squared error; below the floor is nearly as good as at."""
    affinity, train = grid.affinity[rows], grid.train[:, rows]
    error = predicted - affinity
    below = (affinity <= grid.floor) & (error < 0)
    weight = train * torch.where(below, settings.censored_weight, 1.0)
    squared = (weight * error.square()).sum(dim=(1, 2))
    return (squared / train.sum(dim=(1, 2)).clamp(min=1)).sum()
