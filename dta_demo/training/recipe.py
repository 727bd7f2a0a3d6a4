"""From the data to a checkpoint, by one command, resumable at any moment.

1. The profile of the kinase domain, and the frozen encoder's states of every protein (cached).
2. Members: each leaves one fold of every dataset out, never sees it, and predicts it.
3. Cold members, which are not released: molecules, targets or both left out, to measure and
   to calibrate what is said of new ones.
4. The kernel regression beside them, on the same pairs, and its share in the prediction.
5. Calibration, reference set and the record of it all, written with the weights.

The same command started once more beside the first shares the members with it.
"""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import Timeout
from transformers import EsmModel

from dta_demo.checkpoint.seal import seal
from dta_demo.data.affinities import AffinityData, DataError, load_affinities
from dta_demo.encoders.devices import resolve_device
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import load_esm
from dta_demo.evaluation.calibration import fit_calibration
from dta_demo.evaluation.cold_split import SplitTrainer
from dta_demo.evaluation.evaluate import TIGHT, fold_digest
from dta_demo.evaluation.splits import Split
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.model.member import LABELS, ProteinRegion
from dta_demo.model.network import DTAConfig, DTAModel
from dta_demo.training.card import write_card
from dta_demo.training.frozen import encode_regions
from dta_demo.training.held_out import (
    HeldOut,
    KernelBench,
    choose_shares,
    gather,
    score_parts,
    score_poolings,
    summarise,
)
from dta_demo.training.jobs import FOLDS, LEAVES, ColdFolds, Job
from dta_demo.training.kernel_fit import SETTINGS as KERNELS
from dta_demo.training.member import MemberSettings, MemberTrainer, Network
from dta_demo.training.pairs import PairTable, Source, build_table
from dta_demo.training.profile import build_profile, pocket_columns
from dta_demo.training.reference import save_reference
from dta_demo.training.tuning import (
    TuningTrainer,
    prepare_windows,
    tuned_weights,
    unfreeze,
)
from dta_demo.trust.applicability import GROUPS, Calibration, save_calibrations

COLD_SHARES = (("kiba", 0.5),)
"""Share of a dataset's grids that an epoch of a cold member takes: there are three times as many
of these members as of those that are released."""

SETTINGS_FILE = "settings.json"

TUNING_PROTEINS = 16
"""Proteins of a step of the second phase."""


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
    compared_layers : int
        Last layers that are tuned once to compare the poolings with the encoder frozen and
        tuned; 0 leaves that out.
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
    compared_layers: int = 2
    device: str = "auto"
    sample: float = 1.0

    def save(self) -> None:
        """Write the settings into the run's folder, for `load`."""
        self.run.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), default=str, indent=1)
        (self.run / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, run: Path) -> RecipeSettings:
        """Read the settings of a run.

        Raises
        ------
        DataError
            When the folder is not that of a run.
        """
        try:
            stored = json.loads((run / SETTINGS_FILE).read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"{run} is not the folder of a training run.") from error
        return cls(
            **{
                **stored,
                "data": tuple(Path(folder) for folder in stored["data"]),
                "run": run,
                "output": Path(stored["output"]),
                "folds": tuple(stored["folds"]),
                "member": MemberSettings(**stored["member"]),
            }
        )


class Recipe:
    """One run of the recipe."""

    def __init__(self, settings: RecipeSettings) -> None:
        if settings.tuned_layers and len(settings.folds) != 1:
            raise ValueError("A tuned encoder can leave only one fold out: name it with --folds.")
        self.settings = settings
        datasets = [load_training_pairs(folder, settings.sample) for folder in settings.data]
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
        self.cold_folds = ColdFolds.of(self.table)
        self.device = resolve_device(settings.device)
        settings.save()
        self.profile = self._profile()
        self.esm = _round_to_half(load_esm(settings.encoder)[0])
        self.encoder = MemoryOptimizedESMEncoder.from_esm(
            self.esm, pooling_strategy=None, device=self.device
        )
        self.regions: list[ProteinRegion] = encode_regions(
            self.encoder, self.profile, self.table.proteins, pocket_columns(), settings.run
        )
        self.config = DTAConfig(
            # Where the encoder came from on this machine is nobody else's business.
            esm={**self.esm.config.to_dict(), "_name_or_path": ""},
            pocket_columns=pocket_columns(),
            label_mean=self._label_means(),
            tuned_layers=settings.tuned_layers,
            member_records=[
                {"left_out_fold": fold, "seed": settings.member.seed + fold}
                for fold in settings.folds
            ],
        )
        self.networks: dict[int, Network] = {}
        self.kernels = KernelBench(self.table, self.regions, self.config, self.floors)

    def run(self) -> dict[str, object]:
        """Train everything and write the checkpoint; return its record."""
        jobs = [Job(leaves, fold) for leaves in LEAVES for fold in self.settings.folds]
        self.share_out(jobs)
        held_out = [part for job in jobs for part in self.predict_left_out(job)]
        return self._write(held_out, self._compare_poolings(held_out))

    def share_out(self, jobs: Sequence[Job]) -> None:
        """Train the members that no other process is training."""
        for job in jobs:
            with contextlib.suppress(Timeout):
                self.trainer(job).run(wait=False)

    def predict_left_out(self, job: Job) -> Iterator[HeldOut]:
        """Predict the pairs that a job leaves out, training its member if that is not done.

        Yields
        ------
        HeldOut
            For each dataset that has such pairs, the first dataset first.
        """
        trainer = self.trainer(job)
        network = trainer.run()
        if job.leaves == "fold":
            if self.settings.tuned_layers:
                trainer = self.tuner(network, job, self.settings.tuned_layers)
                network = trainer.run()
            self.networks[job.fold] = network
        sources = {source.name: source for source in self.table.sources}
        splits = {name: self.cold_folds.split(job, source) for name, source in sources.items()}
        kernel = self.kernels.predict(
            job,
            {name: train for name, (train, _) in splits.items()},
            {name: tested for name, (_, tested) in splits.items()},
        )
        for name, values, groups in kernel:
            tested = sources[name].take(splits[name][1])
            if len(tested.affinity):
                networks = trainer.predict_by_pooling(tested)
                yield HeldOut(job, tested, networks, values, groups)

    def split_trainer(self, shares: dict[str, np.ndarray]) -> SplitTrainer:
        """Give what `evaluate_split` trains on each fold of a cold split of the first dataset.

        Parameters
        ----------
        shares : dict of str to numpy.ndarray
            The kernel regression's share for each label, from the checkpoint.
        """

        def predict(
            data: AffinityData, train: np.ndarray, test: np.ndarray, split: Split, fold: int
        ) -> np.ndarray:
            left_out = next(self.predict_left_out(Job(split, fold)))
            if not np.array_equal(left_out.source.affinity, data.affinity[test]):
                raise DataError(
                    f"The first dataset to train on, {left_out.source.name}, is not the one "
                    f"to evaluate, {data.name}."
                )
            return np.asarray(left_out.blended(shares).predicted.mean(axis=0))

        return predict

    def _profile(self) -> KinaseProfile:
        path = self.settings.run / "kinase.hmm"
        if not path.exists():
            build_profile(protein.sequence for protein in self.table.proteins).save(path)
        return KinaseProfile.load(path)

    def _label_means(self) -> dict[str, float]:
        """Mean of each label, over its first dataset."""
        means = dict.fromkeys(LABELS, 0.0)
        for source in reversed(self.table.sources):
            means[LABELS[source.label]] = round(float(source.affinity.mean()), 4)
        return means

    def trainer(self, job: Job) -> MemberTrainer:
        """Prepare the first phase."""
        sources = [s.take(self.cold_folds.split(job, s)[0]) for s in self.table.sources]
        settings = self.settings.member
        if job.leaves != "fold":
            settings = replace(settings, shares=COLD_SHARES)
        return MemberTrainer(*self._arguments(job.name, job.fold, sources, settings))

    def tuner(self, trained: Network, job: Job, layers: int) -> TuningTrainer:
        """Prepare the second phase, on the first dataset."""
        encoder = copy.deepcopy(self.encoder)
        unfreeze(encoder, layers)
        first = self.table.sources[0]
        predicted = self.table.sources if self.settings.tuned_layers else [first]
        wanted = {int(number) for source in predicted for number in source.protein}
        windows = prepare_windows(encoder, self.profile, self.table.proteins, wanted)
        settings = replace(
            self.settings.member,
            epochs=self.settings.tuning_epochs,
            batch_proteins=TUNING_PROTEINS,
            # A protein meets all molecules at once, so that an epoch runs it only once.
            batch_pairs=TUNING_PROTEINS * len(np.unique(first.drug)),
        )
        trained_on = first.take(self.cold_folds.split(job, first)[0])
        arguments = self._arguments(f"tuned-{job.fold}", job.fold, [trained_on], settings)
        return TuningTrainer.start(encoder, windows, trained, *arguments)

    def _compare_poolings(self, held_out: Sequence[HeldOut]) -> dict[str, object]:
        """Compare the poolings with the encoder frozen and tuned, on the first fold left out.

        Networks by themselves: the kernel regression knows no pooling.
        """
        frozen = held_out[0]
        floor = self.floors[frozen.source.name]
        compared = {"frozen": score_poolings([frozen], floor)}
        layers = self.settings.compared_layers
        if layers and not self.settings.tuned_layers:
            network = self.networks[frozen.job.fold]
            tuner = self.tuner(network, frozen.job, layers)
            tuner.run()
            tuned = replace(frozen, predicted=tuner.predict_by_pooling(frozen.source))
            compared["tuned"] = score_poolings([tuned], floor)
        return {
            "fold": frozen.job.fold,
            "n": len(frozen.source.affinity),
            "layers": layers,
            **compared,
        }

    def _arguments(
        self, name: str, fold: int, sources: Sequence[Source], settings: MemberSettings
    ) -> tuple[Any, ...]:
        """Gather what a trainer needs."""
        return (
            self.config,
            replace(settings, seed=settings.seed + fold),
            self.table,
            self.regions,
            [source for source in sources if len(source.affinity)],
            self.settings.run / name,
            self.device,
        )

    def _write(self, held_out: Sequence[HeldOut], compared: dict[str, object]) -> dict[str, object]:
        output = self.settings.output
        output.mkdir(parents=True, exist_ok=True)
        self._write_weights(output)
        shutil.copy(self.settings.run / "kinase.hmm", output / "kinase.hmm")
        save_reference(self.table, self.regions, output)
        shares = {
            label: choose_shares(held_out, grid, self.floors[grid.name])
            for label, grid in self.kernels.grids.items()
        }
        self.kernels.save(shares, output)
        parts = score_parts(held_out, self.table.sources[0].name, self.floors)
        held_out = [part.blended(shares) for part in held_out]
        calibrations = {
            LABELS[source.label]: self._calibrate(source, held_out)
            for source in reversed(self.table.sources)
        }
        save_calibrations(calibrations, output / "calibration.json")
        log = read_logs(self.settings.run)
        record = {
            "command": self.command(),
            "training_seconds": round(sum(line["seconds"] for line in log)),
            "encoder": name_encoder(self.esm),
            "highest_pkd": max(
                float(source.affinity.max()) for source in self.table.sources if source.label == 0
            ),
            "fold_digests": self.fold_digests,
            "members": len(self.settings.folds),
            "pairs": {source.name: len(source.affinity) for source in self.table.sources},
            "left_out_of_grid": self.table.left_out,
            "not_applied": self.not_applied,
            "member": asdict(self.settings.member),
            "kernels": {label: asdict(KERNELS[label]) for label in shares},
            "kernel_shares": {
                label: dict(zip(GROUPS, each.tolist(), strict=True))
                for label, each in shares.items()
            },
            "parts": parts,
            "poolings": compared,
            "out_of_fold": summarise(held_out, calibrations, self.floors),
        }
        (output / "training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        (output / "training-log.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in log), encoding="utf-8"
        )
        write_card(output)
        seal(output)
        return record

    def command(self) -> str:
        """Return the command that repeats this run, with folders by their names."""
        data = " ".join(f"DATA/{folder.name}" for folder in self.settings.data)
        return f"python -m dta_demo train --data {data} --encoder ENCODER --output CHECKPOINT"

    def _write_weights(self, output: Path) -> None:
        """Join the encoder and the weights of every member."""
        model = DTAModel(self.config)
        networks = [self.networks[fold] for fold in self.settings.folds]
        tuned = networks[0] if self.settings.tuned_layers else None
        model.encoder.esm.load_state_dict(tuned_weights(tuned) if tuned else self.esm.state_dict())
        for network, member in zip(networks, model.members, strict=True):
            member.load_state_dict(network.member.state_dict())
        model.save(output)

    def _calibrate(self, source: Source, held_out: Sequence[HeldOut]) -> Calibration:
        """Calibrate a label on one dataset that has it."""
        floor = self.floors[source.name]
        groups = {
            name: gather(held_out, source.name, number, floor) for number, name in enumerate(GROUPS)
        }
        return fit_calibration(groups, floor, TIGHT[LABELS[source.label]])


def load_training_pairs(folder: Path, sample: float) -> AffinityData:
    """Read a dataset without its published test fold, or an even sample of it."""
    data = load_affinities(folder)
    data = data.take(~data.is_test)
    if sample >= 1:
        return data
    return data.take(np.arange(len(data)) % round(1 / sample) == 0).without_unused()


def read_logs(run: Path) -> list[dict[str, Any]]:
    """Join the logs of all members: a record an epoch."""
    return [
        {"run": path.parent.name, **json.loads(line)}
        for path in sorted(run.glob("*/log.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


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
