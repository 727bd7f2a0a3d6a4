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
from dta_demo.results.recognised import Recognised
from dta_demo.results.region import Region
from dta_demo.results.units import (
    format_pkd,
    kd_of,
    nanomolar,
    say_floor,
    say_interval,
    say_pkd,
)


@dataclass(frozen=True)
class KernelPart:
    """pKd by the kernel regression alone, and its weight in the prediction."""

    pkd: float
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """Return the part as plain JSON types."""
        return {"pkd": round(self.pkd, 4), "share": round(self.weight, 2)}


def say_chance(probability: float) -> str:
    """Write a chance in whole percent, such as ``"96%"``; never as certain: ``"<1%"``."""
    if probability < 0.01:
        return "<1%"
    return ">99%" if probability > 0.99 else f"{probability:.0%}"


@dataclass(frozen=True)
class Binding:
    """Whether a pair binds, and how tightly if it does; a prediction's affinity mixes the two.

    Attributes
    ----------
    probability_binds : float
        Chance of a Kd better than the floor of the assay, which is 10 uM.
    probability_active : float
        Chance of a pKd of ``active_from`` or more; never the larger of the two.
    affinity_if_bound : float
        Expected pKd if the pair binds.
    interval_if_bound : tuple of float
        Conformal interval of it, calibrated on pairs that bind, at the level of the prediction.
    active_from : float
        pKd from which a pair counts as active.
    """

    probability_binds: float
    probability_active: float
    affinity_if_bound: float
    interval_if_bound: tuple[float, float]
    active_from: float = 7.0

    def to_dict(self) -> dict[str, Any]:
        """Return the four answers as plain JSON types."""
        return {
            "probability_binds": round(self.probability_binds, 4),
            "probability_active": round(self.probability_active, 4),
            "affinity_if_bound": round(self.affinity_if_bound, 4),
            "interval_if_bound": [round(end, 4) for end in self.interval_if_bound],
        }


NO_BINDING = dict.fromkeys(
    ("probability_binds", "probability_active", "affinity_if_bound", "interval_if_bound")
)
"""What stands in a document where the checkpoint has no calibration of binding."""


@dataclass(frozen=True)
class Prediction:
    """One predicted affinity with its interval and everything needed to judge it.

    Attributes
    ----------
    affinity : float
        pKd: the mean over the networks and their four poolings, and the kernel regression with
        its weight. It is the expected value under the panel's conditions, where a pair that does
        not bind counts as the floor.
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
    recognised : Recognised
        What the protein is among the kinases that were measured.
    binding : Binding or None
        Whether the pair binds and how tightly if it does, where the checkpoint tells them apart.
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
    recognised: Recognised
    binding: Binding | None = None

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

    @property
    def binding_explained(self) -> str:
        """Sentence that tells the affinity from that of a pair that binds; empty for none."""
        if self.binding is None:
            return ""
        low, high = map(format_pkd, self.binding.interval_if_bound)
        pkd = self.binding.affinity_if_bound
        value = f"pKd {format_pkd(self.affinity)}"
        if self.at_floor:
            value = f"The prediction, {say_floor(self.floor)},"
        guess = (
            "" if self.applicability.in_domain else " Outside the training domain both are guesses."
        )
        return (
            f"{value} is the expected value in a panel in which most pairs do not bind; if this "
            f"pair binds, its expected pKd is {format_pkd(pkd)} (Kd {kd_of(pkd)}), with a "
            f"{self.level:.0%} interval of {low} to {high}.{guess}"
        )

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
            **(NO_BINDING if self.binding is None else self.binding.to_dict()),
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
                "recognised": self.recognised.to_dict(),
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
    binding : Binding or None
        As in `Prediction`.
    fault : str
        Why there is no prediction, one sentence, or empty.
    """

    text: str
    name: str = ""
    changes: tuple[str, ...] = ()
    affinity: float | None = None
    interval: tuple[float, float] | None = None
    applicability: Applicability | None = None
    binding: Binding | None = None
    fault: str = ""
