"""Predictions of pairs that were left out: by the networks, by the kernel regression, by both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dta_demo.evaluation.calibration import clip_label, cross_fit_intervals
from dta_demo.evaluation.evaluate import TIGHT
from dta_demo.evaluation.metrics import interval_metrics, mean_squared_error, regression_metrics
from dta_demo.model.kernel_regression import (
    KernelFit,
    KernelModel,
    blend,
    kernel_path,
    save_kernel,
)
from dta_demo.model.member import LABELS, ProteinRegion
from dta_demo.model.network import POOLING_NAMES, DTAConfig
from dta_demo.model.similarities import GridSide
from dta_demo.molecules.fingerprints import describe_drugs
from dta_demo.training.jobs import Job
from dta_demo.training.kernel_fit import SETTINGS, Grid, KernelTrainer
from dta_demo.training.pairs import PairTable, Source
from dta_demo.trust.applicability import GROUPS, Calibration

NO_COEFFICIENTS = np.zeros((0, 0), dtype=np.float32)


@dataclass(frozen=True)
class HeldOut:
    """Predictions of the pairs of one dataset that one job left out.

    Attributes
    ----------
    predicted : numpy.ndarray, shape (poolings, pairs)
        By the networks, or blended.
    kernel, kernel_group : numpy.ndarray, shape (pairs,)
        By the kernel regression, and what is new to its grid: an index into `GROUPS`, -1 where
        it says nothing.
    """

    job: Job
    source: Source
    predicted: np.ndarray
    kernel: np.ndarray
    kernel_group: np.ndarray

    def clipped(self, floor: float | None) -> np.ndarray:
        """Mean over the poolings, clipped where the label has a floor: (pairs,)."""
        return clip_label(self.predicted.mean(axis=0), floor)

    def blended(self, shares: dict[str, np.ndarray]) -> HeldOut:
        """Mix both predictions by the shares of each label."""
        mine = shares[LABELS[self.source.label]]
        mixed = blend(self.predicted, self.kernel, self.kernel_group, mine)
        return replace(self, predicted=mixed)


class KernelBench:
    """Fits the kernel regression of each label beside the networks, on what these trained on.

    Parameters
    ----------
    table : PairTable
        The grid of a label is that of the first dataset that has it.
    regions : sequence of ProteinRegion
        What is read of each protein of the table.
    floors : dict
        Floor of each dataset's label.
    """

    def __init__(
        self,
        table: PairTable,
        regions: Sequence[ProteinRegion],
        config: DTAConfig,
        floors: dict[str, float | None],
    ) -> None:
        self.table, self.regions = table, regions
        self.counts = describe_drugs(table.smiles, config.fingerprint_bits).counts
        self.grids: dict[str, Source] = {}
        for source in table.sources:
            self.grids.setdefault(LABELS[source.label], source)
        self.trainers = {
            label: self._trainer(label, source, floors[source.name])
            for label, source in self.grids.items()
        }
        self.fits: dict[str, list[KernelFit]] = {label: [] for label in self.grids}

    def _trainer(self, label: str, source: Source, floor: float | None) -> KernelTrainer:
        grid = Grid.of(source, floor)
        side = GridSide.of(
            [self.table.proteins[number] for number in grid.targets],
            [self.regions[number] for number in grid.targets],
            [self.table.smiles[number] for number in grid.drugs],
            self.counts[grid.drugs],
        )
        return KernelTrainer(SETTINGS[label], side, grid)

    def predict(
        self, job: Job, train: dict[str, np.ndarray], tested: dict[str, np.ndarray]
    ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Fit what a job may see and predict what it leaves out, for every dataset.

        Parameters
        ----------
        train, tested : dict of str to numpy.ndarray of bool
            For every dataset the pairs that the job trains on and those it leaves out.

        Yields
        ------
        str, numpy.ndarray, numpy.ndarray
            The dataset, and for its pairs left out the values and the groups (see `HeldOut`).
        """
        for label, grid_source in self.grids.items():
            trainer, name = self.trainers[label], grid_source.name
            if job.leaves == "fold":
                fit, predicted = trainer.fit(train[name], job.fold)
                self.fits[label].append(fit)
            else:
                plain, predicted = trainer.fit_plain(train[name])
                fit = KernelFit(job.fold, plain, *[NO_COEFFICIENTS] * 3)
            rows = tested[name]
            values = predicted[trainer.grid.row[rows], trainer.grid.column[rows]]
            yield name, values, np.full(len(values), job.group)
            model = KernelModel(trainer.settings, trainer.side, trainer.mean, [fit])
            for source in self.table.sources:
                if LABELS[source.label] == label and source.name != name:
                    left_out = source.take(tested[source.name])
                    values, group = self._predict_outside(model, left_out)
                    # A molecule or target of the grid that the job left out is new to it.
                    yield source.name, values, np.where(group >= 0, group | job.group, -1)

    def _predict_outside(self, model: KernelModel, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """Predict the pairs of a dataset that is not the grid's own."""
        proteins, protein_index = np.unique(source.protein, return_inverse=True)
        drugs, drug_index = np.unique(source.drug, return_inverse=True)
        if not len(source.affinity):
            return np.empty(0), np.empty(0, dtype=np.int64)
        return model.predict(
            [self.table.proteins[number] for number in proteins],
            [self.regions[number] for number in proteins],
            [self.table.smiles[number] for number in drugs],
            self.counts[drugs],
            model.fits[0].left_out_fold,
        ).pairs(protein_index, drug_index)

    def save(self, shares: dict[str, np.ndarray], folder: Path) -> None:
        """Fit all pairs of every label and write the models, those of the folds with them."""
        for label, trainer in self.trainers.items():
            everything, _ = trainer.fit(np.ones(len(trainer.grid.affinity), dtype=bool), -1)
            fits = [everything, *self.fits[label]]
            model = KernelModel(trainer.settings, trainer.side, trainer.mean, fits, shares[label])
            save_kernel(model, kernel_path(folder, label))


def choose_shares(held_out: Sequence[HeldOut], grid: Source, floor: float | None) -> np.ndarray:
    """Choose the kernel regression's share in each group by the error on pairs left out.

    One number a group, chosen among 21 on over a thousand pairs: what that choice flatters the
    error by is far below its last digit given.

    Returns
    -------
    numpy.ndarray, shape (4,)
    """
    shares = np.zeros(len(GROUPS))
    for number in range(len(GROUPS)):
        parts = [
            part for part in held_out if part.source.name == grid.name and part.job.group == number
        ]
        if not parts:
            continue
        measured = np.concatenate([part.source.affinity for part in parts])
        network = np.concatenate([part.predicted.mean(axis=0) for part in parts])
        kernel = np.concatenate([part.kernel for part in parts])
        tried = np.linspace(0, 1, 21)
        errors = [
            mean_squared_error(measured, clip_label((1 - t) * network + t * kernel, floor))
            for t in tried
        ]
        shares[number] = round(float(tried[int(np.argmin(errors))]), 2)
    return shares


def gather(
    held_out: Sequence[HeldOut], name: str, group: int, floor: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Join the pairs of one dataset and group: measured, predicted (clipped)."""
    parts = [part for part in held_out if part.source.name == name and part.job.group == group]
    measured = [np.empty(0), *(part.source.affinity for part in parts)]
    predicted = [np.empty(0), *(part.clipped(floor) for part in parts)]
    return np.concatenate(measured), np.concatenate(predicted)


def summarise(
    held_out: Sequence[HeldOut],
    calibrations: dict[str, Calibration],
    floors: dict[str, float | None],
) -> dict[str, dict[str, object]]:
    """Tabulate metrics by dataset and group, together and for each pooling by itself.

    Intervals are those of the calibration, but for the dataset that a label was calibrated on:
    there each fold has those that the other folds give.
    """
    calibrated_on: dict[int, str] = {}
    for part in held_out:
        calibrated_on.setdefault(part.source.label, part.source.name)
    table: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(part.source.name for part in held_out):
        for number, group in enumerate(GROUPS):
            measured, predicted = gather(held_out, name, number, floors[name])
            if len(measured) < 2:
                continue
            parts = [p for p in held_out if p.source.name == name and p.job.group == number]
            label = LABELS[parts[0].source.label]
            folds = [(part.source.affinity, part.clipped(floors[name])) for part in parts]
            if calibrated_on[parts[0].source.label] == name and len(folds) > 1:
                ends = cross_fit_intervals(folds, floors[name], TIGHT[label])
                low, high = (np.concatenate(side) for side in zip(*ends, strict=True))
            else:
                low, high = calibrations[label].interval(predicted, group)
            table[f"{name}, {group}"] = {
                "n": len(measured),
                **regression_metrics(measured, predicted),
                **interval_metrics(measured, low, high, TIGHT[label]),
                "by_fold": mean_over_folds(parts, floors[name]),
                "by_pooling": tabulate_poolings(parts, floors[name]),
            }
    return table


def score_parts(
    held_out: Sequence[HeldOut], name: str, floors: dict[str, float | None]
) -> dict[str, dict[str, object]]:
    """Score the networks and the kernel regression by themselves, on one dataset's pairs."""
    table: dict[str, dict[str, object]] = {}
    for number, group in enumerate(GROUPS):
        parts = [p for p in held_out if p.source.name == name and p.job.group == number]
        if not parts:
            continue
        measured = np.concatenate([part.source.affinity for part in parts])
        kernel = clip_label(np.concatenate([part.kernel for part in parts]), floors[name])
        table[group] = {
            "networks": score_poolings(parts, floors[name]),
            "kernel": regression_metrics(measured, kernel),
        }
    return table


def score_poolings(parts: Sequence[HeldOut], floor: float | None) -> dict[str, object]:
    """Score all poolings together and each by itself."""
    measured = np.concatenate([part.source.affinity for part in parts])
    together = np.concatenate([part.clipped(floor) for part in parts])
    return {
        **regression_metrics(measured, together),
        "by_pooling": tabulate_poolings(parts, floor),
    }


def mean_over_folds(parts: Sequence[HeldOut], floor: float | None) -> dict[str, float]:
    """Average each fold's own metrics, as the field reports cold splits."""
    folds = [
        regression_metrics(part.source.affinity, part.clipped(floor))
        for part in parts
        if len(part.source.affinity) > 1
    ]
    return {name: float(np.mean([each[name] for each in folds])) for name in folds[0]}


def tabulate_poolings(parts: Sequence[HeldOut], floor: float | None) -> dict[str, dict[str, float]]:
    """Give each pooling's metrics by itself."""
    measured = np.concatenate([part.source.affinity for part in parts])
    predicted = np.concatenate([part.predicted for part in parts], axis=1)
    return {
        name: regression_metrics(measured, clip_label(predicted[place], floor))
        for place, name in enumerate(POOLING_NAMES)
    }
