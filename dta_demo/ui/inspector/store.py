"""Fine-tunings that visitors ran: a visit keeps only a key."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

from cachetools import LRUCache

from dta_demo.inputs.errors import InputError
from dta_demo.results.tuning import TuningProgress
from dta_demo.training.tuned_readout import TunedReadout
from dta_demo.ui.text import inspector as text

KEPT_RUNS = 8
"""Runs that are kept; one with two layers of the bundled encoder takes 6 MB."""


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


_runs: LRUCache[str, KeptRun] = LRUCache(KEPT_RUNS)
_lock = threading.Lock()


def keep_run(run: KeptRun) -> str:
    """Keep a run under a key that nobody can guess."""
    key = secrets.token_urlsafe()
    with _lock:
        _runs[key] = run
    return key


def recall_run(key: str | None) -> KeptRun | None:
    """Recall a run; None where none was begun.

    Raises
    ------
    InputError
        When it had to make room for newer ones.
    """
    if key is None:
        return None
    with _lock:
        found = _runs.get(key)
    if found is None:
        raise InputError(text.FORGOTTEN)
    return found
