"""What the predictor hands to figures, page and command line: plain, frozen records.

Residues are numbered from 1 in the sequence as given; affinities are pKd = -log10(Kd / M),
so higher is tighter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dta_demo.inputs.molecule import Drug, Protein
from dta_demo.kinases.landmarks import Landmark
from dta_demo.results.units import nanomolar, say_floor, say_interval, say_pkd

Group = Literal["seen", "new drug", "new target", "both new"]

Direction = Literal["received", "given"]
"""Of attention: what residues receive from others, or what they give to residues."""

MEAN, MAXIMUM = 0, -1
"""In the place of a layer's or head's number: all of them, averaged; of heads also the largest."""


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
class KernelPart:
    """The pKd that the kernel regression gives by itself, and its share in the prediction."""

    pkd: float
    share: float

    def to_dict(self) -> dict[str, Any]:
        """Return the part as plain JSON types."""
        return {"pkd": round(self.pkd, 4), "share": round(self.share, 2)}


@dataclass(frozen=True)
class Prediction:
    """One predicted affinity with its interval and everything needed to judge it.

    Attributes
    ----------
    affinity : float
        pKd: the mean over the networks and their four poolings, and the kernel regression with
        its share.
    interval : tuple of float
        Conformal interval in pKd at ``level``; a lower end at ``floor`` means "at or below".
    by_pooling : dict
        The pKd that the networks give with each pooling strategy by itself, without the kernel
        regression.
    spread : float
        Standard deviation of the networks, pKd.
    kernel : KernelPart or None
        What the kernel regression says, where it says anything.
    kiba_score : float or None
        The KIBA head's score for the pair, where the checkpoint has that head trained.
    floor_below : float
        Predicted pKd below this mean "no binding measured up to 10 uM" rather than a number.
    """

    protein: Protein
    drug: Drug
    affinity: float
    interval: tuple[float, float]
    level: float
    by_pooling: dict[str, float]
    spread: float
    kernel: KernelPart | None
    kiba_score: float | None
    floor: float
    floor_below: float
    regions: tuple[Region, ...]
    applicability: Applicability
    notes: tuple[str, ...]

    @property
    def kd_nm(self) -> float:
        """Dissociation constant in nM, from pKd."""
        return nanomolar(self.affinity)

    @property
    def at_floor(self) -> bool:
        """Whether the model means "no binding measured up to 10 uM" rather than a number."""
        return self.is_at_floor(self.affinity)

    def is_at_floor(self, pkd: float) -> bool:
        """Whether any pKd that this model predicts means the floor rather than a number."""
        return pkd < self.floor_below

    def say(self, pkd: float) -> str:
        """Write a pKd that this model predicts: a number, or a bound at the floor."""
        return say_floor(self.floor) if self.is_at_floor(pkd) else say_pkd(pkd)

    @property
    def summary(self) -> str:
        """The prediction in words: outside the domain the reason comes first."""
        interval = say_interval(self.interval, self.floor)
        values = f"{self.say(self.affinity)}; {self.level:.0%} interval: pKd {interval}."
        if self.applicability.in_domain:
            return values
        return f"Outside the training domain. {self.applicability.reason} The guess: {values}"

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``predict --json`` and ``/predict`` print."""
        return {
            "summary": self.summary,
            "affinity": round(self.affinity, 4),
            "unit": "pKd",
            "kd_nm": float(f"{self.kd_nm:.4g}"),
            "interval": [round(end, 4) for end in self.interval],
            "level": self.level,
            "at_floor": self.at_floor,
            "by_pooling": {name: round(value, 4) for name, value in self.by_pooling.items()},
            "spread": round(self.spread, 4),
            "kernel_regression": None if self.kernel is None else self.kernel.to_dict(),
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
class Screened:
    """One molecule of many against one protein.

    Attributes
    ----------
    text : str
        The molecule as it was given.
    name : str
        What followed its SMILES.
    changes : tuple of str
        What was changed about the molecule, one sentence each.
    affinity : float or None
        pKd, as in `Prediction`; it and what follows are None where no molecule could be read.
    fault : str
        Why there is no prediction, one sentence, or empty.
    """

    text: str
    name: str = ""
    changes: tuple[str, ...] = ()
    affinity: float | None = None
    interval: tuple[float, float] | None = None
    applicability: Applicability | None = None
    fault: str = ""


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
    """What a prediction has to be told from: a shuffled protein, and averages of the training.

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
    def shuffled_spread(self) -> float:
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
                "spread": round(self.shuffled_spread, 4),
                "draws": [round(pkd, 4) for pkd in self.shuffled],
            },
            "drug_mean": self.drug_mean.to_dict(),
            "target_mean": self.target_mean.to_dict(),
            "overall_mean": round(self.overall_mean, 4),
            "additive": round(self.additive, 4),
            "protein_matters": self.protein_matters,
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class AttentionReport:
    """Attention that each residue received and gave, per layer and head.

    Attributes
    ----------
    received : numpy.ndarray
        ``(layers, heads, residues)``, float32; each row sums to 1 over the residues.
    given : numpy.ndarray
        ``(layers, heads, residues)``, float32: the share of each residue's attention that goes
        to residues, in [0, 1]; the rest is on the special tokens BOS and EOS.
    windows : tuple of (start, end)
        The windows in which the protein was read (numbered from 1, ends included); more
        than one for a protein longer than the encoder's window.
    landmarks : tuple of Landmark
        Those of the kinase domain that predictions are about.
    """

    protein: Protein
    received: np.ndarray
    given: np.ndarray
    windows: tuple[tuple[int, int], ...]
    regions: tuple[Region, ...]
    landmarks: tuple[Landmark, ...]

    @property
    def by_layer(self) -> np.ndarray:
        """``(layers, residues)``: the mean over heads, each row summing to 1."""
        return self.received.mean(axis=1)

    @property
    def joints(self) -> tuple[tuple[int, int], ...]:
        """First and last residue of each stretch that two neighbouring windows share."""
        pairs = zip(self.windows, self.windows[1:], strict=False)
        return tuple((start, end) for (_, end), (start, _) in pairs)

    def by_head(self, direction: Direction, layer: int) -> np.ndarray:
        """``(heads, residues)`` of one layer, from 1, or the ``MEAN`` over layers."""
        values = self._of(direction)
        return np.asarray(values.mean(axis=0) if layer == MEAN else values[layer - 1])

    def profile(self, direction: Direction, layer: int, head: int) -> np.ndarray:
        """``(residues,)`` of one layer and head, both from 1.

        The ``MEAN`` or ``MAXIMUM`` over heads is taken in each layer, the ``MEAN`` over layers
        last.
        """
        values = self._of(direction)
        chosen = values if layer == MEAN else values[layer - 1 : layer]
        if head == MEAN:
            by_layer = chosen.mean(axis=1)
        elif head == MAXIMUM:
            by_layer = chosen.max(axis=1)
        else:
            by_layer = chosen[:, head - 1]
        return np.asarray(by_layer.mean(axis=0))

    def _of(self, direction: Direction) -> np.ndarray:
        return self.received if direction == "received" else self.given

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``attention --json`` and ``/attention`` print."""
        layers, heads, _ = self.received.shape
        return {
            "sequence": self.protein.sequence,
            "layers": layers,
            "heads": heads,
            "received": [[round(float(x), 7) for x in row] for row in self.by_layer],
            "given": [[round(float(x), 5) for x in row] for row in self.given.mean(axis=1)],
            "windows": [list(window) for window in self.windows],
            "regions": [region.to_dict() for region in self.regions],
            "landmarks": [landmark.to_dict() for landmark in self.landmarks],
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
