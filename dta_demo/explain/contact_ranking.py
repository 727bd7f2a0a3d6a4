"""How well a number for each residue finds the residues that a ligand touches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata


@dataclass(frozen=True)
class ContactRanking:
    """Measure of a ranking of residues by whether those that it puts first touch a ligand.

    Attributes
    ----------
    area : float
        Area under the ROC curve: the chance that a residue that touches the ligand stands before
        one that does not; 0.5 for a random order.
    precision : float
        Fraction that touch it among as many residues as touch it.
    chance : float
        The precision of a random order: the fraction of all residues that touch it.
    """

    area: float
    precision: float
    chance: float


def rank_contacts(values: np.ndarray, touching: np.ndarray) -> ContactRanking | None:
    """Measure how well the largest values find the residues that touch a ligand.

    Of equal values every order is as good, so that the mean over all of them is given.

    Parameters
    ----------
    values : numpy.ndarray, shape (residues,)
        The larger, the earlier a residue stands.
    touching : numpy.ndarray of bool, shape (residues,)

    Returns
    -------
    ContactRanking or None
        None where all of the residues touch it, or none does.
    """
    touched, others = int(touching.sum()), int((~touching).sum())
    if not touched or not others:
        return None
    ranks = rankdata(values)
    area = (ranks[touching].sum() - touched * (touched + 1) / 2) / (touched * others)
    last = np.sort(values)[-touched]
    before, equal = values > last, values == last
    drawn = (touched - before.sum()) / equal.sum()
    found = (before & touching).sum() + drawn * (equal & touching).sum()
    return ContactRanking(float(area), float(found / touched), touched / len(values))
