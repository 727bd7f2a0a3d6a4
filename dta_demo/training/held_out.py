"""Predictions of pairs left out of training, and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.evaluation.calibration import clip_label, cross_fit_intervals
from dta_demo.evaluation.metrics import (
    ACTIVE_FROM,
    interval_metrics,
    regression_metrics,
)
from dta_demo.model.binding_features import stack_features
from dta_demo.model.kernel_regression import blend
from dta_demo.model.labels import BINDS, IF_BOUND, LABELS
from dta_demo.results.group import GROUPS, Group
from dta_demo.training.jobs import Job
from dta_demo.training.pairs import Source
from dta_demo.trust.calibration import Calibration


@dataclass(frozen=True)
class HeldOut:
    """Predictions of the pairs of one dataset that one job left out.

    Attributes
    ----------
    predicted : numpy.ndarray, shape (poolings, pairs)
        Predictions of the networks, or blended ones.
    kernel, kernel_group : numpy.ndarray, shape (pairs,)
        Predictions of the kernel regression, and each pair's place in `GROUPS` by what is new
        to that; -1 where it can compare the protein with none.
    binds, if_bound : numpy.ndarray, shape (pairs,)
        Outputs of the networks for binding at all, mean over the poolings.
    """

    job: Job
    source: Source
    predicted: np.ndarray
    kernel: np.ndarray
    kernel_group: np.ndarray
    binds: np.ndarray
    if_bound: np.ndarray

    @classmethod
    def of(
        cls,
        job: Job,
        source: Source,
        outputs: np.ndarray,
        kernel: np.ndarray,
        kernel_group: np.ndarray,
    ) -> HeldOut:
        """Take apart the outputs of a network: (poolings, pairs, outputs)."""
        means = outputs.mean(axis=0)
        return cls(
            job,
            source,
            outputs[..., source.label],
            kernel,
            kernel_group,
            means[:, BINDS],
            means[:, IF_BOUND],
        )

    def features(self, kernel_weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """Binding features of the pairs, see `binding_features`: (pairs, features)."""
        weight = kernel_weights[LABELS[self.source.label]][self.kernel_group]
        return stack_features(
            self.blended(kernel_weights).predicted.mean(axis=0),
            self.predicted.mean(axis=0),
            np.where(weight > 0, self.kernel, self.predicted.mean(axis=0)),
            self.binds,
            self.if_bound,
        )

    def clipped(self, floor: float | None) -> np.ndarray:
        """Mean over the poolings, clipped where the label has a floor: (pairs,)."""
        return clip_label(self.predicted.mean(axis=0), floor)

    def blended(self, kernel_weights: Mapping[str, np.ndarray]) -> HeldOut:
        """Blend both predictions by the kernel weights of each label."""
        weights = kernel_weights[LABELS[self.source.label]]
        mixed = blend(self.predicted, self.kernel, self.kernel_group, weights)
        return replace(self, predicted=mixed)


def choose_kernel_weights(
    held_out: Sequence[HeldOut], source: Source, floor: float | None
) -> np.ndarray:
    """Weight of the kernel regression with the smallest error in each group.

    One number a group, chosen among 21, as a rule on over a thousand pairs: the optimism of that
    choice is far below the last digit of the errors that are reported. Of proteins that cannot be
    compared it is the largest weight whose error is within one standard error of the smallest: such
    proteins are raised above others only by what is known.

    Parameters
    ----------
    source : Source
        The dataset on whose pairs left out the errors are compared.

    Returns
    -------
    numpy.ndarray, shape (5,)
        For each of `GROUPS`, and for proteins that cannot be compared; 0 where no such pair was
        left out.
    """
    parts = [part for part in held_out if part.source.name == source.name]
    places, measured, network, kernel = (
        np.concatenate(each)
        for each in zip(
            *(
                (part.kernel_group, part.source.affinity, part.predicted.mean(axis=0), part.kernel)
                for part in parts
            ),
            strict=True,
        )
    )
    weights, tried = np.zeros(len(GROUPS) + 1), np.linspace(0, 1, 21)
    for place in np.unique(places):
        rows = places == place
        blends = [(1 - t) * network[rows] + t * kernel[rows] for t in tried]
        squared = (clip_label(np.stack(blends), floor) - measured[rows]) ** 2
        chosen = int(squared.mean(axis=1).argmin())
        if place < 0:
            worse = squared - squared[chosen]
            margin = worse.std(axis=1) / np.sqrt(rows.sum())
            chosen = int(np.flatnonzero(worse.mean(axis=1) <= margin)[-1])
        weights[place] = round(float(tried[chosen]), 2)
    return weights


def select(held_out: Sequence[HeldOut], name: str, group: Group) -> list[HeldOut]:
    """Select the parts of one dataset and group."""
    return [part for part in held_out if part.source.name == name and part.job.group is group]


def gather(
    held_out: Sequence[HeldOut], name: str, group: Group, floor: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Join the pairs of one dataset and group: measured labels, predictions (clipped)."""
    parts = select(held_out, name, group)
    measured = [np.empty(0), *(part.source.affinity for part in parts)]
    predicted = [np.empty(0), *(part.clipped(floor) for part in parts)]
    return np.concatenate(measured), np.concatenate(predicted)


def summarise(
    held_out: Sequence[HeldOut],
    calibrations: dict[str, Calibration],
    floors: dict[str, float | None],
) -> dict[str, dict[str, object]]:
    """Metrics by dataset and group, of all poolings together and of each by itself.

    Intervals are those of the calibration, except for the dataset that a label was calibrated
    on: there each fold has those that are calibrated on the other folds.
    """
    calibrated_on: dict[int, str] = {}
    for part in held_out:
        calibrated_on.setdefault(part.source.label, part.source.name)
    table: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(part.source.name for part in held_out):
        for group in GROUPS:
            measured, predicted = gather(held_out, name, group, floors[name])
            if len(measured) < 2:
                continue
            parts = select(held_out, name, group)
            label = LABELS[parts[0].source.label]
            folds = [(part.source.affinity, part.clipped(floors[name])) for part in parts]
            if calibrated_on[parts[0].source.label] == name and len(folds) > 1:
                ends = cross_fit_intervals(folds, floors[name], ACTIVE_FROM[label])
                low, high = (np.concatenate(side) for side in zip(*ends, strict=True))
            else:
                low, high = calibrations[label].interval(predicted, group)
            table[f"{name}, {group}"] = {
                "n": len(measured),
                **regression_metrics(measured, predicted),
                **interval_metrics(measured, low, high, ACTIVE_FROM[label]),
                "by_fold": mean_over_folds(parts, floors[name]),
                "by_pooling": tabulate_poolings(parts, floors[name]),
            }
    return table


def score_parts(
    held_out: Sequence[HeldOut], name: str, floors: dict[str, float | None]
) -> dict[str, dict[str, object]]:
    """Metrics of the networks and of the kernel regression alone, on one dataset's pairs."""
    table: dict[str, dict[str, object]] = {}
    for group in GROUPS:
        parts = select(held_out, name, group)
        if not parts:
            continue
        measured = np.concatenate([part.source.affinity for part in parts])
        kernel = clip_label(np.concatenate([part.kernel for part in parts]), floors[name])
        table[str(group)] = {
            "networks": score_poolings(parts, floors[name]),
            "kernel": regression_metrics(measured, kernel),
        }
    return table


def score_poolings(parts: Sequence[HeldOut], floor: float | None) -> dict[str, object]:
    """Metrics of all poolings together and of each by itself."""
    measured = np.concatenate([part.source.affinity for part in parts])
    together = np.concatenate([part.clipped(floor) for part in parts])
    return {
        **regression_metrics(measured, together),
        "by_pooling": tabulate_poolings(parts, floor),
    }


def mean_over_folds(parts: Sequence[HeldOut], floor: float | None) -> dict[str, float]:
    """Mean over the folds of each metric, as the field reports cold splits."""
    folds = [
        regression_metrics(part.source.affinity, part.clipped(floor))
        for part in parts
        if len(part.source.affinity) > 1
    ]
    return {name: float(np.mean([each[name] for each in folds])) for name in folds[0]}


def tabulate_poolings(parts: Sequence[HeldOut], floor: float | None) -> dict[str, dict[str, float]]:
    """Metrics of each pooling by itself."""
    measured = np.concatenate([part.source.affinity for part in parts])
    predicted = np.concatenate([part.predicted for part in parts], axis=1)
    return {
        name: regression_metrics(measured, clip_label(predicted[place], floor))
        for place, name in enumerate(POOLING_NAMES)
    }
