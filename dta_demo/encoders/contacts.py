"""Contacts from attention: what is left of a map when its background is taken away."""

from __future__ import annotations

import numpy as np


def correct_average_product(attention: np.ndarray) -> np.ndarray:
    r"""Symmetrise an attention map and take off its average product (APC).

    With :math:`F = A + A^T`, it is :math:`F_{ij} - F_{i\cdot} F_{\cdot j} / F_{\cdot\cdot}`, sums
    taken over the dots: what two residues have beyond what each has with all others. Dunn et al.
    2008 (doi:10.1093/bioinformatics/btm604) take it off mutual information, and Rao et al. 2021
    (doi:10.1101/2020.12.15.422761) off attention, where contacts in space remain.

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
