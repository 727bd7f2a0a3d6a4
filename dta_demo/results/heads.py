"""Statistics by which the attention heads of a protein are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dta_demo.results.attention import AttentionReport

Statistic = Literal["contacts", "pocket", "entropy"]

STATISTICS: tuple[Statistic, ...] = ("contacts", "pocket", "entropy")


@dataclass(frozen=True)
class HeadStatistics:
    """Statistics of every head, each of shape (layers, heads).

    Attributes
    ----------
    contacts : numpy.ndarray
        Correlation of the head's map, symmetrised and corrected by APC, with the contacts that
        ESM-2 predicts itself, over the pairs of the region that are six residues apart or more;
        NaN where it is too short for any.
    pocket : numpy.ndarray or None
        Attention that a residue of the pocket receives in the mean, in multiples of an equal
        share: 1 is chance. None where no pocket was found.
    entropy : numpy.ndarray
        Mean entropy of the rows of the map over the residues: 1 where all get the same attention,
        0 where each residue attends to one.
    window : (int, int)
        First and last residue of the window that holds most of the region: the maps are of it.
    region : (int, int)
        First and last residue of the part of it whose contacts are compared.
    """

    contacts: np.ndarray
    pocket: np.ndarray | None
    entropy: np.ndarray
    window: tuple[int, int]
    region: tuple[int, int]

    @property
    def nbytes(self) -> int:
        """Memory that a cache counts it with."""
        return sum(each.nbytes for name in STATISTICS if (each := self.of(name)) is not None)

    def of(self, name: Statistic) -> np.ndarray | None:
        """One statistic (layers, heads), or None where it is not defined."""
        values: np.ndarray | None = getattr(self, name)
        return None if values is None or np.isnan(values).all() else values

    def highest(self, name: Statistic, count: int) -> list[tuple[int, int, float]]:
        """Heads with the highest values: layer and head, both from 1, and the value."""
        values = self.of(name)
        if values is None:
            return []
        order = np.argsort(-np.nan_to_num(values, nan=-np.inf), axis=None, kind="stable")[:count]
        places = zip(*np.unravel_index(order, values.shape), strict=True)
        return [(int(i) + 1, int(j) + 1, float(values[i, j])) for i, j in places]

    def to_dict(self) -> dict[str, Any]:
        """Return the statistics as plain JSON types; None for one that is not defined."""
        return {
            "window": list(self.window),
            "region": list(self.region),
            **{
                name: None
                if (values := self.of(name)) is None
                else [[None if np.isnan(x) else round(float(x), 5) for x in row] for row in values]
                for name in STATISTICS
            },
        }

    def beside(self, report: AttentionReport) -> dict[str, Any]:
        """Return the document that ``attention --json`` and ``/attention`` print."""
        return {**report.to_dict(), "head_statistics": self.to_dict()}
