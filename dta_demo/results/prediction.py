"""Predictions as frozen records, for figures, page and command line.

Residues are numbered from 1 in the sequence as given; affinities are pKd = -log10(Kd / M),
so higher is tighter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.results.applicability import Applicability
from dta_demo.results.region import Region
from dta_demo.results.units import nanomolar, say_floor, say_interval, say_pkd


@dataclass(frozen=True)
class KernelPart:
    """pKd by the kernel regression alone, and its weight in the prediction."""

    pkd: float
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """Return the part as plain JSON types."""
        return {"pkd": round(self.pkd, 4), "share": round(self.weight, 2)}


@dataclass(frozen=True)
class Prediction:
    """One predicted affinity with its interval and everything needed to judge it.

    Attributes
    ----------
    affinity : float
        pKd: the mean over the networks and their four poolings, and the kernel regression with
        its weight.
    interval : tuple of float
        Conformal interval in pKd at ``level``; a lower end at ``floor`` means "at or below".
    by_pooling : dict
        The pKd that the networks give with each pooling strategy by itself, without the kernel
        regression.
    spread : float
        Standard deviation of the networks, pKd.
    kernel : KernelPart or None
        The kernel regression by itself, where it predicts the pair.
    kiba_score : float or None
        The KIBA head's score for the pair, where the checkpoint has that head trained.
    floor_below : float
        Predicted pKd below this mean "no binding measured up to 10 uM" rather than a number.
    """

    protein: Protein
    molecule: Molecule
    affinity: float
    interval: tuple[float, float]
    level: float
    by_pooling: dict[str, float]
    ensemble_std: float
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
            "spread": round(self.ensemble_std, 4),
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
                    "name": self.molecule.name,
                    "smiles": self.molecule.smiles,
                    "changes": list(self.molecule.changes),
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
