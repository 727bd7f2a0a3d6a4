"""What a benchmark hands over: figures beside the reference that was measured in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """What to measure with.

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
    """One figure of this demo beside its reference.

    Attributes
    ----------
    what : str
        What was measured, such as "received attention, 512 residues".
    ours, reference : float
        Both in ``unit``, both measured in this run; where the reference is a bound that is
        given and not measured, such as four minutes, ``against`` says so.
    against : str
        What the reference is.
    asked : float or None
        The ratio that is aimed at; None where nothing is.
    at_least : bool
        Whether the ratio should be at least, and not at most, what is asked.
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
        """Give this demo's figure in units of the reference."""
        return self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the ratio is what was asked; None where nothing was."""
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
    """Something that could not be measured here, and why."""

    what: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {"what": self.what, "not_measured": self.reason}


class NotMeasurableError(Exception):
    """Something is missing for a measurement; the text says what, for a `NotMeasured`."""


Outcome = Figure | NotMeasured
Benchmark = Callable[[Settings], Iterator[Outcome]]


def attempt(what: str, measure: Callable[[], Figure]) -> Outcome:
    """Measure one figure, or say why it cannot be measured here."""
    try:
        return measure()
    except NotMeasurableError as error:
        return NotMeasured(what, str(error))
