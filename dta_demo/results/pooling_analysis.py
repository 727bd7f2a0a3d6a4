"""Everything about the poolings of one pair: the report, and what takes more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dta_demo.results.applicability import Neighbour
from dta_demo.results.pooling_advice import PoolingAdvice
from dta_demo.results.pooling_map import PoolingMap
from dta_demo.results.poolings import HiddenResidues, PoolingReport


@dataclass(frozen=True)
class PoolingAnalysis:
    """The four poolings on one pair, and over the kinome.

    What lies below the report is empty for a model without readouts.

    Attributes
    ----------
    advice : PoolingAdvice or None
    hidden : tuple of HiddenResidues
    nearest : dict of str to tuple of Neighbour
        Nearest kinases of the catalogue under each pooling, by the cosine of vectors centred as
        `PoolingReport.centred_similarity`.
    kinome : PoolingMap or None
        The kinases of the catalogue under each pooling, the same for every pair.
    """

    report: PoolingReport
    advice: PoolingAdvice | None = None
    hidden: tuple[HiddenResidues, ...] = ()
    nearest: dict[str, tuple[Neighbour, ...]] = field(default_factory=dict)
    kinome: PoolingMap | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``poolings --json`` and ``/poolings`` print."""
        return {
            **self.report.to_dict(),
            "advice": self.advice.to_dict() if self.advice else None,
            "hidden": [each.to_dict() for each in self.hidden],
            "nearest": {
                name: [each.to_dict() for each in nearest] for name, nearest in self.nearest.items()
            },
            "kinome": self.kinome.to_dict() if self.kinome else None,
        }
