"""Records of a benchmark: figures, each with a reference measured in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Settings of a run of benchmarks.

    Attributes
    ----------
    quick : bool
        A few repetitions of small sizes: shows that a benchmark works, and no more.
    checkpoint : Path or None
        None takes the one that comes with the repository.
    data : Path or None
        Folder of the Davis data, which training is timed on.
    """

    quick: bool = False
    checkpoint: Path | None = None
    device: str = "auto"
    data: Path | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of this demo with its reference.

    Attributes
    ----------
    what : str
        Name of the quantity, such as "received attention, 512 residues".
    ours, reference : float
        Both in ``unit``, both measured in this run; where the reference is a bound that is
        given and not measured, such as four minutes, ``against`` says so.
    against : str
        Name of the reference.
    asked : float or None
        Ratio to be met; None where there is none.
    at_least : bool
        Whether the ratio should be at least, and not at most, ``asked``.
    """

    what: str
    ours: float
    reference: float
    unit: str
    against: str
    asked: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Figure of this demo in units of the reference."""
        return self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the ratio is met; None where none was asked."""
        if self.asked is None:
            return None
        return self.ratio >= self.asked if self.at_least else self.ratio <= self.asked

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as plain JSON types."""
        return {
            "what": self.what,
            "ours": float(f"{self.ours:.4g}"),
            "reference": float(f"{self.reference:.4g}"),
            "unit": self.unit,
            "against": self.against,
            "ratio": float(f"{self.ratio:.4g}"),
            "asked": self.asked,
            "at_least": self.at_least,
            "met": self.met,
        }


@dataclass(frozen=True)
class NotMeasured:
    """Quantity that could not be measured here, and the reason."""

    what: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {"what": self.what, "not_measured": self.reason}


class NotMeasurableError(Exception):
    """Raised when a measurement is not possible here; its text is the reason of a `NotMeasured`."""


Outcome = Figure | NotMeasured
Benchmark = Callable[[Settings], Iterator[Outcome]]


def attempt(what: str, measure: Callable[[], Figure]) -> Outcome:
    """Measure one figure, or record why it cannot be measured here."""
    try:
        return measure()
    except NotMeasurableError as error:
        return NotMeasured(what, str(error))
