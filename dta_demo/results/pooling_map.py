"""Maps of many proteins under each pooling, and how far the poolings agree on who is near whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class PoolingMap:
    """Some proteins under each pooling.

    Attributes
    ----------
    names : tuple of str
        The poolings.
    labels, groups, families : tuple of str
        Of each protein; group and family are empty where they are not known.
    places : numpy.ndarray, shape (poolings, proteins, 2)
        Place of each protein in the map of each pooling.
    method : str
        ``"PCA"`` or ``"UMAP"``.
    variance : tuple of float or None
        Share of the variance that each map shows; None for UMAP, which has no such number.
    overlap : numpy.ndarray, shape (poolings, poolings)
        Mean share of a protein's ten nearest that two poolings have in common.
    cka : numpy.ndarray, shape (poolings, poolings)
        Linear centred kernel alignment of the vectors.
    same_family : tuple of float
        Share of the ten nearest that are of a kinase's family, under each pooling; NaN where no
        family is known.
    by_composition, by_chance : float
        The same by the amino-acid composition alone, and of random neighbours.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    families: tuple[str, ...]
    places: np.ndarray
    method: str
    variance: tuple[float, ...] | None
    overlap: np.ndarray
    cka: np.ndarray
    same_family: tuple[float, ...]
    by_composition: float
    by_chance: float

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers, without the places, as plain JSON types."""
        return {
            "proteins": len(self.labels),
            "overlap_of_ten_nearest": np.round(self.overlap, 4).tolist(),
            "cka": np.round(self.cka, 4).tolist(),
            "same_family": [round(share, 4) for share in self.same_family],
            "same_family_by_composition": round(self.by_composition, 4),
            "same_family_by_chance": round(self.by_chance, 4),
        }
