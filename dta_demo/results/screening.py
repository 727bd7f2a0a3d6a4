"""Rows of a screen and how far it has come, as frozen records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """One row of a screen, with its prediction or the reason why there is none.

    Attributes
    ----------
    line : int
        Line of the input, or number of the record in SDF and FASTA, from 1.
    id : str
        As given, or what followed the SMILES; empty where there is none.
    smiles, protein : str
        As given, shortened to one line; empty where it is the one of the whole screen.
    affinity : float or None
        pKd, as in `Prediction`; it and what follows but ``changes`` are None without a prediction.
    interval_low, interval_high : float or None
        Ends of the conformal interval.
    group : str or None
        Group of the pair, by what the training panel lacks.
    in_domain, reason : bool and str, or None
        Whether the pair lies in the training domain, and why.
    nearest_drug, nearest_drug_similarity : str and float, or None
        Training molecule most like this one.
    probability_binds, probability_active, affinity_if_bound : float or None
        As in `Binding`; None too where the checkpoint does not tell them.
    changes : tuple of str
        What was changed about the molecule, one sentence each.
    fault : str
        Why there is no prediction, one sentence, or empty.
    """

    line: int
    id: str
    smiles: str
    protein: str = ""
    affinity: float | None = None
    kd_nm: float | None = None
    interval_low: float | None = None
    interval_high: float | None = None
    group: str | None = None
    in_domain: bool | None = None
    reason: str | None = None
    nearest_drug: str | None = None
    nearest_drug_similarity: float | None = None
    probability_binds: float | None = None
    probability_active: float | None = None
    affinity_if_bound: float | None = None
    changes: tuple[str, ...] = ()
    fault: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain JSON types."""
        return {name: getattr(self, name) for name in SCREEN_FIELDS} | {
            "changes": list(self.changes)
        }


SCREEN_FIELDS: tuple[str, ...] = tuple(ScreenRow.__dataclass_fields__)
"""Names of the fields of a row, in their order: the columns of every output."""


@dataclass(frozen=True)
class SourceReport:
    """What was understood of an input.

    Attributes
    ----------
    format : str
        Such as ``"CSV"`` or ``"SDF"``.
    columns : dict of str to str
        Column of the input that was taken for each thing, where it is a table.
    notes : tuple of str
        One sentence each.
    """

    format: str
    columns: dict[str, str]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        return asdict(self) | {"notes": list(self.notes)}


@dataclass(frozen=True)
class ScreenProgress:
    """How far a screen has come.

    Attributes
    ----------
    rows, faults : int
        Rows that are done, and those among them without a prediction.
    repeated : int
        Rows whose id an earlier one has, among those that are compared.
    seconds : float
        Time since the first row was asked for.
    fraction : float or None
        Part of the input that was read; None where its size is not known.
    rate : float
        Rows a second, without those that an earlier run had done.
    """

    rows: int = 0
    faults: int = 0
    repeated: int = 0
    seconds: float = 0.0
    fraction: float | None = None
    rate: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time that the rest will take at this rate; None where that is not known."""
        if not self.fraction or not self.rate:
            return None
        return self.rows * (1 - self.fraction) / self.fraction / self.rate

    def to_dict(self) -> dict[str, Any]:
        """Return the progress as plain JSON types."""
        return asdict(self) | {"seconds_left": self.seconds_left}
