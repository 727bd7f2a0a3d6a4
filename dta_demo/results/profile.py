"""Kinome profiles: one molecule's affinity for many kinases, and its selectivity, as records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dta_demo.inputs.molecule import Molecule
from dta_demo.results.prediction import Binding
from dta_demo.results.units import nanomolar


@dataclass(frozen=True)
class KinaseAffinity:
    """Affinity of one molecule for one kinase.

    Attributes
    ----------
    label : str
        Gene, with the domain where the kinase has two that are predicted; or the name of the
        user's protein.
    accession : str
        Of UniProt; empty for a user's protein, as are group, family and subfamily.
    protein : str
        Text by which the same prediction is asked for: a name, or FASTA.
    affinity : float
        pKd, as in `Prediction`.
    by_member : tuple of float
        pKd of each network of the ensemble blended with the kernel regression.
    measured : bool
        Whether the kinase was measured in the training panel, if not with this molecule.
    group : str
        Group of the pair, by what the training panel lacks.
    reason : str
        Why the pair lies in the training domain, or outside.
    """

    label: str
    accession: str
    kinase_group: str
    family: str
    subfamily: str
    protein: str
    affinity: float
    interval: tuple[float, float]
    by_member: tuple[float, ...]
    measured: bool
    group: str
    in_domain: bool
    reason: str
    binding: Binding | None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain JSON types."""
        return {
            "kinase": self.label,
            "accession": self.accession,
            "kinase_group": self.kinase_group,
            "family": self.family,
            "subfamily": self.subfamily,
            "affinity": round(self.affinity, 4),
            "kd_nm": float(f"{nanomolar(self.affinity):.4g}"),
            "interval": [round(end, 4) for end in self.interval],
            "probability_binds": round(self.binding.probability_binds, 4) if self.binding else None,
            "measured": self.measured,
            "group": self.group,
            "in_domain": self.in_domain,
        }


@dataclass(frozen=True)
class Selectivity:
    """A selectivity score, with the interval that the members of the ensemble span.

    Attributes
    ----------
    name, definition : str
        In words.
    value : float
        Of the prediction.
    low, high : float
        Least and greatest of the scores that the members give by themselves.
    """

    name: str
    definition: str
    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return the score as plain JSON types."""
        numbers = {key: round(getattr(self, key), 4) for key in ("value", "low", "high")}
        return {**asdict(self), **numbers}


@dataclass(frozen=True)
class KinomeProfile:
    """One molecule against many kinases, in the order of the catalogue or of the list.

    Attributes
    ----------
    floor : float
        Lowest pKd that the training data measured.
    level : float
        Of the intervals.
    selectivity : tuple of Selectivity
        Over the kinases in the domain; empty where there are fewer than two.
    """

    molecule: Molecule
    kinases: tuple[KinaseAffinity, ...]
    floor: float
    level: float
    selectivity: tuple[Selectivity, ...] = ()

    @property
    def ranked(self) -> list[KinaseAffinity]:
        """The kinases, tightest first."""
        return sorted(self.kinases, key=lambda each: -each.affinity)

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``profile --json`` and ``/profile`` print, ranked."""
        return {
            "molecule": {"name": self.molecule.name, "smiles": self.molecule.smiles},
            "unit": "pKd",
            "level": self.level,
            "floor": self.floor,
            "selectivity": [score.to_dict() for score in self.selectivity],
            "kinases": [each.to_dict() for each in self.ranked],
        }
