"""Mutants that jobs left out: their predictions from the wild types, and how good these are.

A mutant that was not measured is predicted as its wild type, changed by what the parts of the model
that read residues see between the two (`dta_demo.model.mutants`). Here members and kernel
regressions are fitted without the mutants of a fold, which are then predicted in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dta_demo.evaluation.calibration import clip_label, cross_fit_intervals, fit_group
from dta_demo.evaluation.metrics import (
    ACTIVE_FROM,
    interval_metrics,
    mean_squared_error,
    regression_metrics,
)
from dta_demo.model.kernel_regression import KernelModel
from dta_demo.model.labels import LABELS
from dta_demo.model.mutants import forget_region
from dta_demo.results.group import Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import Job
from dta_demo.training.pairs import Source
from dta_demo.trust.applicability import MUTANTS
from dta_demo.trust.calibration import MAX_SCALE, Calibration

LEAST_MUTANT_PAIRS = 200
"""Pairs of left-out mutants below which their intervals are not calibrated by themselves."""


@dataclass(frozen=True)
class LeftOutMutants:
    """Predictions of the mutants that one job left out, and of their wild types.

    Attributes
    ----------
    mutant : HeldOut
        The pairs as those of targets that are not in the panel.
    unknown, known : HeldOut
        The wild types with the same molecules, as targets that are not in the panel, and as what
        they are.
    wild_affinity : numpy.ndarray, shape (pairs,)
        Measured of the wild types; NaN where it was not.
    """

    mutant: HeldOut
    unknown: HeldOut
    known: HeldOut
    wild_affinity: np.ndarray

    @property
    def job(self) -> Job:
        """The job that left them out."""
        return self.mutant.job

    @property
    def affinity(self) -> np.ndarray:
        """Measured of the mutants: (pairs,)."""
        return self.mutant.source.affinity

    def change(self, kernel_weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Change that the parts which read residues see: (pairs,)."""
        mutant, unknown = (
            each.blended(kernel_weights).predicted.mean(axis=0)
            for each in (self.mutant, self.unknown)
        )
        return np.asarray(mutant - unknown)

    def features(self, kernel_weights: Mapping[str, np.ndarray], scale: float) -> np.ndarray:
        """Binding features of the mutants, changed from the wild types': (pairs, features)."""
        moved = scale * self.change(kernel_weights)
        changed = replace(
            self.known,
            predicted=self.known.predicted + moved,
            kernel=self.known.kernel + moved,
            binds=self.known.binds + scale * (self.mutant.binds - self.unknown.binds),
            if_bound=self.known.if_bound + scale * (self.mutant.if_bound - self.unknown.if_bound),
        )
        return changed.features(kernel_weights)

    def predict(self, kernel_weights: Mapping[str, np.ndarray], scale: float) -> np.ndarray:
        """Predict the mutants from their wild types, see `dta_demo.model.mutants.change`."""
        known = self.known.blended(kernel_weights).predicted.mean(axis=0)
        return np.asarray(known + scale * self.change(kernel_weights))


def predict_mutants(cross_validation: CrossValidation, job: Job) -> LeftOutMutants | None:
    """Predict the mutants that a job leaves out of the first dataset; None without a pair."""
    prepared = cross_validation.prepared
    table, first = prepared.table, prepared.table.sources[0]
    splits = {each.name: prepared.cold_folds.split(job, each) for each in table.sources}
    tested = first.take(splits[first.name][1])
    if not len(tested.affinity):
        return None
    wild = replace(tested, protein=_wild_types(cross_validation, tested.protein))
    trainer = cross_validation.train(job)
    outputs = {each: trainer.predict(pairs) for each, pairs in (("own", tested), ("wild", wild))}
    mutant, unknown, known = _ask_kernel(cross_validation, job, splits, tested, wild)
    return LeftOutMutants(
        mutant=HeldOut.of(job, tested, outputs["own"], *mutant),
        unknown=HeldOut.of(job, wild, outputs["wild"], *unknown),
        known=HeldOut.of(job, wild, outputs["wild"], *known),
        wild_affinity=_look_up(first, wild),
    )


def _wild_types(cross_validation: CrossValidation, proteins: np.ndarray) -> np.ndarray:
    table = cross_validation.prepared.table
    found = {int(number): table.find_wild_type(int(number)) for number in np.unique(proteins)}
    return np.array([found[int(number)] for number in proteins], dtype=np.int64)


def _look_up(first: Source, wanted: Source) -> np.ndarray:
    """Measured affinity of some pairs, NaN for those that were not measured: (pairs,)."""
    pairs = zip(first.protein.tolist(), first.drug.tolist(), strict=True)
    known = dict(zip(pairs, first.affinity.tolist(), strict=True))
    asked = zip(wanted.protein.tolist(), wanted.drug.tolist(), strict=True)
    return np.array([known.get(pair, np.nan) for pair in asked])


def _ask_kernel(
    cross_validation: CrossValidation,
    job: Job,
    splits: Mapping[str, tuple[np.ndarray, np.ndarray]],
    tested: Source,
    wild: Source,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ask the kernel regression for the mutants, and for the wild types unknown and known.

    Returns
    -------
    list of (numpy.ndarray, numpy.ndarray)
        For each of the three the values and the groups of the pairs, see `HeldOut`.
    """
    kernels, label = cross_validation.kernels, LABELS[tested.label]
    trainer, fit, predicted = kernels.fit_job(label, job, splits)
    grid, drugs = trainer.grid, kernels.drugs
    row = {int(number): place for place, number in enumerate(grid.targets)}
    column = {int(number): place for place, number in enumerate(grid.drugs)}
    known = predicted[
        [row[number] for number in wild.protein.tolist()],
        [column[number] for number in tested.drug.tolist()],
    ]
    model = KernelModel(trainer.settings, trainer.panel, trainer.mean, fit)
    asked = []
    for source in (tested, wild):
        proteins, protein_index = np.unique(source.protein, return_inverse=True)
        molecules, drug_index = np.unique(source.drug, return_inverse=True)
        compared = model.compare_drugs(
            [kernels.table.smiles[number] for number in molecules],
            drugs.counts[molecules],
            drugs.embeddings(job.left_out_targets)[molecules],
        )
        values, places = model.predict(
            [forget_region(kernels.regions[number]) for number in proteins], compared
        ).pairs(protein_index, drug_index)
        # A molecule of the panel that the job left out is new to it.
        asked.append((values, np.where(places >= 0, places | job.group.place, -1)))
    of_known = Group.SEEN if job.group is Group.NEW_TARGET else Group.NEW_DRUG
    return [*asked, (known, np.full(len(known), of_known.place))]


def calibrate_mutants(
    calibration: Calibration,
    left_out: Sequence[LeftOutMutants],
    kernel_weights: Mapping[str, np.ndarray],
    label: str,
) -> tuple[Calibration, dict[str, dict[str, Any]]]:
    """Fit the scale of the change by a mutation, and the intervals of mutants.

    Returns
    -------
    Calibration
        With the scale, and with an entry of `MUTANTS` for each group that has enough pairs.
    dict of str to dict
        Figures of each of these entries, intervals cross-fitted.
    """
    parts = {
        entry: [each for each in left_out if each.job.group is group]
        for group, entry in MUTANTS.items()
    }
    seen, floor = parts[MUTANTS[Group.NEW_TARGET]], calibration.floor
    if not seen:
        return calibration, {}
    scale = fit_scale(seen, kernel_weights, floor)
    groups, figures = dict(calibration.groups), {}
    for entry, each in parts.items():
        if len(each) < 2 or sum(len(part.affinity) for part in each) < LEAST_MUTANT_PAIRS:
            continue
        folds = [
            (part.affinity, clip_label(part.predict(kernel_weights, scale), floor)) for part in each
        ]
        measured, predicted = (np.concatenate(side) for side in zip(*folds, strict=True))
        groups[entry] = fit_group(measured, predicted, floor, ACTIVE_FROM[label])
        ends = cross_fit_intervals(folds, floor, ACTIVE_FROM[label])
        low, high = (np.concatenate(side) for side in zip(*ends, strict=True))
        figures[entry] = {
            **score_mutants(each, kernel_weights, scale, floor),
            **interval_metrics(measured, low, high, ACTIVE_FROM[label]),
        }
    return replace(calibration, groups=groups, mutant_scale=scale), figures


def fit_scale(
    parts: Sequence[LeftOutMutants],
    kernel_weights: Mapping[str, np.ndarray],
    floor: float | None,
) -> float:
    """Factor of the change with the smallest error, in steps of 0.05."""
    measured = np.concatenate([part.affinity for part in parts])
    tried = np.linspace(0, MAX_SCALE / 2, int(MAX_SCALE * 10) + 1)
    errors = [
        mean_squared_error(
            measured,
            clip_label(
                np.concatenate([part.predict(kernel_weights, scale) for part in parts]), floor
            ),
        )
        for scale in tried
    ]
    return round(float(tried[int(np.argmin(errors))]), 2)


def score_mutants(
    parts: Sequence[LeftOutMutants],
    kernel_weights: Mapping[str, np.ndarray],
    scale: float,
    floor: float | None,
) -> dict[str, Any]:
    """Errors of mutants by themselves, as new targets and as their wild types.

    ``change_pearson`` correlates the predicted change from the predicted wild type with the
    measured change from the measured one, over the pairs whose wild type was measured; None where
    none changes.
    """
    measured, wild = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("affinity", "wild_affinity")
    )
    predicted, unchanged = (
        clip_label(np.concatenate([part.predict(kernel_weights, s) for part in parts]), floor)
        for s in (scale, 0.0)
    )
    as_new = np.concatenate(
        [part.mutant.blended(kernel_weights).predicted.mean(axis=0) for part in parts]
    )
    known = ~np.isnan(wild)
    changes = np.stack([(predicted - unchanged)[known], (measured - wild)[known]])
    return {
        "n": len(measured),
        "mutants": len({int(number) for part in parts for number in part.mutant.source.protein}),
        **regression_metrics(measured, predicted),
        "mse_as_new_target": mean_squared_error(measured, clip_label(as_new, floor)),
        "n_beside_wild_type": int(known.sum()),
        "mse_beside_wild_type": mean_squared_error(measured[known], predicted[known]),
        "mse_same_as_wild_type": mean_squared_error(measured[known], wild[known]),
        "change_pearson": float(np.corrcoef(changes)[0, 1]) if changes.std(axis=1).all() else None,
    }
