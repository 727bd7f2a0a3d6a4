"""Thread-safe cache of results up to a number of bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from cachetools import LRUCache


class Sized(Protocol):
    """Value that knows how much memory it holds."""

    @property
    def nbytes(self) -> int:
        """Size in bytes."""


Value = TypeVar("Value", bound=Sized)


@dataclass(frozen=True)
class CacheStatus:
    """What a cache holds, and how often it was of use.

    Attributes
    ----------
    values : int
        How many are held.
    nbytes, max_bytes : int
        Their size, and the most that is kept.
    hits, misses : int
        Values that were given because they were kept, and those that had to be computed.
    """

    values: int
    nbytes: int
    max_bytes: int
    hits: int
    misses: int

    @property
    def hit_rate(self) -> float | None:
        """Share of hits, 0 to 1; None before anything was asked for."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


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
        self._hits = self._misses = 0

    @property
    def nbytes(self) -> int:
        """Size of all values that are held, in bytes."""
        with self._lock:
            return int(self._kept.currsize)

    def status(self) -> CacheStatus:
        """Say what is held, and how often it was of use so far."""
        with self._lock:
            held = len(self._kept), int(self._kept.currsize)
            return CacheStatus(*held, self.max_bytes, self._hits, self._misses)

    def __contains__(self, key: Hashable) -> bool:
        """Whether a value is kept; nothing counts this as a use of it."""
        with self._lock:
            return key in self._kept

    def recall(self, key: Hashable) -> Value | None:
        """Return a value that is kept, or None."""
        with self._lock:
            return self._find(key)

    def _find(self, key: Hashable) -> Value | None:
        """Look a value up, and count it if it is kept; the caller holds the lock."""
        found = self._kept.get(key)
        self._hits += found is not None
        return found

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return a value that is kept, or compute and keep it."""
        with self._lock:
            found = self._find(key)
            if found is not None:
                return found
            turn = self._computing.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                found = self._find(key)
            try:
                return self._compute(key, compute) if found is None else found
            finally:
                with self._lock:
                    self._computing.pop(key, None)

    def _compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        value = compute()
        with self._lock:
            self._misses += 1
        if value.nbytes <= self.max_bytes:
            with self._lock:
                self._kept[key] = value
        return value

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._kept.clear()
