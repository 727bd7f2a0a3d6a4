"""Results that are kept for visits, which hold nothing but a key to theirs."""

from __future__ import annotations

import secrets
from typing import Generic

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.cache import ByteBoundCache, Value


class KeptByKey(Generic[Value]):
    """Values up to a number of bytes, each under a key that nobody can guess.

    Parameters
    ----------
    max_bytes : int
        Size of all of them; the ones that were not used for longest make room.
    forgotten : str
        Sentence for a visitor whose value is gone.
    """

    def __init__(self, max_bytes: int, forgotten: str) -> None:
        self._values: ByteBoundCache[Value] = ByteBoundCache(max_bytes)
        self._forgotten = forgotten

    def keep(self, value: Value) -> str:
        """Keep a value, and return its key."""
        key = secrets.token_urlsafe()
        self._values.get(key, lambda: value)
        return key

    def recall(self, key: str | None) -> Value | None:
        """Recall a value; None where none was kept, as the key is None.

        Raises
        ------
        InputError
            When it had to make room for newer ones.
        """
        if key is None:
            return None
        found = self._values.recall(key)
        if found is None:
            raise InputError(self._forgotten)
        return found
