"""The part of a protein that the poolings read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Region:
    """The part of the protein that the poolings read, first and last residue included."""

    start: int
    end: int
    name: str

    def to_dict(self) -> dict[str, Any]:
        """Return the region as plain JSON types."""
        return {"start": self.start, "end": self.end, "name": self.name}
