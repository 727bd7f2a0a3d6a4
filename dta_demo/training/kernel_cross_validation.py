"""Cross-validation of the kernel regression, on the pairs that the networks are trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from dta_demo.model.kernel_file import kernel_path, save_kernel
from dta_demo.model.kernel_regression import KernelFit, KernelModel
from dta_demo.model.labels import LABELS
from dta_demo.model.panel import MeasuredPanel
from dta_demo.results.group import Group
from dta_demo.training.drug_encoders import DrugEncoders
from dta_demo.training.jobs import NONE, Job
from dta_demo.training.kernel_fit import SETTINGS, Grid, KernelTrainer
from dta_demo.training.pairs import Source
from dta_demo.training.preparation import Preparation

NO_COEFFICIENTS = np.zeros((0, 0), dtype=np.float32)


PRECISIONS = {"pKd": np.float32, "KIBA score": np.float16}
"""Precision of the coefficients of each label, by what rounding them does, see `save_kernel`."""


class KernelCrossValidation:
    """Kernel regression of each label, fitted for one job after the other.

    Attributes
    ----------
    sources : dict of str to Source
        The dataset that each label's regression predicts: the first that has it. It is fitted
        on the auxiliary datasets of the label, too.
    """

    def __init__(self, prepared: Preparation, drugs: DrugEncoders) -> None:
        self.table, self.regions, self.drugs = prepared.table, prepared.regions, drugs
        self.floors = prepared.floors
        self.sources: dict[str, Source] = {}
        for source in self.table.panels:
            self.sources.setdefault(LABELS[source.label], source)
        self._trainers: dict[tuple[str, int], KernelTrainer] = {}
        self.folds: dict[str, dict[int, np.ndarray]] = {label: {} for label in self.sources}

    def trainer(self, label: str, left_out_targets: int = NONE) -> KernelTrainer:
        """Trainer of a label, with a drug encoder that saw no pair of a fold of targets."""
        key = (label, left_out_targets)
        if key not in self._trainers:
            grid = Grid.of(self._fitted(label), self.floors[self.sources[label].name])
            panel = MeasuredPanel.of(
                [self.regions[number] for number in grid.targets],
                [self.table.smiles[number] for number in grid.drugs],
                self.drugs.counts[grid.drugs],
                self.drugs.embeddings(left_out_targets)[grid.drugs],
                grid.measured,
            )
            self._trainers[key] = KernelTrainer(SETTINGS[label], panel, grid)
        return self._trainers[key]

    def _fitted(self, label: str) -> list[Source]:
        """Datasets that a label's regression is fitted on: its first, and auxiliary ones."""
        first = self.sources[label]
        auxiliary = [source for source in self.table.sources if source.auxiliary]
        return [first, *(each for each in auxiliary if each.label == first.label)]

    def predict(
        self, job: Job, splits: Mapping[str, tuple[np.ndarray, np.ndarray]]
    ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Fit the pairs that a job trains on and predict those that it leaves out.

        Parameters
        ----------
        splits : mapping of str to (numpy.ndarray, numpy.ndarray) of bool
            For every dataset its pairs to train on, and those that are left out.

        Yields
        ------
        str, numpy.ndarray, numpy.ndarray
            The dataset, and for its pairs left out the values and groups (see `HeldOut`).
        """
        for label, fitted in self.sources.items():
            trainer, fit, predicted = self.fit_job(label, job, splits)
            left_out = np.flatnonzero(splits[fitted.name][1])
            rows, columns = trainer.grid.row[left_out], trainer.grid.column[left_out]
            # Another protein without a pocket is compared with none of the targets.
            alone = job.leaves_targets_out & ~trainer.panel.has_pocket[rows]
            values = np.where(alone, fit.without_pocket, predicted[rows, columns])
            yield fitted.name, values, np.where(alone, -1, job.group.place)
            model = KernelModel(trainer.settings, trainer.panel, trainer.mean, fit)
            for source in self.table.panels:
                if LABELS[source.label] == label and source.name != fitted.name:
                    others = source.take(splits[source.name][1])
                    values, places = self._predict_others(model, others, job)
                    # A molecule or target of the panel that the job left out is new to it.
                    groups = np.where(places >= 0, places | job.group.place, -1)
                    yield source.name, values, groups

    def fit_job(
        self, label: str, job: Job, splits: Mapping[str, tuple[np.ndarray, np.ndarray]]
    ) -> tuple[KernelTrainer, KernelFit, np.ndarray]:
        """Fit the pairs of a label that a job trains on.

        With interaction profiles where a released member leaves out a fold of the pairs, and where
        mutants are left out, whose wild types are in the panel.

        Returns
        -------
        KernelTrainer, KernelFit, numpy.ndarray
            The trainer, its fit, and what that predicts of the whole grid.
        """
        rows = np.concatenate([splits[source.name][0] for source in self._fitted(label)])
        trainer = self.trainer(label, job.left_out_targets).weigh_positions(rows)
        if job.is_released or (job.mutants and job.group is Group.NEW_TARGET):
            fit, predicted = trainer.fit(rows)
            if job.is_released:
                targets, drugs = trainer.grid.measured
                self.folds[label][job.fold] = predicted[:targets, :drugs]
            return trainer, fit, predicted
        plain, predicted = trainer.fit_plain(rows)
        nothing = NO_COEFFICIENTS
        without_pocket = trainer.mean_without_pocket(rows)
        fit = KernelFit(plain, nothing, nothing, nothing, without_pocket)
        return trainer, fit, predicted

    def _predict_others(
        self, model: KernelModel, source: Source, job: Job
    ) -> tuple[np.ndarray, np.ndarray]:
        """Predict the pairs of a dataset that the model was not fitted on."""
        proteins, protein_index = np.unique(source.protein, return_inverse=True)
        drugs, drug_index = np.unique(source.drug, return_inverse=True)
        if not len(source.affinity):
            return np.empty(0), np.empty(0, dtype=np.int64)
        compared = model.compare_drugs(
            [self.table.smiles[number] for number in drugs],
            self.drugs.counts[drugs],
            self.drugs.embeddings(job.left_out_targets)[drugs],
        )
        return model.predict([self.regions[number] for number in proteins], compared).pairs(
            protein_index, drug_index
        )

    def save(self, kernel_weights: Mapping[str, np.ndarray], folder: Path) -> None:
        """Fit all pairs of every label and write the models, with the fits of the folds.

        Parameters
        ----------
        kernel_weights : mapping of str to numpy.ndarray, shape (5,)
            Weight of each label's kernel regression in a prediction, see `KernelModel`.
        """
        for label in self.sources:
            trainer = self.trainer(label)
            rows = np.ones(len(trainer.grid.affinity), dtype=bool)
            trainer = trainer.weigh_positions(rows)
            everything, _ = trainer.fit(rows)
            model = KernelModel(
                trainer.settings,
                trainer.panel,
                trainer.mean,
                everything,
                self.folds[label],
                kernel_weights[label],
            )
            save_kernel(model, kernel_path(folder, label), PRECISIONS[label])
