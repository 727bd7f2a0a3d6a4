"""Trains one member of the ensemble on the states of a frozen encoder.

Batches are grids: some proteins by some molecules, so that each protein and each molecule is
projected once for all its pairs. Everything random is drawn from the seed and the number of the
epoch, so a run that was killed goes on to the same result.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from filelock import FileLock
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.model.member import LABELS, AffinityMember, ProteinRegion, RegionBatch
from dta_demo.model.network import DTAConfig
from dta_demo.molecules.fingerprints import describe_drugs
from dta_demo.runtime.threads import torch_threads
from dta_demo.training.pairs import PairTable, Source

PREDICTION_CHUNK = 8192
"""Pairs predicted in one go, to bound memory."""


@dataclass(frozen=True)
class MemberSettings:
    """How a member is trained; the defaults are what cross-validation chose.

    Attributes
    ----------
    weights : tuple of (str, float)
        Weight of each dataset's loss, 1 where none is named.
    shares : tuple of (str, float)
        Share of a dataset's grids that an epoch takes, all where none is named.
    censored_weight : float
        Weight of a squared error where the label says "at or below" and the prediction is
        lower: nearly as good as right.
    averaging : float
        Decay of the moving average of the weights, which is what is evaluated and kept.
    batch_proteins, batch_pairs : int
        Proteins of a grid, and measured pairs that it should hold on average.
    """

    seed: int = 0
    epochs: int = 30
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    warmup: float = 0.15
    batch_proteins: int = 32
    batch_pairs: int = 500
    averaging: float = 0.995
    censored_weight: float = 0.3
    weights: tuple[tuple[str, float], ...] = (("kiba", 0.7), ("bdb", 0.2))
    shares: tuple[tuple[str, float], ...] = ()


class Network(nn.Module):
    """What a trainer trains: a member, and the encoder below it when that is tuned too."""

    def __init__(
        self, member: AffinityMember, encoder: MemoryOptimizedESMEncoder | None = None
    ) -> None:
        super().__init__()
        self.member = member
        self.encoder = encoder


class MemberTrainer:
    """Trains one member on the states of a frozen encoder.

    Parameters
    ----------
    config : DTAConfig
        What the member is made of.
    table : PairTable
        All proteins and molecules.
    regions : sequence of ProteinRegion
        What the heads read of each protein of the table.
    train : sequence of Source
        Pairs to train on, all of them: no epoch is chosen by any pair, the last average stays.
    folder : Path
        For the state after each epoch and the log.
    """

    threads: int | None = 1
    """Of a CPU: a step of hundreds of small products takes twice as long on two threads, which
    wait for each other. None takes all."""

    def __init__(
        self,
        config: DTAConfig,
        settings: MemberSettings,
        table: PairTable,
        regions: Sequence[ProteinRegion],
        train: Sequence[Source],
        folder: Path,
        device: torch.device,
    ) -> None:
        torch.manual_seed(settings.seed)
        self.config, self.settings, self.device, self.folder = config, settings, device, folder
        self.train_sources = train
        self.regions = [move_region(region, device) for region in regions]
        counts = describe_drugs(table.smiles, config.fingerprint_bits).counts
        self.drugs = torch.from_numpy(counts).to(device)
        self.mean = [config.label_mean[label] for label in LABELS]
        self.network = self.build_network().to(device)
        self.average = AveragedModel(
            self.network, multi_avg_fn=get_ema_multi_avg_fn(settings.averaging)
        )
        self.optimiser = torch.optim.AdamW(
            self.parameter_groups(),
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        steps = sum(len(self._grids(source, 0)) for source in train)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            [group["lr"] for group in self.optimiser.param_groups],
            # Grids are cut anew each epoch; an empty one more or less must not end the schedule.
            total_steps=int(steps * settings.epochs * 1.05) + 10,
            pct_start=settings.warmup,
        )
        self.finished_epochs = 0

    def build_network(self) -> Network:
        """Build what is trained."""
        return Network(self.config.build_member())

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Give the parameters to train, with learning rates of their own where they differ."""
        return [{"params": list(self.network.parameters())}]

    def read(self, network: Network, proteins: np.ndarray) -> RegionBatch:
        """Give what the heads read of some proteins."""
        return RegionBatch([self.regions[number] for number in proteins])

    @property
    def state_path(self) -> Path:
        """Where the state after the last finished epoch is kept."""
        return self.folder / "state.pt"

    def run(self, wait: bool = True) -> Network:
        """Train, going on from the last finished epoch; the average predicts from then on.

        Raises
        ------
        filelock.Timeout
            When another process is training this member and is not to be waited for.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / "lock", timeout=-1 if wait else 0):
            return self._run()

    def _run(self) -> Network:
        if self.state_path.exists():
            self._restore()
        todo = range(self.finished_epochs, self.settings.epochs)
        bar = tqdm(todo, self.folder.name, initial=todo.start, total=self.settings.epochs)
        for epoch in bar:
            bar.set_postfix(self._epoch(epoch))
        self.network.load_state_dict(self.average.module.state_dict())
        return self.network.eval()

    def _epoch(self, epoch: int) -> dict[str, float]:
        """Train one epoch, log and keep the state."""
        start = time.perf_counter()
        torch.manual_seed(self.settings.seed * 1000 + epoch)
        self.network.train()
        losses: dict[str, list[float]] = defaultdict(list)
        with torch_threads(self.threads):
            for source, rows in self.shuffled_grids(epoch):
                losses[source.name].append(self.step(source, rows))
        figures = {f"loss_{name}": float(np.mean(each)) for name, each in losses.items()}
        figures["seconds"] = time.perf_counter() - start
        self.finished_epochs = epoch + 1
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            rounded = {name: round(value, 5) for name, value in figures.items()}
            log.write(json.dumps({"epoch": epoch, **rounded}) + "\n")
        self._keep()
        return {name: round(value, 3) for name, value in figures.items()}

    def step(self, source: Source, rows: np.ndarray) -> float:
        """Take one optimiser step on one grid; return its loss."""
        loss = self.loss(source, rows)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        return loss.item()

    def loss(self, source: Source, rows: np.ndarray) -> Tensor:
        """Compute the loss on one grid, a scalar with a gradient."""
        error = self._predict_rows(self.network, source, rows)[..., source.label]
        error = error - self._tensor(source.affinity[rows] - self.mean[source.label])
        squared = error.square()
        censored = torch.from_numpy(source.censored[rows]).to(self.device) & (error < 0)
        squared = torch.where(censored, squared * self.settings.censored_weight, squared)
        return squared.mean() * dict(self.settings.weights).get(source.name, 1.0)

    def _predict_rows(self, network: Network, source: Source, rows: np.ndarray) -> Tensor:
        """Predict pairs: (poolings, pairs, labels), standardised."""
        proteins, protein_index = np.unique(source.protein[rows], return_inverse=True)
        drugs, drug_index = np.unique(source.drug[rows], return_inverse=True)
        member = network.member
        encoded = member.encode_proteins(self.read(network, proteins))
        molecules = member.drug.projection(self.drugs[torch.from_numpy(drugs)])
        predicted: Tensor = member(
            encoded,
            molecules,
            torch.from_numpy(protein_index).to(self.device),
            torch.from_numpy(drug_index).to(self.device),
        )
        return predicted

    @torch.no_grad()
    def predict(self, source: Source) -> np.ndarray:
        """Predict with the averaged weights, in the label's unit, poolings averaged."""
        return self.predict_by_pooling(source).mean(axis=0)

    @torch.no_grad()
    def predict_by_pooling(self, source: Source) -> np.ndarray:
        """Predict with the averaged weights: (poolings, pairs), in the label's unit."""
        self.average.eval()
        network = cast(Network, self.average.module)
        order = np.argsort(source.protein, kind="stable")
        predicted = np.zeros((len(network.member.heads), len(order)))
        for start in range(0, len(order), PREDICTION_CHUNK):
            rows = order[start : start + PREDICTION_CHUNK]
            values = self._predict_rows(network, source, rows)[..., source.label]
            predicted[:, rows] = values.double().cpu().numpy()
        return predicted + self.mean[source.label]

    def shuffled_grids(self, epoch: int) -> Iterator[tuple[Source, np.ndarray]]:
        """Give the grids of an epoch, each a dataset and rows of it, in their order."""
        grids = [
            (source, rows) for source in self.train_sources for rows in self._grids(source, epoch)
        ]
        for place in self._random(epoch, 1).permutation(len(grids)):
            yield grids[place]

    def _grids(self, source: Source, epoch: int) -> list[np.ndarray]:
        """Cut a dataset into grids of random proteins by random molecules."""
        random = self._random(epoch, 2)
        proteins = min(self.settings.batch_proteins, len(np.unique(source.protein)))
        of_each = (
            len(source.affinity) / len(np.unique(source.protein)) / len(np.unique(source.drug))
        )
        drugs = max(1, round(self.settings.batch_pairs / (proteins * of_each)))
        block_of_protein = random_blocks(source.protein, self.settings.batch_proteins, random)
        block_of_drug = random_blocks(source.drug, drugs, random)
        key = block_of_protein * (block_of_drug.max() + 1) + block_of_drug
        order = np.argsort(key, kind="stable")
        grids = np.split(order, np.flatnonzero(np.diff(key[order])) + 1)
        share = dict(self.settings.shares).get(source.name, 1.0)
        taken = random.permutation(len(grids))[: max(1, round(share * len(grids)))]
        return [grids[place] for place in taken]

    def _random(self, epoch: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.settings.seed, epoch, purpose])

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).float().to(self.device)

    def _keep(self) -> None:
        """Write the state so that a kill at any moment leaves the old or the new one."""
        partial = self.state_path.with_suffix(".partial")
        torch.save(
            {
                "average": self.average.state_dict(),
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "schedule": self.schedule.state_dict(),
                "finished_epochs": self.finished_epochs,
            },
            partial,
        )
        partial.rename(self.state_path)

    def _restore(self) -> None:
        state = torch.load(self.state_path, weights_only=True, map_location=self.device)
        self.average.load_state_dict(state["average"])
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.finished_epochs = state["finished_epochs"]


def random_blocks(index: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Put the distinct numbers into random blocks of a size; return each entry's block."""
    distinct, place = np.unique(index, return_inverse=True)
    blocks = random.permutation(len(distinct)) // size
    return np.asarray(blocks[place])


def move_region(region: ProteinRegion, device: torch.device) -> ProteinRegion:
    """Bring a region to the device, in single precision."""
    return ProteinRegion(
        region.states.to(device, torch.float32),
        region.pocket.to(device, torch.float32),
        region.pocket_codes.to(device),
        region.phosphorylated,
    )
