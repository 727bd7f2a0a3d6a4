"""How many threads compute: more of them are not always faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import torch
from threadpoolctl import ThreadpoolController

assert np.__version__  # Its library is found only once it is loaded.
_OPENBLAS = ThreadpoolController().select(internal_api="openblas")


def one_numpy_thread() -> AbstractContextManager[object]:
    """Let numpy's products run on the calling thread alone.

    Its other threads go on waiting for work for a while after a product, each on a core of its
    own, and torch's, which wait for each other, are held up: the same protein with another
    molecule took 8.4 instead of 4.5 ms on two cores, and a new protein up to twice as long.
    """
    limit: AbstractContextManager[object] = _OPENBLAS.limit(limits=1)
    return limit


@contextmanager
def torch_threads(count: int | None) -> Iterator[None]:
    """Let torch compute on so many threads of a CPU; None leaves them as they are."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
