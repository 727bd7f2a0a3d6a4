"""Tanimoto similarity of molecules: shared fragments over the fragments that either has."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor
from torch.nn.functional import embedding_bag

MAX_TABLE_ELEMENTS = 2**23
"""Molecules times fragments up to which a dense table is held: 32 MB."""

EXACT_IN_HALF = 2048
"""Whole numbers up to this are exact in half precision, which takes half as long to read."""

Array = TypeVar("Array", np.ndarray, Tensor)


def tanimoto(shared: Array, sizes: Array, other_sizes: Array) -> Array:
    """Tanimoto similarity from fragment counts, 0 where neither molecule has a fragment.

    It is differentiable for tensors.  Counted fragments enter with the smaller of their two
    counts (the minmax kernel of Ralaivola et al. 2005, doi:10.1016/j.neunet.2005.07.009).

    Parameters
    ----------
    shared : numpy.ndarray or Tensor
        Number of fragments that both molecules of a pair have.
    sizes, other_sizes : numpy.ndarray or Tensor
        Number of fragments of the one and of the other; the shapes broadcast to that of
        `shared`.

    Returns
    -------
    numpy.ndarray or Tensor, shape of `shared`
        From 0 to 1.
    """
    either = sizes + other_sizes - shared
    return shared / either.clip(min=1.0)


class FragmentIndex:
    """Fragments of known molecules, with which other molecules are compared.

    Parameters
    ----------
    rows : scipy.sparse.csr_matrix, shape (molecules, fragments)
        0 or 1; counts are written in unary, so that the product of two rows is the number of
        shared fragments, each with the smaller of its two counts.
    """

    def __init__(self, rows: csr_matrix) -> None:
        # Transposed once: a product would do so each time, which is most of its time.
        self._by_fragment = rows.T.tocsr()
        # Most fragments are of no known molecule: they share one row of zeros, the last.
        present = np.flatnonzero(np.diff(self._by_fragment.indptr))
        self._places = np.full(rows.shape[1], len(present), dtype=np.int64)
        self._places[present] = np.arange(len(present))
        self._table = None
        if (len(present) + 1) * rows.shape[0] <= MAX_TABLE_ELEMENTS:
            table = np.zeros((len(present) + 1, rows.shape[0]), dtype=rows.dtype)
            table[:-1] = self._by_fragment[present].toarray()
            self._table = torch.from_numpy(table)
            if rows.shape[1] <= EXACT_IN_HALF:
                self._table = self._table.half()
        self._sizes = np.asarray(rows.sum(axis=1)).ravel()

    def tanimoto(self, others: csr_matrix) -> np.ndarray:
        """Tanimoto similarity of other molecules to the known ones.

        Parameters
        ----------
        others : scipy.sparse.csr_matrix, shape (others, fragments)
            Fragments as those of the index, in the same type of number.

        Returns
        -------
        numpy.ndarray, shape (others, molecules)
            In the type of number of the fragments.
        """
        return tanimoto(self._count_shared(others), np.asarray(others.sum(axis=1)), self._sizes)

    def _count_shared(self, others: csr_matrix) -> np.ndarray:
        if self._table is None:
            return np.asarray((others @ self._by_fragment).toarray())
        # Sums the rows of the fragments that each has, several times faster than the product.
        columns = torch.from_numpy(self._places[others.indices])
        starts = torch.from_numpy(others.indptr[:-1].astype(np.int64))
        shared = embedding_bag(columns, self._table, starts, mode="sum").numpy()
        return np.asarray(shared.astype(others.dtype))
