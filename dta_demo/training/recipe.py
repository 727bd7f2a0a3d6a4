"""From the data to a checkpoint, by one command, resumable at any moment.

1. The profile of the kinase domain, and the frozen encoder's states of every protein (cached).
2. Members: each leaves one fold of every dataset out, never sees it, and predicts it.
3. Cold runs: molecules and targets held out together, to calibrate intervals for new ones.
4. Calibration, reference set, examples and the record of it all, written with the weights.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.model_selection import KFold
from transformers import EsmModel

from dta_demo.data.affinities import load_affinities
from dta_demo.encoders.devices import resolve_device
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import load_esm
from dta_demo.heads import LABELS, ProteinRegion
from dta_demo.model import POOLING_NAMES, DTAConfig, DTAModel
from dta_demo.regions import KinaseProfile
from dta_demo.training.calibrate import clip_label, fit_calibration
from dta_demo.training.card import write_card
from dta_demo.training.evaluate import TIGHT, fold_digest
from dta_demo.training.frozen import encode_regions
from dta_demo.training.member import MemberSettings, MemberTrainer, Network
from dta_demo.training.metrics import interval_metrics, mean_squared_error, regression_metrics
from dta_demo.training.pairs import PairTable, Source, build_table
from dta_demo.training.profile import build_profile, pocket_columns
from dta_demo.training.reference import save_reference
from dta_demo.training.tuning import (
    TuningTrainer,
    prepare_windows,
    tuned_weights,
    unfreeze,
)
from dta_demo.trust import GROUPS, Calibration, save_calibrations

FOLDS = 5
COLD_RUNS = 3
"""Runs with molecules and targets held out together; three give over 10,000 pairs a group."""


@dataclass(frozen=True)
class RecipeSettings:
    """What to train on, from which encoder, and how.

    Attributes
    ----------
    data : tuple of Path
        Folders in the tidy layout; the first is the one whose result is reported.
    encoder : str
        Folder or hub name of an ESM-2.
    run : Path
        Folder for caches, states and logs; a killed run goes on from here.
    output : Path
        Folder of the finished checkpoint.
    tuned_layers, tuning_epochs : int
        Last layers of the encoder to train in a second phase, and for how long. A tuned
        encoder has seen what its member trained on, so only one fold can then be left out.
    sample : float
        Share of the first dataset's pairs to train on, for a quick look.
    """

    data: tuple[Path, ...]
    encoder: str
    run: Path
    output: Path
    folds: tuple[int, ...] = tuple(range(FOLDS))
    member: MemberSettings = field(default_factory=MemberSettings)
    tuned_layers: int = 0
    tuning_epochs: int = 3
    device: str = "auto"
    sample: float = 1.0


@dataclass(frozen=True)
class HeldOut:
    """Predictions of pairs that a member did not train on: (poolings, pairs)."""

    source: Source
    predicted: np.ndarray
    group: np.ndarray


class Recipe:
    """One run of the recipe."""

    def __init__(self, settings: RecipeSettings) -> None:
        if settings.tuned_layers and len(settings.folds) != 1:
            raise ValueError("A tuned encoder can leave only one fold out: name it with --folds.")
        self.settings = settings
        datasets = [load_affinities(folder) for folder in settings.data]
        if settings.sample < 1:
            datasets = [
                data.take(np.arange(len(data)) % round(1 / settings.sample) == 0)
                for data in datasets
            ]
        self.floors = {data.name: data.floor for data in datasets}
        self.not_applied = {
            target.name: target.not_applied
            for data in datasets
            for target in data.targets
            if target.not_applied
        }
        self.fold_digests = {
            data.name: {str(fold): fold_digest(data, fold) for fold in settings.folds}
            for data in datasets
        }
        self.table: PairTable = build_table(datasets)
        self.device = resolve_device(settings.device)
        settings.run.mkdir(parents=True, exist_ok=True)
        self.profile = self._profile()
        self.esm = _round_to_half(load_esm(settings.encoder)[0])
        self.encoder = MemoryOptimizedESMEncoder.from_esm(
            self.esm, pooling_strategy=None, device=self.device
        )
        self.regions: list[ProteinRegion] = encode_regions(
            self.encoder, self.profile, self.table.proteins, pocket_columns(), settings.run
        )
        self.config = DTAConfig(
            esm=self.esm.config.to_dict(),
            pocket_columns=pocket_columns(),
            label_mean=self._label_means(),
            tuned_layers=settings.tuned_layers,
            member_records=[
                {"left_out_fold": fold, "seed": settings.member.seed + fold}
                for fold in settings.folds
            ],
        )

    def run(self) -> dict[str, object]:
        """Train everything and write the checkpoint; return its record."""
        self.networks: list[Network] = []
        warm = [self._train_member(fold) for fold in self.settings.folds]
        cold = [self._train_cold(fold) for fold in self.settings.folds[:COLD_RUNS]]
        return self._write(warm, cold)

    def _profile(self) -> KinaseProfile:
        path = self.settings.run / "kinase.hmm"
        if not path.exists():
            build_profile(sequence for sequence, _ in self.table.proteins).save(path)
        return KinaseProfile.load(path)

    def _label_means(self) -> dict[str, float]:
        """Mean of each label, over its first dataset."""
        means = dict.fromkeys(LABELS, 0.0)
        for source in reversed(self.table.sources):
            means[LABELS[source.label]] = round(float(source.affinity.mean()), 4)
        return means

    def _train_member(self, fold: int) -> list[HeldOut]:
        """Train the member that leaves a fold out, and predict that fold."""
        rest = [source.take(source.fold != fold) for source in self.table.sources]
        trainer = self._trainer(f"member-{fold}", fold, rest)
        network = trainer.run()
        if self.settings.tuned_layers:
            trainer = self._tuner(trainer, network, fold, rest[:1])
            network = trainer.run()
        self.networks.append(network)
        held_out = [source.take(source.fold == fold) for source in self.table.sources]
        return [
            HeldOut(source, trainer.predict_by_pooling(source), np.zeros(len(source.affinity), int))
            for source in held_out
            if len(source.affinity)
        ]

    def _train_cold(self, fold: int) -> list[HeldOut]:
        """Hold out a fold of the molecules and a fold of the targets, and predict both."""
        new_drug, new_protein = cold_fold(self.table, fold)
        flags = [
            (new_drug[source.drug], new_protein[source.protein]) for source in self.table.sources
        ]
        rest = [
            source.take(~drug & ~protein)
            for source, (drug, protein) in zip(self.table.sources, flags, strict=True)
        ]
        trainer = self._trainer(f"cold-{fold}", fold, rest)
        trainer.run()
        held_out = []
        for source, (drug, protein) in zip(self.table.sources, flags, strict=True):
            rows = drug | protein
            group = (drug + 2 * protein)[rows]
            taken = source.take(rows)
            held_out.append(HeldOut(taken, trainer.predict_by_pooling(taken), group))
        return held_out

    def _trainer(self, name: str, fold: int, sources: Sequence[Source]) -> MemberTrainer:
        """Prepare the first phase."""
        return MemberTrainer(*self._arguments(name, fold, sources, self.settings.member))

    def _tuner(
        self, frozen: MemberTrainer, trained: Network, fold: int, sources: Sequence[Source]
    ) -> MemberTrainer:
        """Prepare the second phase, on the first dataset, and log what the first one reached."""
        unfreeze(self.encoder, self.settings.tuned_layers)
        windows = prepare_windows(self.encoder, self.profile, self.table.proteins)
        settings = replace(self.settings.member, epochs=self.settings.tuning_epochs)
        arguments = self._arguments(f"tuned-{fold}", fold, sources, settings)
        return TuningTrainer.start(self.encoder, windows, trained, *arguments)

    def _arguments(
        self, name: str, fold: int, sources: Sequence[Source], settings: MemberSettings
    ) -> tuple[Any, ...]:
        """Gather what a trainer needs."""
        return (
            self.config,
            replace(settings, seed=settings.seed + fold),
            self.table,
            self.regions,
            sources,
            self.settings.run / name,
            self.device,
        )

    def _write(
        self, warm: Sequence[Sequence[HeldOut]], cold: Sequence[Sequence[HeldOut]]
    ) -> dict[str, object]:
        output = self.settings.output
        output.mkdir(parents=True, exist_ok=True)
        self._write_weights(output)
        shutil.copy(self.settings.run / "kinase.hmm", output / "kinase.hmm")
        save_reference(self.table, self.regions, output)
        calibrations = {
            label: self._calibrate(number, warm, cold)
            for number, label in enumerate(LABELS)
            if any(source.label == number for source in self.table.sources)
        }
        save_calibrations(calibrations, output / "calibration.json")
        record = {
            "encoder": name_encoder(self.esm),
            "highest_pkd": max(
                float(source.affinity.max()) for source in self.table.sources if source.label == 0
            ),
            "fold_digests": self.fold_digests,
            "members": len(self.settings.folds),
            "cold_runs": len(cold),
            "pairs": {source.name: len(source.affinity) for source in self.table.sources},
            "left_out_of_grid": self.table.left_out,
            "not_applied": self.not_applied,
            "member": asdict(self.settings.member),
            "out_of_fold": summarise(warm, calibrations, self.floors),
            "cold": summarise(cold, calibrations, self.floors),
        }
        (output / "training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        (output / "README.md").write_text(write_card(record, self.command()), encoding="utf-8")
        logs = {
            folder.name: [json.loads(line) for line in (folder / "log.jsonl").open()]
            for folder in sorted(self.settings.run.glob("*-*/"))
            if (folder / "log.jsonl").exists()
        }
        text = "".join(
            json.dumps({"run": name, **epoch}) + "\n" for name, log in logs.items() for epoch in log
        )
        (output / "training-log.jsonl").write_text(text, encoding="utf-8")
        return record

    def command(self) -> str:
        """Return the command that repeats this run, with folders by their names."""
        data = " ".join(f"DATA/{folder.name}" for folder in self.settings.data)
        return f"python -m dta_demo train --data {data} --encoder ENCODER --output CHECKPOINT"

    def _write_weights(self, output: Path) -> None:
        """Join the encoder and the best weights of every member."""
        model = DTAModel(self.config)
        tuned = self.networks[0] if self.settings.tuned_layers else None
        model.encoder.esm.load_state_dict(tuned_weights(tuned) if tuned else self.esm.state_dict())
        for network, member in zip(self.networks, model.members, strict=True):
            member.load_state_dict(network.member.state_dict())
        model.save(output)

    def _calibrate(
        self, label: int, warm: Sequence[Sequence[HeldOut]], cold: Sequence[Sequence[HeldOut]]
    ) -> Calibration:
        """Calibrate one label on the first dataset that has it."""
        name = next(source.name for source in self.table.sources if source.label == label)
        floor = self.floors[name]
        groups: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for number, group in enumerate(GROUPS):
            runs = warm if group == "seen" else cold
            groups[group] = gather(runs, name, number, floor)
        return fit_calibration(groups, floor, TIGHT[LABELS[label]])


def cold_fold(table: PairTable, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the molecules and the proteins of one cold fold.

    The split of the field's cold settings: `KFold(5, shuffle=True, random_state=42)` over the
    molecules without stereochemistry and over the unique sequences before mutations, so that
    neither an enantiomer nor a mutant of a held-out one is trained on.
    """
    return (
        _in_fold(table.skeletons, fold),
        _in_fold(table.origins, fold),
    )


def _in_fold(keys: Sequence[str], fold: int) -> np.ndarray:
    distinct = np.array(sorted(set(keys)))
    _, test = list(KFold(FOLDS, shuffle=True, random_state=42).split(distinct))[fold]
    chosen = set(distinct[test])
    return np.array([key in chosen for key in keys])


def gather(
    runs: Sequence[Sequence[HeldOut]], name: str, group: int, floor: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Join the held-out pairs of one dataset and group: measured, predicted (clipped)."""
    measured, predicted = [np.empty(0)], [np.empty(0)]
    for held_out in runs:
        for part in held_out:
            if part.source.name == name:
                rows = part.group == group
                measured.append(part.source.affinity[rows])
                predicted.append(part.predicted[:, rows].mean(axis=0))
    return np.concatenate(measured), clip_label(np.concatenate(predicted), floor)


def summarise(
    runs: Sequence[Sequence[HeldOut]],
    calibrations: dict[str, Calibration],
    floors: dict[str, float | None],
) -> dict[str, dict[str, object]]:
    """Tabulate metrics by dataset and group, together and for each pooling by itself."""
    table: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(part.source.name for run in runs for part in run):
        parts = [part for run in runs for part in run if part.source.name == name]
        label = LABELS[parts[0].source.label]
        for number, group in enumerate(GROUPS):
            measured, predicted = gather([parts], name, number, floors[name])
            if len(measured) < 2:
                continue
            low, high = calibrations[label].interval(predicted, group)
            tight = TIGHT[label]
            each = {
                pooling: regression_metrics(
                    measured, _one_pooling(parts, number, place, floors[name])
                )
                for place, pooling in enumerate(POOLING_NAMES)
            }
            table[f"{name}, {group}"] = {
                "n": len(measured),
                **regression_metrics(measured, predicted),
                **interval_metrics(measured, low, high, tight),
                "by_pooling": each,
            }
    return table


def _one_pooling(
    parts: Sequence[HeldOut], group: int, pooling: int, floor: float | None
) -> np.ndarray:
    values = [part.predicted[pooling, part.group == group] for part in parts]
    return clip_label(np.concatenate(values), floor)


def name_encoder(esm: EsmModel) -> str:
    """Name an ESM-2 by its layers and its size, as its authors do."""
    millions = sum(weights.numel() for weights in esm.parameters()) / 1e6
    return f"ESM-2 t{esm.config.num_hidden_layers} ({millions:.1f}M parameters)"


def _round_to_half(esm: EsmModel) -> EsmModel:
    """Round the weights as the checkpoint will hold them, so that training sees the same."""
    with torch.no_grad():
        for parameter in esm.parameters():
            parameter.copy_(parameter.half().float())
    return esm
