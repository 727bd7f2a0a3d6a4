"""Average product correction, which brings out contacts in an attention map."""

from __future__ import annotations

import numpy as np


def correct_average_product(attention: np.ndarray) -> np.ndarray:
    r"""Symmetrise an attention map and apply the average product correction (APC).

    With :math:`F = A + A^T`, it is :math:`F_{ij} - F_{i\cdot} F_{\cdot j} / F_{\cdot\cdot}`, where
    dots stand for sums: the attention between two residues beyond what each has with all others.
    Dunn et al. 2008 (doi:10.1093/bioinformatics/btm604) correct mutual information in this way,
    and Rao et al. 2021 (doi:10.1101/2020.12.15.422761) attention, where contacts in space remain.

    Parameters
    ----------
    attention : numpy.ndarray, shape (residues, residues)

    Returns
    -------
    numpy.ndarray of float32, shape (residues, residues)
        Symmetric; rows and columns sum to 0.
    """
    both = attention + attention.T
    sums = both.sum(axis=0, dtype=np.float64)
    corrected: np.ndarray = both - np.outer(sums, sums / sums.sum())
    return corrected.astype(np.float32)
