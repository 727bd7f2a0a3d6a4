"""What each pooling gives by itself, as the comparison in cross-validation measured it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLD_APART = 2.0
"""Standard errors of a mean difference beyond which two errors are told apart."""


@dataclass(frozen=True)
class Difference:
    """Mean difference of two errors over folds and seeds, with its standard error."""

    mean: float
    standard_error: float

    @property
    def told_apart(self) -> bool:
        """Whether it is more than two standard errors from nothing."""
        return abs(self.mean) > TOLD_APART * self.standard_error


@dataclass(frozen=True)
class PoolingStudy:
    """Mean squared errors of readouts that see one pooled vector and the molecule.

    Attributes
    ----------
    dataset : str
    seeds : tuple of int
    errors : dict of str to dict of str to numpy.ndarray, shape (seeds, folds)
        By condition, such as ``"esm2, domain, mean, last"`` or ``"none, domain"``, and by group of
        pairs.
    layers : dict of str to dict of str to tuple of float
        Error with each layer alone, by region and pooling, such as ``"domain, mean"``, and group.
    """

    dataset: str
    seeds: tuple[int, ...]
    errors: Mapping[str, Mapping[str, np.ndarray]]
    layers: Mapping[str, Mapping[str, tuple[float, ...]]]

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> PoolingStudy:
        """Read what ``dta_demo.training.pooling_study`` wrote."""
        return cls(
            document["dataset"],
            tuple(document["seeds"]),
            {
                condition: {group: np.array(each["by_seed"]) for group, each in groups.items()}
                for condition, groups in document["conditions"].items()
            },
            {
                condition: {group: tuple(values) for group, values in groups.items()}
                for condition, groups in document["single_layers"].items()
            },
        )

    def error(self, condition: str, group: str) -> tuple[float, float]:
        """Mean error of a condition over folds and seeds, and its standard error over seeds."""
        by_seed = self.errors[condition][group].mean(axis=1)
        return float(by_seed.mean()), float(by_seed.std(ddof=1) / np.sqrt(len(by_seed)))

    def compare(self, condition: str, other: str, group: str) -> Difference:
        """Error of a condition less that of another, in pairs of the same fold and seed.

        The folds' pairs are the same in every seed, so that the standard error is that of these
        folds.
        """
        apart = (self.errors[condition][group] - self.errors[other][group]).ravel()
        return Difference(float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart))))

    def rank(self, names: tuple[str, ...], group: str) -> tuple[str, tuple[str, ...]]:
        """Condition with the smallest error, and those that are not told apart from it."""
        best = min(names, key=lambda name: self.error(name, group)[0])
        others = [name for name in names if name != best]
        near = [name for name in others if not self.compare(name, best, group).told_apart]
        return best, tuple(near)


def condition_of(pooling: str, region: str = "domain", layers: str = "last") -> str:
    """Name of the condition of a pooling of ESM-2's embeddings."""
    return f"esm2, {region}, {pooling}, {layers}"
