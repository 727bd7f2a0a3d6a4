"""Training of one member of the ensemble on the embeddings of a frozen encoder.

Everything random is drawn from the seed and the number of the epoch, so that a run that was
killed goes on to the same result.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
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
from dta_demo.model.config import DTAConfig
from dta_demo.model.labels import BINDS, IF_BOUND, OUTPUTS, PKD
from dta_demo.model.member import AffinityMember
from dta_demo.model.network import mean_outputs
from dta_demo.model.region import ProteinRegion, RegionBatch
from dta_demo.runtime.threads import torch_threads
from dta_demo.training.batches import cut_batches, shuffled_batches
from dta_demo.training.pairs import Source
from dta_demo.training.settings import MemberSettings

PREDICTION_CHUNK = 8192
"""Pairs predicted in one go, to bound memory."""


@dataclass(frozen=True)
class TrainingTask:
    """Everything that one member is trained from.

    Attributes
    ----------
    config : DTAConfig
        Sizes of the member.
    drug_inputs : Tensor, shape (molecules, inputs)
        What members read of all molecules that pairs name, see `join_drug_inputs`.
    regions : sequence of ProteinRegion
        The region of each protein that pairs name.
    sources : sequence of Source
        Pairs to train on, all of them: no epoch is chosen by any pair, the last average stays.
    folder : Path
        For the state after each epoch and the log.
    """

    config: DTAConfig
    settings: MemberSettings
    drug_inputs: Tensor
    regions: Sequence[ProteinRegion]
    sources: Sequence[Source]
    folder: Path
    device: torch.device


class Network(nn.Module):
    """Module that is trained: a member, and the encoder below it where that is tuned too."""

    def __init__(
        self, member: AffinityMember, encoder: MemoryOptimizedESMEncoder | None = None
    ) -> None:
        super().__init__()
        self.member = member
        self.encoder = encoder


class MemberTrainer:
    """Trainer of one member on the embeddings of a frozen encoder."""

    threads: int | None = 1
    """Of a CPU: a step of hundreds of small products takes twice as long on two threads, which
    wait for each other. None takes all."""

    def __init__(self, task: TrainingTask) -> None:
        settings = task.settings
        torch.manual_seed(settings.seed)
        self.task = task
        self.regions = [move_region(region, task.device) for region in task.regions]
        self.drug_inputs = task.drug_inputs.to(task.device)
        self.output_means = mean_outputs(task.config.label_mean)
        self.network = self.build_network().to(task.device)
        self.average = AveragedModel(
            self.network, multi_avg_fn=get_ema_multi_avg_fn(settings.ema_decay)
        )
        self.optimiser = torch.optim.AdamW(
            self.parameter_groups(),
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        steps = sum(len(cut_batches(source, settings, 0)) for source in task.sources)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            [group["lr"] for group in self.optimiser.param_groups],
            # Batches are cut anew each epoch; one more or less must not end the schedule.
            total_steps=int(steps * settings.epochs * 1.05) + 10,
            pct_start=settings.warmup,
        )
        self.finished_epochs = 0

    def build_network(self) -> Network:
        """Build the module to train, with fresh weights."""
        return Network(self.task.config.build_member())

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters to train, in the optimiser's groups, with learning rates where they differ."""
        return [{"params": list(self.network.parameters())}]

    def read(self, network: Network, proteins: np.ndarray) -> RegionBatch:
        """Regions of some proteins, given by their numbers."""
        return RegionBatch([self.regions[number] for number in proteins])

    @property
    def state_path(self) -> Path:
        """File of the state after the last finished epoch."""
        return self.task.folder / "state.pt"

    def run(self, wait: bool = True) -> Network:
        """Train, going on from the last finished epoch, and return the averaged weights.

        Raises
        ------
        filelock.Timeout
            When another process is training this member and is not to be waited for.
        """
        self.task.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.task.folder / "lock", timeout=-1 if wait else 0):
            return self._run()

    def _run(self) -> Network:
        if self.state_path.exists():
            self._load_state()
        epochs = self.task.settings.epochs
        todo = range(self.finished_epochs, epochs)
        bar = tqdm(todo, self.task.folder.name, initial=todo.start, total=epochs)
        for epoch in bar:
            bar.set_postfix(self._run_epoch(epoch))
        self.network.load_state_dict(self.average.module.state_dict())
        return self.network.eval()

    def _run_epoch(self, epoch: int) -> dict[str, float]:
        """Train one epoch, write the log and the state, and return losses and seconds."""
        start = time.perf_counter()
        torch.manual_seed(self.task.settings.seed * 1000 + epoch)
        self.network.train()
        losses: dict[str, list[float]] = defaultdict(list)
        with torch_threads(self.threads):
            for source, rows in shuffled_batches(self.task.sources, self.task.settings, epoch):
                losses[source.name].append(self.step(source, rows))
        figures = {f"loss_{name}": float(np.mean(each)) for name, each in losses.items()}
        figures["seconds"] = time.perf_counter() - start
        self.finished_epochs = epoch + 1
        with (self.task.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            rounded = {name: round(value, 5) for name, value in figures.items()}
            log.write(json.dumps({"epoch": epoch, **rounded}) + "\n")
        self._save_state()
        return {name: round(value, 3) for name, value in figures.items()}

    def step(self, source: Source, rows: np.ndarray) -> float:
        """Take one optimiser step on one batch; return its loss."""
        loss = self.loss(source, rows)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        return loss.item()

    def loss(self, source: Source, rows: np.ndarray) -> Tensor:
        """Weighted loss of one batch, a scalar with a gradient."""
        settings = self.task.settings
        outputs = self._predict_rows(self.network, source, rows)
        affinity = self._on_device(source.affinity[rows].astype(np.float32))
        censored = self._on_device(source.censored[rows])
        error = outputs[..., source.label] - (affinity - self.output_means[source.label])
        squared = error.square()
        squared = torch.where(censored & (error < 0), squared * settings.censored_weight, squared)
        # Of an assay at its upper end only "at least this" is known.
        squared = squared.masked_fill(self._on_device(source.saturated[rows]) & (error > 0), 0.0)
        loss = squared.mean()
        if source.label == PKD:
            loss = loss + settings.binding_weight * binding_loss(
                outputs, affinity - self.output_means[IF_BOUND], ~censored
            )
        return loss * dict(settings.weights).get(source.name, 1.0)

    @torch.no_grad()
    def predict(self, source: Source) -> np.ndarray:
        """Predict pairs with the averaged weights, in the units of the outputs.

        Returns
        -------
        numpy.ndarray, shape (poolings, pairs, outputs)
        """
        self.average.eval()
        network = cast(Network, self.average.module)
        order = np.argsort(source.protein, kind="stable")
        predicted = np.zeros((len(network.member.heads), len(order), len(OUTPUTS)))
        for start in range(0, len(order), PREDICTION_CHUNK):
            rows = order[start : start + PREDICTION_CHUNK]
            values = self._predict_rows(network, source, rows)
            predicted[:, rows] = values.double().cpu().numpy()
        return predicted + np.array(self.output_means)

    def _predict_rows(self, network: Network, source: Source, rows: np.ndarray) -> Tensor:
        """Predict pairs, relative to the mean of each output: (poolings, pairs, outputs)."""
        proteins, protein_index = np.unique(source.protein[rows], return_inverse=True)
        drugs, drug_index = np.unique(source.drug[rows], return_inverse=True)
        member = network.member
        encoded = member.encode_proteins(self.read(network, proteins))
        molecules = member.drug(self.drug_inputs[torch.from_numpy(drugs)])
        predicted: Tensor = member(
            encoded, molecules, self._on_device(protein_index), self._on_device(drug_index)
        )
        return predicted

    def _on_device(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).to(self.task.device)

    def _save_state(self) -> None:
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

    def _load_state(self) -> None:
        state = torch.load(self.state_path, weights_only=True, map_location=self.task.device)
        self.average.load_state_dict(state["average"])
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.finished_epochs = state["finished_epochs"]


def binding_loss(outputs: Tensor, affinity: Tensor, bound: Tensor) -> Tensor:
    """Loss of the outputs that say whether a pair binds, and how tightly if it does.

    Parameters
    ----------
    outputs : Tensor, shape (poolings, pairs, outputs)
    affinity : Tensor, shape (pairs,)
        Relative to the mean of the output.
    bound : Tensor of bool, shape (pairs,)
        Pairs that were seen to bind.

    Returns
    -------
    Tensor
        Mean cross-entropy of binding, and mean squared error of the affinity of the bound.
    """
    logits = outputs[..., BINDS]
    wanted = bound.to(logits.dtype).expand_as(logits)
    chance = nn.functional.binary_cross_entropy_with_logits(logits, wanted)
    squared = (outputs[..., IF_BOUND] - affinity).square() * bound
    return chance + squared.mean()


def move_region(region: ProteinRegion, device: torch.device) -> ProteinRegion:
    """Copy a region to a device, in single precision."""
    return ProteinRegion(
        region.construct,
        region.embeddings.to(device, torch.float32),
        region.pocket.to(device, torch.float32),
        region.pocket_codes.to(device),
    )
