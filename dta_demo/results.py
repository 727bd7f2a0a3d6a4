"""What the predictor hands to figures, page and command line: plain, frozen records.

Residues are numbered from 1 in the sequence as given; affinities are pKd = -log10(Kd / M),
so higher is tighter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dta_demo.inputs import Drug, Protein

Group = Literal["seen", "new drug", "new target", "both new"]


@dataclass(frozen=True)
class Region:
    """The part of the protein that the poolings read, first and last residue included."""

    start: int
    end: int
    name: str

    def to_dict(self) -> dict[str, Any]:
        """Return the region as plain JSON types."""
        return {"start": self.start, "end": self.end, "name": self.name}


@dataclass(frozen=True)
class Neighbour:
    """The training drug or target most like the query, with its similarity in [0, 1]."""

    name: str
    similarity: float

    def to_dict(self) -> dict[str, Any]:
        """Return the neighbour as plain JSON types."""
        return {"name": self.name, "similarity": round(self.similarity, 4)}


@dataclass(frozen=True)
class Applicability:
    """How far the query lies from what the model was trained on, and what follows from that."""

    group: Group
    in_domain: bool
    reason: str
    nearest_drug: Neighbour
    nearest_target: Neighbour

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {
            "group": self.group,
            "in_domain": self.in_domain,
            "reason": self.reason,
            "nearest_drug": self.nearest_drug.to_dict(),
            "nearest_target": self.nearest_target.to_dict(),
        }


@dataclass(frozen=True)
class Prediction:
    """One predicted affinity with its interval and everything needed to judge it.

    Attributes
    ----------
    affinity : float
        pKd, the mean over the ensemble and the four poolings.
    interval : tuple of float
        Conformal interval in pKd at ``level``; a lower end at ``floor`` means "at or below".
    by_pooling : dict
        The pKd that each pooling strategy gives by itself.
    spread : float
        Standard deviation of the ensemble's members, pKd.
    kiba_score : float or None
        The KIBA head's score for the pair, where the checkpoint has that head trained.
    at_floor : bool
        Whether the model means "no binding measured up to 10 uM" rather than a number.
    """

    protein: Protein
    drug: Drug
    affinity: float
    interval: tuple[float, float]
    level: float
    by_pooling: dict[str, float]
    spread: float
    kiba_score: float | None
    floor: float
    at_floor: bool
    regions: tuple[Region, ...]
    applicability: Applicability
    notes: tuple[str, ...]

    @property
    def kd_nm(self) -> float:
        """Dissociation constant in nM, from pKd."""
        return float(10.0 ** (9.0 - self.affinity))

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``predict --json`` and ``/predict`` print."""
        return {
            "affinity": round(self.affinity, 4),
            "unit": "pKd",
            "kd_nm": float(f"{self.kd_nm:.4g}"),
            "interval": [round(end, 4) for end in self.interval],
            "level": self.level,
            "at_floor": self.at_floor,
            "by_pooling": {name: round(value, 4) for name, value in self.by_pooling.items()},
            "spread": round(self.spread, 4),
            "kiba_score": None if self.kiba_score is None else round(self.kiba_score, 4),
            "regions": [region.to_dict() for region in self.regions],
            "applicability": self.applicability.to_dict(),
            "receipt": {
                "protein": {
                    "name": self.protein.name,
                    "sequence": self.protein.sequence,
                    "changes": list(self.protein.changes),
                },
                "drug": {
                    "name": self.drug.name,
                    "smiles": self.drug.smiles,
                    "changes": list(self.drug.changes),
                },
                "model": list(self.notes),
            },
        }


@dataclass(frozen=True)
class AttentionReport:
    """Attention that each residue received, per layer and head.

    Attributes
    ----------
    received : numpy.ndarray
        ``(layers, heads, residues)``, float32; each row sums to 1 over the residues.
    windows : tuple of (start, end)
        The windows in which the protein was read (numbered from 1, ends included); more
        than one for a protein longer than the encoder's window.
    """

    protein: Protein
    received: np.ndarray
    windows: tuple[tuple[int, int], ...]
    regions: tuple[Region, ...]

    @property
    def by_layer(self) -> np.ndarray:
        """``(layers, residues)``: the mean over heads, each row summing to 1."""
        return self.received.mean(axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``attention --json`` and ``/attention`` print."""
        layers, heads, _ = self.received.shape
        return {
            "sequence": self.protein.sequence,
            "layers": layers,
            "heads": heads,
            "received": [[round(float(x), 7) for x in row] for row in self.by_layer],
            "windows": [list(window) for window in self.windows],
            "regions": [region.to_dict() for region in self.regions],
            "receipt": {"protein": list(self.protein.changes)},
        }


@dataclass(frozen=True)
class PoolingReport:
    """The four poolings side by side on one pair.

    Attributes
    ----------
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
