"""A variant of a protein, predicted with one molecule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """Prediction of one variant.

    Attributes
    ----------
    affinity : float
        pKd, as `AffinityPredictor.predict` gives it.
    interval : tuple of float
        Conformal interval of it.
    by_member : tuple of float
        pKd by the networks of each member, without the kernel regression and the floor.
    relation : {"as measured", "mutant", "new"}
        What the variant is among the kinases that were measured.
    measured_as : str
        Training target that it is; empty where it was not measured.
    """

    affinity: float
    interval: tuple[float, float]
    by_member: tuple[float, ...]
    relation: str
    measured_as: str
