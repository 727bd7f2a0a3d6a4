"""Importing large libraries without waiting for the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch the garbage collector off for imports that stay for the life of the process.

    The collector would run again and again over the imported objects and free none of them, which
    takes a seventh of the page's start. It leaves them out of later collections, too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
