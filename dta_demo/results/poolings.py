"""The four poolings side by side on one pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.results.prediction import Prediction


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
    """

    prediction: Prediction
    names: tuple[str, ...]
    similarity: np.ndarray
    weights: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``poolings --json`` and ``/poolings`` print."""
        return {
            "names": list(self.names),
            "predictions": [round(self.prediction.by_pooling[name], 4) for name in self.names],
            "similarity": [[round(float(x), 5) for x in row] for row in self.similarity],
            "weights": [[round(float(x), 7) for x in row] for row in self.weights],
            "prediction": self.prediction.to_dict(),
        }
