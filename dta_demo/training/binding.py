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
from dta_demo.training.mutants import LeftOutMutants
from dta_demo.training.pairs import Source
from dta_demo.trust.applicability import MUTANTS
from dta_demo.trust.binding import BindingCalibration, BindingPrediction
from dta_demo.trust.calibration import Calibration


@dataclass(frozen=True)
class CalibratedBinding:
    """Calibration of the chance of binding, and its figures in each group by cross-fitting."""

    calibration: BindingCalibration
    figures: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Fold:
    """Pairs that one job left out, and their binding features.

    Attributes
    ----------
    targets : numpy.ndarray of int64, shape (pairs,)
        Target whose other pairs give the base rate of each pair: its own, of a mutant the wild
        type.
    features : numpy.ndarray, shape (pairs, features)
    """

    part: HeldOut
    targets: np.ndarray
    features: np.ndarray

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Measured labels, and features."""
        return self.part.source.affinity, self.features


def calibrate_binding(
    held_out: Sequence[HeldOut],
    kernel_weights: Mapping[str, np.ndarray],
    source: Source,
    calibration: Calibration,
    mutants: Sequence[LeftOutMutants] = (),
) -> CalibratedBinding | None:
    """Calibrate the chance of binding for every entry of the calibration of intervals.

    Parameters
    ----------
    source : Source
        The dataset on whose pairs left out it is calibrated.
    calibration : Calibration
        Of the intervals of the label, with its floor and the scale of mutations.

    Returns
    -------
    CalibratedBinding or None
        None where a group has too few pairs that bind, as in a small sample.
    """
    floor = calibration.floor
    if floor is None:
        return None
    folds: dict[str, list[Fold]] = {
        group.value: [
            Fold(part, part.source.protein, part.features(kernel_weights))
            for part in select(held_out, source.name, group)
        ]
        for group in GROUPS
    }
    for part in mutants:
        if (entry := MUTANTS[part.job.group]) in calibration.groups:
            features = part.features(kernel_weights, calibration.mutant_scale)
            fold = Fold(part.mutant, part.known.source.protein, features)
            folds.setdefault(entry, []).append(fold)
    try:
        fitted = fit_binding(
            {entry: _join(each) for entry, each in folds.items()}, floor, ACTIVE_PKD
        )
        figures = {entry: _score(each, source, floor) for entry, each in folds.items()}
    except ValueError as error:
        print(f"The checkpoint tells no chance of binding: {error}", file=sys.stderr)
        return None
    return CalibratedBinding(fitted, figures)


def _join(folds: Sequence[Fold]) -> tuple[np.ndarray, np.ndarray]:
    if not folds:
        raise ValueError("no pair of the group was left out")
    measured, features = zip(*(each.pairs for each in folds), strict=True)
    return np.concatenate(measured), np.concatenate(features)


def _score(folds: Sequence[Fold], source: Source, floor: float) -> dict[str, Any]:
    """Figures of one entry, each fold by a calibration on the others."""
    predicted = cross_fit_binding([each.pairs for each in folds], floor, ACTIVE_PKD)
    measured, _ = _join(folds)
    joined = BindingPrediction(
        *(
            np.concatenate([getattr(each, name) for each in predicted])
            for name in BindingPrediction.__dataclass_fields__
        )
    )
    rates = [base_rates(each.part, source, floor, each.targets) for each in folds]
    binds, active = (np.concatenate(each) for each in zip(*rates, strict=True))
    return {
        **binding_metrics(measured, joined, (binds, active), floor, ACTIVE_PKD),
        "reliability": reliability_table(measured > floor, joined.probability_binds),
    }


def base_rates(
    part: HeldOut, source: Source, floor: float, targets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the other pairs of each pair's target that bind, and that are active: (pairs,).

    The clever baseline: where the target is new, the share of all other pairs that the job may
    know.

    Parameters
    ----------
    targets : numpy.ndarray of int64, shape (pairs,)
        Whose rates are asked: the pairs' own, or the wild types of mutants.
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
        rates.append(rate[targets])
    return rates[0], rates[1]
