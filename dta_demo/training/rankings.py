"""Kinases that were left out, among those that were measured, when a molecule is ranked over both.

A model that knows nothing of a kinase must not put it before those of which it knows that they do
not bind. So members that saw neither the molecule nor a fold of the targets rank all targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dta_demo.model.labels import LABELS
from dta_demo.results.group import Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import HeldOut
from dta_demo.training.jobs import Job

FIRST = 10
"""Places of a ranking that are looked at."""


def predict_rankings(cross_validation: CrossValidation, job: Job) -> HeldOut:
    """Predict the molecules that a job leaves out with every target of the first dataset.

    Parameters
    ----------
    job : Job
        Of `Group.BOTH_NEW`: it leaves out targets, too.

    Returns
    -------
    HeldOut
        Groups by the target: new to the job, or known.
    """
    prepared, kernels = cross_validation.prepared, cross_validation.kernels
    first, folds = prepared.table.sources[0], prepared.cold_folds
    splits = {each.name: folds.split(job, each) for each in prepared.table.sources}
    asked = np.flatnonzero(folds.drug[first.drug] == job.fold)
    ranked = first.take(asked)
    trainer, fit, predicted = kernels.fit_job(LABELS[first.label], job, splits)
    rows, columns = trainer.grid.row[asked], trainer.grid.column[asked]
    left_out = folds.protein[ranked.protein] == job.fold
    alone = left_out & ~trainer.panel.has_pocket[rows]
    values = np.where(alone, fit.without_pocket, predicted[rows, columns])
    places = np.where(left_out, Group.BOTH_NEW.place, Group.NEW_DRUG.place)
    outputs = cross_validation.train(job).predict(ranked)
    return HeldOut.of(job, ranked, outputs, values, np.where(alone, -1, places))


def score_rankings(
    parts: Sequence[HeldOut], kernel_weights: Mapping[str, np.ndarray], floor: float | None
) -> dict[str, dict[str, Any]]:
    """Share of the first places that targets which were left out take, predicted and measured.

    Returns
    -------
    dict of str to dict
        For all targets that were left out, and for those of them without a pocket: the number of
        rankings, and the shares ``of_targets``, ``predicted`` and ``measured``. Equal values share
        their places evenly.
    """
    shares: dict[str, list[tuple[float, float, float]]] = {"all": [], "without a pocket": []}
    for part in parts:
        predicted = part.blended(kernel_weights).clipped(floor)
        for drug in np.unique(part.source.drug):
            rows = part.source.drug == drug
            measured, group = part.source.affinity[rows], part.kernel_group[rows]
            marks = {
                "all": group != Group.NEW_DRUG.place,
                "without a pocket": group == -1,
            }
            for name, marked in marks.items():
                shares[name].append(
                    (
                        float(marked.mean()),
                        share_of_first(predicted[rows], marked),
                        share_of_first(measured, marked),
                    )
                )
    return {
        name: {
            "rankings": len(each),
            **dict(
                zip(
                    ("of_targets", "predicted", "measured"),
                    np.mean(each, axis=0).tolist(),
                    strict=True,
                )
            ),
        }
        for name, each in shares.items()
        if each
    }


def share_of_first(values: np.ndarray, marked: np.ndarray) -> float:
    """Share of the `FIRST` highest values that are marked; equal values share places evenly."""
    first = min(FIRST, len(values))
    last = np.sort(values)[-first]
    above, level = values > last, values == last
    left = (first - above.sum()) * marked[level].mean()
    return float((marked[above].sum() + left) / first)
