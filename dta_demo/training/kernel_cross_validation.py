"""Cross-validation of the kernel regression, on the pairs that the networks are trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from dta_demo.model.kernel_file import kernel_path, save_kernel
from dta_demo.model.kernel_regression import KernelFit, KernelModel
from dta_demo.model.labels import LABELS
from dta_demo.model.panel import MeasuredPanel
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training.jobs import Job
from dta_demo.training.kernel_fit import SETTINGS, Grid, KernelTrainer
from dta_demo.training.pairs import Source
from dta_demo.training.preparation import Preparation

NO_COEFFICIENTS = np.zeros((0, 0), dtype=np.float32)


class KernelCrossValidation:
    """Kernel regression of each label, fitted for one job after the other.

    Attributes
    ----------
    sources : dict of str to Source
        The dataset whose pairs each label's regression is fitted on: the first that has it.
    """

    def __init__(self, prepared: Preparation) -> None:
        self.table, self.regions = prepared.table, prepared.regions
        bits = prepared.config.fingerprint_bits
        self.counts = fingerprint_smiles(self.table.smiles, bits).counts
        self.sources: dict[str, Source] = {}
        for source in self.table.sources:
            self.sources.setdefault(LABELS[source.label], source)
        self.trainers = {
            label: self._trainer(label, source, prepared.floors[source.name])
            for label, source in self.sources.items()
        }
        self.fits: dict[str, list[KernelFit]] = {label: [] for label in self.sources}

    def _trainer(self, label: str, source: Source, floor: float | None) -> KernelTrainer:
        grid = Grid.of(source, floor)
        panel = MeasuredPanel.of(
            [self.regions[number] for number in grid.targets],
            [self.table.smiles[number] for number in grid.drugs],
            self.counts[grid.drugs],
        )
        return KernelTrainer(SETTINGS[label], panel, grid)

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
            trainer = self.trainers[label]
            train, left_out = splits[fitted.name]
            fit, predicted = self._fit(label, job, train)
            values = predicted[trainer.grid.row[left_out], trainer.grid.column[left_out]]
            yield fitted.name, values, np.full(len(values), job.group.place)
            model = KernelModel(trainer.settings, trainer.panel, trainer.mean, [fit])
            for source in self.table.sources:
                if LABELS[source.label] == label and source.name != fitted.name:
                    others = source.take(splits[source.name][1])
                    values, places = self._predict_others(model, others)
                    # A molecule or target of the panel that the job left out is new to it.
                    groups = np.where(places >= 0, places | job.group.place, -1)
                    yield source.name, values, groups

    def _fit(self, label: str, job: Job, rows: np.ndarray) -> tuple[KernelFit, np.ndarray]:
        """Fit pairs of a label (a mask); return the fit and the prediction of the whole grid."""
        if job.is_released:
            fit, predicted = self.trainers[label].fit(rows, job.fold)
            self.fits[label].append(fit)
            return fit, predicted
        plain, predicted = self.trainers[label].fit_plain(rows)
        return KernelFit(job.fold, plain, *[NO_COEFFICIENTS] * 3), predicted

    def _predict_others(self, model: KernelModel, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """Predict the pairs of a dataset that the model was not fitted on."""
        proteins, protein_index = np.unique(source.protein, return_inverse=True)
        drugs, drug_index = np.unique(source.drug, return_inverse=True)
        if not len(source.affinity):
            return np.empty(0), np.empty(0, dtype=np.int64)
        return model.predict(
            [self.regions[number] for number in proteins],
            [self.table.smiles[number] for number in drugs],
            self.counts[drugs],
            model.fits[0].left_out_fold,
        ).pairs(protein_index, drug_index)

    def save(self, kernel_weights: Mapping[str, np.ndarray], folder: Path) -> None:
        """Fit all pairs of every label and write the models, with the fits of the folds.

        Parameters
        ----------
        kernel_weights : mapping of str to numpy.ndarray, shape (4,)
            Weight of each label's kernel regression in a prediction, for each of `GROUPS`.
        """
        for label, trainer in self.trainers.items():
            everything, _ = trainer.fit(np.ones(len(trainer.grid.affinity), dtype=bool), -1)
            fits = [everything, *self.fits[label]]
            model = KernelModel(
                trainer.settings, trainer.panel, trainer.mean, fits, kernel_weights[label]
            )
            save_kernel(model, kernel_path(folder, label))
