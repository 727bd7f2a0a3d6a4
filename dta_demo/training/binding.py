"""Chance of binding: its calibration on the pairs that jobs left out, and how well it does."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.evaluation.binding import (
    binding_metrics,
    cross_fit_binding,
    fit_binding,
    reliability_table,
)
from dta_demo.evaluation.metrics import ACTIVE_PKD
from dta_demo.results.group import GROUPS, Group
from dta_demo.training.held_out import HeldOut, select
from dta_demo.training.pairs import Source
from dta_demo.trust.binding import BindingCalibration, BindingPrediction


@dataclass(frozen=True)
class CalibratedBinding:
    """Calibration of the chance of binding, and its figures in each group by cross-fitting."""

    calibration: BindingCalibration
    figures: dict[str, dict[str, Any]]


def calibrate_binding(
    held_out: Sequence[HeldOut],
    kernel_weights: Mapping[str, np.ndarray],
    source: Source,
    floors: Mapping[str, float | None],
) -> CalibratedBinding | None:
    """Calibrate the chance of binding in every group.

    Parameters
    ----------
    source : Source
        The dataset on whose pairs left out it is calibrated.

    Returns
    -------
    CalibratedBinding or None
        None where a group has too few pairs that bind, as in a small sample.
    """
    floor = floors[source.name]
    if floor is None:
        return None
    parts = {group: select(held_out, source.name, group) for group in GROUPS}
    folds = {
        group: [(part.source.affinity, part.features(kernel_weights)) for part in each]
        for group, each in parts.items()
    }
    try:
        calibration = fit_binding(
            {group: _join(each) for group, each in folds.items()}, floor, ACTIVE_PKD
        )
        figures = {
            str(group): _score(group, parts[group], each, source, floor)
            for group, each in folds.items()
        }
    except ValueError as error:
        print(f"The checkpoint tells no chance of binding: {error}", file=sys.stderr)
        return None
    return CalibratedBinding(calibration, figures)


def _join(folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    if not folds:
        raise ValueError("no pair of the group was left out")
    measured, features = zip(*folds, strict=True)
    return np.concatenate(measured), np.concatenate(features)


def _score(
    group: Group,
    parts: Sequence[HeldOut],
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    source: Source,
    floor: float,
) -> dict[str, Any]:
    """Figures of one group, each fold by a calibration on the others."""
    predicted = cross_fit_binding(folds, floor, ACTIVE_PKD)
    measured = np.concatenate([each for each, _ in folds])
    joined = BindingPrediction(
        *(
            np.concatenate([getattr(each, name) for each in predicted])
            for name in BindingPrediction.__dataclass_fields__
        )
    )
    rates = [base_rates(part, source, floor) for part in parts]
    binds, active = (np.concatenate(each) for each in zip(*rates, strict=True))
    return {
        **binding_metrics(measured, joined, (binds, active), floor, ACTIVE_PKD),
        "reliability": reliability_table(measured > floor, joined.probability_binds),
    }


def base_rates(part: HeldOut, source: Source, floor: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of the other pairs of each pair's target that bind, and that are active: (pairs,).

    The clever baseline: where the target is new, the share of all other pairs that the job may
    know.
    """
    left_out = set(zip(part.source.protein.tolist(), part.source.drug.tolist(), strict=True))
    kept = np.array(
        [
            pair not in left_out
            for pair in zip(source.protein.tolist(), source.drug.tolist(), strict=True)
        ]
    )
    if part.job.group is Group.BOTH_NEW:
        # Its job leaves out every pair of these targets and molecules, and is tested on few.
        kept &= ~np.isin(source.protein, part.source.protein)
        kept &= ~np.isin(source.drug, part.source.drug)
    rates = []
    for threshold in (np.nextafter(floor, np.inf), ACTIVE_PKD):
        hit = source.affinity >= threshold
        size = source.protein.max() + 1
        pairs = np.bincount(source.protein[kept], minlength=size)
        hits = np.bincount(source.protein[kept & hit], minlength=size)
        overall = hits.sum() / max(pairs.sum(), 1)
        rate = np.where(pairs > 0, hits / np.maximum(pairs, 1), overall)
        rates.append(rate[part.source.protein])
    return rates[0], rates[1]
