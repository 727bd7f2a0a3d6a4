"""Training of the drug encoder, on what many molecules do to many kinases.

The panels whose affinities are predicted have some dozens or hundreds of drugs, too few to learn
what a fragment does. Each network of the encoder learns to predict every target of two larger
kinds of data from a vector of the molecule: activities of the literature (pChEMBL) and
displacement at one concentration. The targets' own weights are thrown away; the vector stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from safetensors.torch import load_file, save_file
from scipy.sparse import csr_matrix
from torch import Tensor, nn
from tqdm import trange

from dta_demo.encoders.drug import FragmentNetwork
from dta_demo.model.config import DTAConfig
from dta_demo.runtime.threads import torch_threads


@dataclass(frozen=True)
class MoleculeSettings:
    """Hyperparameters of the drug encoder's training, chosen by the folds of new drugs."""

    epochs: int = 5
    batch_molecules: int = 512
    least_molecules: int = 96
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.15
    censored_weight: float = 0.2
    target_dropout: float = 0.2


@dataclass(frozen=True)
class MoleculeSource:
    """Measured pairs of one dataset, by molecule.

    Attributes
    ----------
    counts : scipy.sparse.csr_matrix, shape (molecules, fragments)
        Log fragment counts.
    molecule, target : numpy.ndarray of int64, shape (pairs,)
        Sorted by molecule.
    value : numpy.ndarray of float32, shape (pairs,)
        On the pKd axis.
    censored, saturated : numpy.ndarray of bool, shape (pairs,)
        Measured as at or below, and as at or above the value.
    target_fold : numpy.ndarray of int64, shape (targets,)
        Fold of the cold splits that each target stands in.
    """

    name: str
    counts: csr_matrix
    molecule: np.ndarray
    target: np.ndarray
    value: np.ndarray
    censored: np.ndarray
    saturated: np.ndarray
    target_fold: np.ndarray

    def without_targets(self, fold: int) -> MoleculeSource:
        """Leave out the pairs of the targets of a fold."""
        kept = self.target_fold[self.target] != fold
        arrays = ("molecule", "target", "value", "censored", "saturated")
        return replace(self, **{name: getattr(self, name)[kept] for name in arrays})

    def rows_of(self, molecules: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of some molecules' pairs, and the place of each one's molecule among them."""
        starts = np.searchsorted(self.molecule, molecules)
        lengths = np.searchsorted(self.molecule, molecules, side="right") - starts
        place = np.repeat(np.arange(len(molecules)), lengths)
        offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return starts[place] + offset, place


class TargetHead(nn.Module):
    """What each target of a dataset reads of a molecule's vector."""

    def __init__(self, source: MoleculeSource, channels: int, dropout: float) -> None:
        super().__init__()
        targets = len(source.target_fold)
        self.read = nn.Sequential(nn.GELU(), nn.Dropout(dropout))
        self.weight = nn.Parameter(torch.randn(targets, channels) * 0.02)
        self.bias = nn.Parameter(torch.from_numpy(_target_means(source)))

    def forward(self, vectors: Tensor, target: Tensor) -> Tensor:
        """Predict pairs given by their molecules' vectors and their targets: (pairs,)."""
        return (self.read(vectors) * self.weight[target]).sum(dim=1) + self.bias[target]


def _target_means(source: MoleculeSource) -> np.ndarray:
    """Mean value of each target, that of all pairs where it has none: float32, (targets,)."""
    size = len(source.target_fold)
    pairs = np.bincount(source.target, minlength=size)
    total = np.bincount(source.target, weights=source.value, minlength=size)
    overall = source.value.mean() if len(source.value) else 0.0
    return np.where(pairs > 0, total / np.maximum(pairs, 1), overall).astype(np.float32)


class DrugEncoderTraining:
    """Training of the networks of one drug encoder.

    Parameters
    ----------
    left_out_targets : int
        Fold whose targets none of the networks sees, -1 for none.
    folder : Path
        Where finished networks are kept.
    """

    def __init__(
        self,
        config: DTAConfig,
        sources: Sequence[MoleculeSource],
        left_out_targets: int,
        folder: Path,
        seed: int = 0,
        settings: MoleculeSettings | None = None,
    ) -> None:
        self.config, self.folder, self.seed = config, folder, seed
        self.settings = settings or MoleculeSettings()
        self.sources = [source.without_targets(left_out_targets) for source in sources]
        self.sources = [source for source in self.sources if len(source.value)]

    def train(self, number: int, wait: bool = True) -> dict[str, Tensor]:
        """Train one network, or load it where that is done; return its weights.

        Raises
        ------
        filelock.Timeout
            When another process is training it and is not to be waited for.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"network-{number}.safetensors"
        with FileLock(path.with_suffix(".lock"), timeout=-1 if wait else 0):
            if not path.exists():
                partial = path.with_suffix(".partial")
                save_file(self._train(number), partial)
                partial.rename(path)
        return load_file(path)

    def _train(self, number: int) -> dict[str, Tensor]:
        torch.manual_seed(self.seed * 1000 + number)
        config, settings = self.config, self.settings
        network = FragmentNetwork(
            2 * config.fingerprint_bits, config.drug_hidden, config.drug_channels
        )
        if self.sources:
            heads = [
                TargetHead(source, config.drug_channels, settings.target_dropout)
                for source in self.sources
            ]
            with torch_threads(1):
                self._run(network, heads, number)
        return network.state_dict()

    def _run(self, network: FragmentNetwork, heads: Sequence[TargetHead], number: int) -> None:
        settings, random = self.settings, np.random.default_rng([self.seed, number])
        modules = nn.ModuleList([network, *heads])
        molecules = [np.unique(source.molecule) for source in self.sources]
        steps = max(1, max(map(len, molecules)) // settings.batch_molecules)
        optimiser = torch.optim.AdamW(
            modules.parameters(),
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser,
            settings.learning_rate,
            total_steps=steps * settings.epochs + 1,
            pct_start=settings.warmup,
        )
        modules.train()
        for _ in trange(settings.epochs, desc=f"{self.folder.name} {number}"):
            orders = [random.permutation(each) for each in molecules]
            for step in range(steps):
                batch = [_cut(order, step, steps, settings) for order in orders]
                loss = self._loss(network, heads, batch)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(modules.parameters(), 1.0)
                optimiser.step()
                schedule.step()

    def _loss(
        self,
        network: FragmentNetwork,
        heads: Sequence[TargetHead],
        batch: Sequence[np.ndarray],
    ) -> Tensor:
        """Sum over the datasets of the mean squared error, one-sided where the assay is."""
        loss = torch.zeros(())
        for source, head, molecules in zip(self.sources, heads, batch, strict=True):
            rows, place = source.rows_of(molecules)
            vectors = network.project(source.counts[molecules])
            target = torch.from_numpy(source.target[rows])
            error = head(vectors[torch.from_numpy(place)], target)
            error = error - torch.from_numpy(source.value[rows])
            squared = error.square()
            low = torch.from_numpy(source.censored[rows]) & (error < 0)
            squared = torch.where(low, squared * self.settings.censored_weight, squared)
            high = torch.from_numpy(source.saturated[rows]) & (error > 0)
            loss = loss + squared.masked_fill(high, 0.0).mean()
        return loss


def _cut(order: np.ndarray, step: int, steps: int, settings: MoleculeSettings) -> np.ndarray:
    """Cut a step's molecules out of an epoch's order; a small dataset comes round again."""
    size = max(min(settings.least_molecules, len(order)), len(order) // steps)
    places = (np.arange(step * size, (step + 1) * size)) % len(order)
    return np.sort(order[places])
