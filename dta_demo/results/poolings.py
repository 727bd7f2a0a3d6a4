"""The four poolings on one pair: each by itself, and beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.results.prediction import Prediction

TOP_RESIDUES = 20
"""Residues with the largest weights that are compared and hidden."""


@dataclass(frozen=True)
class PoolingAnswer:
    """What a readout says that sees one pooled vector and the molecule, and nothing else.

    Attributes
    ----------
    name : str
        The pooling.
    affinity : float
        pKd, the mean over the readout's networks.
    interval : tuple of float
        Conformal interval in pKd, at the level of the prediction, calibrated for this readout.
    network_std : float
        Standard deviation over its networks, pKd.
    error : float
        Its root mean squared error in cross-validation on pairs like this, pKd.
    at_floor : bool
        Whether it means "no binding measured up to 10 uM" rather than a number.
    """

    name: str
    affinity: float
    interval: tuple[float, float]
    network_std: float
    error: float
    at_floor: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types."""
        return {
            "affinity": round(self.affinity, 4),
            "interval": [round(end, 4) for end in self.interval],
            "network_std": round(self.network_std, 4),
            "error": round(self.error, 4),
            "at_floor": self.at_floor,
        }


@dataclass(frozen=True)
class PoolingReport:
    """The four poolings side by side on one pair.

    Attributes
    ----------
    prediction : Prediction
        Its protein is the one in whose numbering residues are shown.
    names : tuple of str
        The poolings, in the order of the rows below.
    similarity : numpy.ndarray
        ``(4, 4)`` cosine similarity between the pooled protein vectors.
    weights : numpy.ndarray
        ``(4, residues)``: the share each residue had in the pooled vector, rows summing to
        at most 1 (0 for ``cls``, which reads a special token and no residue).
    head_weights : numpy.ndarray
        ``(heads, residues)``: the same for each head of the attention pooling, those of one network
        after those of another.
    channels : int
        Channels of a vector, in each of which one residue has the maximum.
    pocket : tuple of int
        Numbers of the residues of the pocket.
    answers : tuple of PoolingAnswer
        Each pooling by itself; empty for a model without readouts.
    centred_similarity : numpy.ndarray or None
        ``(4, 4)`` cosine similarity of the vectors' differences from the mean kinase, in standard
        deviations.
    """

    prediction: Prediction
    names: tuple[str, ...]
    similarity: np.ndarray
    weights: np.ndarray
    head_weights: np.ndarray
    channels: int
    pocket: tuple[int, ...] = ()
    answers: tuple[PoolingAnswer, ...] = ()
    centred_similarity: np.ndarray | None = None

    @property
    def entropies(self) -> list[float | None]:
        """Entropy of each pooling's weights, in bits; None for one that weighs no residue."""
        numbers = self.effective_residues
        return [None if number is None else float(np.log2(number)) for number in numbers]

    @property
    def effective_residues(self) -> list[float | None]:
        """Exponential of the entropy of each pooling's weights: residues that share them evenly.

        None for a pooling that weighs no residue.
        """
        return [effective_number(row) if row.any() else None for row in self.weights]

    @property
    def maxima(self) -> np.ndarray:
        """Number of channels in which each residue has the maximum: int64, (residues,)."""
        return np.rint(self.weights[self.names.index("max")] * self.channels).astype(np.int64)

    @property
    def ranked(self) -> tuple[str, ...]:
        """Poolings that weigh residues differently, so that some come first."""
        return tuple(
            name
            for name, row in zip(self.names, self.weights, strict=True)
            if row.any() and not np.allclose(row[row > 0], row.max())
        )

    def top(self, name: str) -> tuple[int, ...]:
        """Numbers of the residues that a pooling weighs most, the heaviest first."""
        row = self.weights[self.names.index(name)]
        order = np.argsort(-row, kind="stable")[: self.top_count]
        return tuple(int(place) + 1 for place in order)

    @property
    def read_residues(self) -> int:
        """Number of the protein's residues that the poolings read."""
        return int((self.weights[self.names.index("mean")] > 0).sum())

    @property
    def top_count(self) -> int:
        """Number of residues that `top` gives: at most a quarter of those that are read."""
        return max(1, min(TOP_RESIDUES, self.read_residues // 4))

    @property
    def pocket_ratio(self) -> list[float | None]:
        """Each pooling's weight on the pocket, in multiples of an equal share; None for none."""
        places = np.array(self.pocket, dtype=int) - 1
        if not len(places):
            return [None] * len(self.names)
        equal = len(places) / self.read_residues
        return [float(row[places].sum() / equal) if row.any() else None for row in self.weights]

    def count_shared(self, one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, float]:
        """Count residues that two sets have in common, and what chance would give."""
        return len(set(one) & set(other)), len(one) * len(other) / self.read_residues

    def to_dict(self) -> dict[str, Any]:
        """Return what ``poolings --json`` and ``/poolings`` print of it."""
        centred = self.centred_similarity
        return {
            "names": list(self.names),
            "predictions": [round(self.prediction.by_pooling[name], 4) for name in self.names],
            "by_themselves": {answer.name: answer.to_dict() for answer in self.answers},
            "similarity": _rounded(self.similarity, 5),
            "centred_similarity": None if centred is None else _rounded(centred, 5),
            "entropies": _rounded_or_none(self.entropies),
            "effective_residues": _rounded_or_none(self.effective_residues),
            "pocket": list(self.pocket),
            "pocket_ratio": _rounded_or_none(self.pocket_ratio),
            "top_residues": {name: list(self.top(name)) for name in self.ranked},
            "weights": _rounded(self.weights, 7),
            "head_weights": _rounded(self.head_weights, 7),
            "prediction": self.prediction.to_dict(),
        }


@dataclass(frozen=True)
class HiddenResidues:
    """What each readout makes of the protein with some residues hidden from the encoder.

    Attributes
    ----------
    what : str
        The pooling whose top residues are hidden, or ``"pocket"``.
    numbers : tuple of int
    changes : tuple of float
        Change of each readout's pKd, in the order of the poolings.
    random : tuple of float
        Mean change where as many random residues are hidden, and
    random_std : tuple of float
        its standard deviation over the draws.
    """

    what: str
    numbers: tuple[int, ...]
    changes: tuple[float, ...]
    random: tuple[float, ...]
    random_std: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the test as plain JSON types."""
        return {
            "what": self.what,
            "numbers": list(self.numbers),
            **{
                name: [round(each, 4) for each in getattr(self, name)]
                for name in ("changes", "random", "random_std")
            },
        }


def effective_number(weights: np.ndarray) -> float:
    """Exponential of the entropy of weights that sum to 1; residues without any count nothing."""
    shares = weights[weights > 0].astype(np.float64)
    shares = shares / shares.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _rounded_or_none(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 4) for value in values]


def _rounded(values: np.ndarray, digits: int) -> list[list[float]]:
    return [[round(float(value), digits) for value in row] for row in values]
