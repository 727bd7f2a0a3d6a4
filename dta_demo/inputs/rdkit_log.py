"""Silence of RDKit, which otherwise writes to standard error about every text it refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rdkit import rdBase

_LOCK = threading.Lock()


@contextmanager
def quiet_rdkit() -> Iterator[None]:
    """Keep RDKit from writing to standard error.

    Its log switches are global, so without the lock one thread would switch the logs back on
    under another.
    """
    with _LOCK, rdBase.BlockLogs():
        yield
