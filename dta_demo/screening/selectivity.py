"""Selectivity of a molecule among many kinases, by three scores of the field.

S(x), the share of kinases bound at a concentration: Karaman et al. 2008 (doi:10.1038/nbt1358). The
Gini coefficient: Graczyk 2007 (doi:10.1021/jm070562u), here of occupancies at 1 uM. Selectivity
entropy: Uitdehaag and Zaman 2011 (doi:10.1186/1471-2105-12-94).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from dta_demo.results.profile import KinaseAffinity, Selectivity

LEAST_KINASES = 2

S_DEFINITION = "Share of the kinases with a predicted Kd below {concentration} (Karaman 2008)."
S_BOUND = (
    "Share of the kinases that are predicted to bind up to 10 µM, which the model means from a pKd "
    "of {threshold:.2f} on: a lower one is its floor (after Karaman 2008)."
)
GINI = (
    "Gini coefficient of the share of each kinase that is bound at 1 µM: 0 where all are bound "
    "alike, towards 1 where one is; kinases at the floor count as not bound (after Graczyk "
    "2007)."
)
ENTROPY = (
    "Entropy of how a little of the molecule spreads over the kinases, by their association "
    "constants: 0 where one takes all of it; kinases at the floor take nothing (Uitdehaag and "
    "Zaman 2011)."
)


def share_bound(pkd: np.ndarray, threshold: float) -> float:
    """Share of kinases with a pKd above a threshold."""
    return float((pkd > threshold).mean())


def gini(pkd: np.ndarray, floor: float) -> float:
    """Gini coefficient of the occupancies at 1 uM; kinases at the floor are not bound."""
    bound = np.where(pkd > floor, 1 / (1 + 10 ** (6 - pkd)), 0.0)
    if not bound.any():
        return 0.0
    ranked = np.sort(bound)
    places = np.arange(1, len(ranked) + 1)
    return float(((2 * places - len(ranked) - 1) * ranked).sum() / (len(ranked) * ranked.sum()))


def entropy(pkd: np.ndarray, floor: float) -> float:
    """Selectivity entropy, in natural units; kinases at the floor take nothing."""
    bound = pkd[pkd > floor]
    if not len(bound):
        return 0.0
    constants = 10 ** (bound - bound.max())
    shares = constants / constants.sum()
    return float(-(shares * np.log(shares)).sum() + 0.0)


def score_selectivity(
    kinases: Sequence[KinaseAffinity], floor_below: float
) -> tuple[Selectivity, ...]:
    """Score the selectivity over the kinases that lie in the domain.

    Parameters
    ----------
    floor_below : float
        pKd below which the model means "no binding up to 10 uM" rather than a number.

    Returns
    -------
    tuple of Selectivity
        Each with the least and the greatest score of the members; empty for fewer kinases than
        `LEAST_KINASES`.
    """
    inside = [each for each in kinases if each.in_domain]
    if len(inside) < LEAST_KINASES:
        return ()
    whole = np.array([each.affinity for each in inside])
    members = np.array([each.by_member for each in inside]).T
    scores: list[tuple[str, str, Callable[[np.ndarray], float]]] = [
        (
            f"S({words})",
            definition.format(concentration=words, threshold=threshold),
            partial(share_bound, threshold=threshold),
        )
        for words, threshold, definition in (
            ("10 µM", floor_below, S_BOUND),
            ("1 µM", 6.0, S_DEFINITION),
            ("100 nM", 7.0, S_DEFINITION),
        )
    ]
    scores.append(("Gini", GINI, partial(gini, floor=floor_below)))
    scores.append(("Entropy", ENTROPY, partial(entropy, floor=floor_below)))
    return tuple(
        Selectivity(name, definition, score(whole), min(spread), max(spread))
        for name, definition, score in scores
        for spread in [[score(member) for member in members]]
    )
