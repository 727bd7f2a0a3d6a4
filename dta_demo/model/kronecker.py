"""Arithmetic of Kronecker kernel ridge regression (KronRLS) on a grid of targets and drugs.

Pahikkala et al. 2015, doi:10.1093/bib/bbu010. The kernel of two pairs is the product of the
similarity of their targets and that of their drugs. The Kronecker product of both matrices is
never built: applied to a value for every target and drug, it is two small matrix products.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from torch import Tensor

Array = TypeVar("Array", np.ndarray, Tensor)

TOLERANCE = 1e-3
MAX_ITERATIONS = 300
"""Conjugate gradients stop at this relative residual, which takes about 120 steps on KIBA; after
60, errors still differed by a tenth from fold to fold."""


def predict_grid(near_targets: Array, dual: Array, near_drugs: Array, mean: float) -> Array:
    """Predict every query target with every query drug.

    Parameters
    ----------
    near_targets : array, shape (query targets, targets) or (targets,)
        Similarities of the queries to the targets of the grid.
    dual : array, shape (targets, drugs)
        Dual coefficients.
    near_drugs : array, shape (query drugs, drugs)
        Similarities of the queries to the drugs of the grid.
    mean : float
        Mean label, which was subtracted before the fit.

    Returns
    -------
    array, shape (query targets, query drugs) or (query drugs,)
    """
    return near_targets @ dual @ near_drugs.T + mean


def solve_grid(
    targets: np.ndarray, drugs: np.ndarray, measured: np.ndarray, count: np.ndarray, ridge: float
) -> np.ndarray:
    r"""Dual coefficients of ridge regression with the kernel :math:`K_T \otimes K_D`.

    The grid has gaps. Conjugate gradients, preconditioned by the solution for the grid without
    gaps, which the eigenvectors of the two kernels give directly.

    Parameters
    ----------
    targets, drugs : numpy.ndarray, shape (targets, targets) and (drugs, drugs)
    measured, count : numpy.ndarray, shape (targets, drugs)
        Mean label, relative to the overall mean, and number of the pairs at each place.

    Returns
    -------
    numpy.ndarray, shape (targets, drugs)
        The dual coefficients, zero where nothing was measured.
    """
    target_values, target_vectors = np.linalg.eigh(targets.astype(np.float32))
    drug_values, drug_vectors = np.linalg.eigh(drugs.astype(np.float32))
    targets, drugs, measured = (each.astype(np.float32) for each in (targets, drugs, measured))
    inverse = 1 / (np.outer(np.maximum(target_values, 0), np.maximum(drug_values, 0)) + ridge)
    mask = count > 0
    weight = (ridge / np.maximum(count, 1)).astype(np.float32)

    def multiply(dual: np.ndarray) -> np.ndarray:
        return np.asarray((targets @ dual @ drugs) * mask + weight * dual)

    def precondition(residual: np.ndarray) -> np.ndarray:
        turned = (target_vectors.T @ residual @ drug_vectors) * inverse
        return np.asarray((target_vectors @ turned @ drug_vectors.T) * mask)

    return conjugate_gradients(multiply, precondition, measured)


def conjugate_gradients(
    multiply: Callable[[np.ndarray], np.ndarray],
    precondition: Callable[[np.ndarray], np.ndarray],
    right_side: np.ndarray,
) -> np.ndarray:
    """Solution of a symmetric positive definite system, by preconditioned conjugate gradients.

    Parameters
    ----------
    multiply, precondition : callable
        Product of the system's matrix, and of an approximation of its inverse, with an array.
    right_side : numpy.ndarray
        Of any shape.
    """
    solution = np.zeros_like(right_side)
    residual = right_side.copy()
    direction = scaled = precondition(residual)
    product = float((residual * scaled).sum())
    enough = TOLERANCE**2 * float((right_side**2).sum())
    for _ in range(MAX_ITERATIONS):
        if float((residual**2).sum()) <= enough:
            break
        image = multiply(direction)
        step = product / float((direction * image).sum())
        solution += step * direction
        residual -= step * image
        scaled = precondition(residual)
        renewed = float((residual * scaled).sum())
        direction = scaled + renewed / product * direction
        product = renewed
    return solution
