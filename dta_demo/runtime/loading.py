"""Importing large libraries without waiting for the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Import what stays for the life of the process.

    The collector runs again and again over what the imports make and frees nothing of it,
    which is a seventh of the page's start. What was imported is left out of later collections
    too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
