"""Weights of the pocket's positions in the similarity of two targets, learned from measured pairs.

Some positions decide what binds, such as the gatekeeper, and others do not matter. How much each
one counts is learned by the error of every target when it is left out of a kernel ridge regression
over the targets, which has a closed form (Allen 1974, doi:10.2307/1267500): automatic relevance
determination, as in Gaussian processes (Neal 1996), by prediction in the place of the likelihood.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dta_demo.model.kernel_regression import KernelSettings
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.similarities import squared_distances, substitution_distances
from dta_demo.runtime.threads import torch_threads

STEPS, LEARNING_RATE = 60, 0.08

PENALTY = 0.02
"""Of the mean squared logarithm of a weight's change, beside the mean squared error."""

LEAST_TARGETS = 20
"""Targets below which nothing is learned of the positions."""


def learn_position_weights(
    panel: MeasuredPanel,
    settings: KernelSettings,
    trained: np.ndarray,
    labels: np.ndarray,
    measured: np.ndarray,
) -> np.ndarray:
    """Learn how much each position counts.

    Parameters
    ----------
    trained : numpy.ndarray of int64, shape (targets,)
        Places in the panel of the targets to learn from.
    labels : numpy.ndarray, shape (targets, drugs)
        Their labels, without a gap.
    measured : numpy.ndarray of bool, shape (targets, drugs)
        Which of them are measured, whose errors count.

    Returns
    -------
    numpy.ndarray of float32, shape (positions,)
        The panel's own weights, changed; unchanged for fewer than `LEAST_TARGETS` targets.
    """
    if len(trained) < LEAST_TARGETS:
        return panel.position_weights
    apart = _position_distances(panel.codes[trained])
    embeddings = panel.embeddings[trained]
    whole = np.exp(-squared_distances(embeddings, embeddings) / panel.embedding_distance)
    share = settings.pocket_share
    fixed = torch.from_numpy((1 - share) * whole + settings.constant).float()
    fixed += (settings.own + settings.ridge) * torch.eye(len(trained))
    wanted = torch.from_numpy(labels - labels.mean(axis=0)).float()
    counted = torch.from_numpy(measured)
    start = torch.from_numpy(panel.position_weights)
    change = torch.zeros(len(start), requires_grad=True)
    optimiser = torch.optim.Adam([change], LEARNING_RATE)
    with torch_threads(1):
        for _ in range(STEPS):
            weights = start * change.exp()
            pocket = torch.exp(-torch.einsum("p,pij->ij", weights, apart))
            errors = _errors_left_out(share * pocket + fixed, wanted)[counted]
            loss = errors.square().mean() + PENALTY * change.square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    learned: np.ndarray = (start * change.exp()).detach().numpy()
    return learned


def _position_distances(codes: np.ndarray) -> Tensor:
    """Distances of the residues at each position: (positions, targets, targets)."""
    table = substitution_distances()
    return torch.from_numpy(np.stack([table[column[:, None], column] for column in codes.T]))


def _errors_left_out(similarity: Tensor, labels: Tensor) -> Tensor:
    """Error of each target when it alone is left out of the regression: (targets, drugs)."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(similarity))
    return (inverse @ labels) / inverse.diagonal()[:, None]
