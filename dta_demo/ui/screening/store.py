"""Rows that visitors screened, kept within a number of bytes.

A visit keeps only a key: what it keeps lies in memory for an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dta_demo.results.screening import ScreenProgress, ScreenRow, SourceReport
from dta_demo.runtime.limits import Limits
from dta_demo.ui.shared.kept import KeptByKey
from dta_demo.ui.text import screening as text

ROW_BYTES = 1_500
"""Memory that a row takes in Python, measured."""


@dataclass(eq=False)
class KeptScreen:
    """A screen, finished or not; the step that runs adds to it.

    Attributes
    ----------
    kind : {"molecules", "proteins", "pairs"}
    protein, molecule : str
        Texts of the boxes that its rows are paired with.
    limit : int
        Most rows that it may have, for which room is kept.
    proteins : dict of int to str
        Protein of each line, where the list gives them.
    is_cut : bool
        Whether the list is longer than the limit.
    is_done, is_stopped : bool
        Whether all rows are predicted, or the visitor has stopped it before.
    """

    kind: str
    protein: str
    molecule: str
    limit: int
    report: SourceReport | None = None
    progress: ScreenProgress = field(default_factory=ScreenProgress)
    rows: list[ScreenRow] = field(default_factory=list)
    proteins: dict[int, str] = field(default_factory=dict)
    is_cut: bool = False
    is_done: bool = False
    is_stopped: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes that the cache counts it with."""
        return ROW_BYTES * self.limit

    @property
    def predicted(self) -> list[ScreenRow]:
        """Rows with a prediction."""
        return [row for row in self.rows if not row.fault]

    @property
    def faults(self) -> list[ScreenRow]:
        """Rows without one."""
        return [row for row in self.rows if row.fault]


SCREENS: KeptByKey[KeptScreen] = KeptByKey(
    Limits.from_environment().screen_cache_bytes, text.FORGOTTEN
)
