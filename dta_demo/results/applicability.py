"""The domain of applicability: how far a query lies from what the model was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dta_demo.results.group import Group


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
    """Whether a query lies in the training domain, why, and its nearest training examples."""

    group: Group
    in_domain: bool
    reason: str
    nearest_drug: Neighbour
    nearest_target: Neighbour

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {
            "group": self.group.value,
            "in_domain": self.in_domain,
            "reason": self.reason,
            "nearest_drug": self.nearest_drug.to_dict(),
            "nearest_target": self.nearest_target.to_dict(),
        }
