"""Thread-safe cache of results up to a number of bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from cachetools import LRUCache


class Sized(Protocol):
    """Value that knows how much memory it holds."""

    @property
    def nbytes(self) -> int:
        """Size in bytes."""


Value = TypeVar("Value", bound=Sized)


class ByteBoundCache(Generic[Value]):
    """Cache that drops the values that have not been used for longest when it is full.

    Each key is computed once, however many threads ask for it at the same time: the others wait
    for the first. If the first fails, it gets the error, and the next one tries.

    Parameters
    ----------
    max_bytes : int
        Size of all values together; a single value that is larger is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: LRUCache[Hashable, Value] = LRUCache(
            max_bytes, getsizeof=lambda value: value.nbytes
        )
        self._lock = threading.Lock()
        self._computing: dict[Hashable, threading.Lock] = {}

    @property
    def nbytes(self) -> int:
        """Size of all values that are held, in bytes."""
        with self._lock:
            return int(self._kept.currsize)

    def recall(self, key: Hashable) -> Value | None:
        """Return a value that is kept, or None."""
        with self._lock:
            return self._kept.get(key)

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return a value that is kept, or compute and keep it."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                return found
            turn = self._computing.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                found = self._kept.get(key)
            try:
                return self._compute(key, compute) if found is None else found
            finally:
                with self._lock:
                    self._computing.pop(key, None)

    def _compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        value = compute()
        if value.nbytes <= self.max_bytes:
            with self._lock:
                self._kept[key] = value
        return value

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._kept.clear()
