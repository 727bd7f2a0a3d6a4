"""A prediction beside its controls: a shuffled protein, and means of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.results.applicability import Neighbour
from dta_demo.results.prediction import Prediction


@dataclass(frozen=True)
class TrainingMean:
    """Mean pKd of the training pairs of a molecule or a target.

    Attributes
    ----------
    nearest : Neighbour
        Whose mean it is: the most similar one with a measured pKd.
    own : bool
        Whether that is the query itself.
    pkd : float
    pairs : int
        Over how many measured pairs; the query's own is one of them where it was measured.
    """

    nearest: Neighbour
    own: bool
    pkd: float
    pairs: int

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {
            **self.nearest.to_dict(),
            "own": self.own,
            "mean": round(self.pkd, 4),
            "pairs": self.pairs,
        }


@dataclass(frozen=True)
class Controls:
    """A prediction beside its controls: a shuffled protein, and means of the training data.

    Attributes
    ----------
    shuffled : tuple of float
        pKd of the same molecule with the protein's residues shuffled, one for each draw.
    drug_mean, target_mean : TrainingMean
        Mean pKd of the molecule and of the target over their training pairs.
    overall_mean : float
        Mean pKd of all training pairs.
    protein_matters : bool or None
        Whether the prediction is further from that of the shuffled protein than the model's
        typical error; None where both are at the floor, which tells nothing.
    verdict : str
        The same in one sentence.
    """

    prediction: Prediction
    shuffled: tuple[float, ...]
    drug_mean: TrainingMean
    target_mean: TrainingMean
    overall_mean: float
    protein_matters: bool | None
    verdict: str

    @property
    def shuffled_mean(self) -> float:
        """Mean pKd over the shuffled proteins."""
        return float(np.mean(self.shuffled))

    @property
    def shuffled_std(self) -> float:
        """Standard deviation of the pKd over the shuffled proteins."""
        return float(np.std(self.shuffled))

    @property
    def additive(self) -> float:
        """The pKd that the two means give together: no interaction of molecule and target."""
        additive = self.drug_mean.pkd + self.target_mean.pkd - self.overall_mean
        return max(additive, self.prediction.floor)

    def to_document(self) -> dict[str, Any]:
        """Return the document that ``predict --controls --json`` and ``/controls`` print."""
        return {**self.prediction.to_dict(), "controls": self.to_dict()}

    def to_dict(self) -> dict[str, Any]:
        """Return the controls alone as plain JSON types."""
        return {
            "shuffled": {
                "mean": round(self.shuffled_mean, 4),
                "spread": round(self.shuffled_std, 4),
                "draws": [round(pkd, 4) for pkd in self.shuffled],
            },
            "drug_mean": self.drug_mean.to_dict(),
            "target_mean": self.target_mean.to_dict(),
            "overall_mean": round(self.overall_mean, 4),
            "additive": round(self.additive, 4),
            "protein_matters": self.protein_matters,
            "verdict": self.verdict,
        }
