"""Number of threads that NumPy and torch compute on, where more of them are not faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import torch
from threadpoolctl import ThreadpoolController

assert np.__version__  # Its library is found only once it is loaded.
_OPENBLAS = ThreadpoolController().select(internal_api="openblas")


def one_numpy_thread() -> AbstractContextManager[object]:
    """Restrict NumPy's matrix products to the calling thread.

    After a product, NumPy's other threads spin for a while, each on a core of its own, and hold up
    those of torch, which wait for each other: on two cores, a known protein with another molecule
    took 8.4 ms instead of 4.5, and a new protein up to twice as long.
    """
    limit: AbstractContextManager[object] = _OPENBLAS.limit(limits=1)
    return limit


@contextmanager
def torch_threads(count: int | None) -> Iterator[None]:
    """Set the number of CPU threads of torch for a block; None leaves it as it is."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
