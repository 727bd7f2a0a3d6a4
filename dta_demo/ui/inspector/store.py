"""Fine-tunings that visitors ran: a visit keeps only a key."""

from __future__ import annotations

from dataclasses import dataclass

from dta_demo.results.tuning import TuningProgress
from dta_demo.training.tuned_readout import TunedReadout
from dta_demo.ui.shared.kept import KeptByKey
from dta_demo.ui.text import inspector as text

KEPT_RUNS, RUN_BYTES = 8, 6_500_000
"""Runs that are kept, and the size of one with two layers of the bundled encoder."""


@dataclass(eq=False)
class KeptRun:
    """A run; the step that goes on changes it.

    Attributes
    ----------
    result : TunedReadout or None
        What the last whole epoch left.
    is_stopped : bool
        Whether the visitor ended it.
    """

    progress: TuningProgress | None = None
    result: TunedReadout | None = None
    is_stopped: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes that the cache counts it with, from before it has a result."""
        return RUN_BYTES


RUNS: KeptByKey[KeptRun] = KeptByKey(KEPT_RUNS * RUN_BYTES, text.FORGOTTEN)
