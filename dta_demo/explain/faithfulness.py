"""Test of an explanation: hiding what it puts first must change the prediction.

The residues that a ranking puts first are hidden, more and more of them, and the prediction is
watched: the deletion test of Samek et al. 2017 (doi:10.1109/TNNLS.2016.2599820). Random residues,
hidden the same way, tell what chance would do. Only residues that the model reads take part: any
others would lose to these for that alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.records import Attribution, Faithfulness, HidingCurve

HIDDEN_COUNTS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of residues or atoms to hide, as far as there are more."""

RESIDUE_DRAWS = 9
"""Random draws: a ranking that means nothing beats all nine in one case of ten."""

ATOM_DRAWS = 19
"""The same for atoms, which cost no pass of the encoder: one case of twenty."""

Predict = Callable[[Sequence[Sequence[int]]], np.ndarray]


class HidingTest:
    """The test for one pair, of its residues or its atoms.

    Parameters
    ----------
    candidates : sequence of int
        What can be hidden.
    predict : callable
        Gives the pKd with some of them hidden: a value for each set of them.
    """

    def __init__(self, candidates: Sequence[int], predict: Predict) -> None:
        self.candidates, self.predict = np.asarray(candidates), predict
        fewer = [count for count in HIDDEN_COUNTS if count < len(candidates)]
        self.counts = tuple(fewer) or (len(candidates),)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The prediction with nothing hidden, and with all candidates."""
        intact, all_hidden = self.predict([[], self.candidates.tolist()]).tolist()
        return intact, all_hidden

    @property
    def direction(self) -> float:
        """1 where hiding everything lowers the prediction, -1 where it raises it."""
        intact, all_hidden = self.ends
        return 1.0 if intact >= all_hidden else -1.0

    def select(self, values: np.ndarray) -> np.ndarray:
        """Select the candidates' values from those of all residues or atoms."""
        return np.asarray(values[self.candidates - 1])

    def follow(self, scores: np.ndarray) -> HidingCurve:
        """Hide what has the highest scores first; ties in the order of the candidates.

        Parameters
        ----------
        scores : numpy.ndarray, shape (candidates,)
        """
        return self._follow([self.candidates[np.argsort(-scores, kind="stable")]])

    def follow_random(self, draws: int) -> HidingCurve:
        """Hide them in random orders, the same ones each time."""
        return self._follow(
            [np.random.default_rng(draw).permutation(self.candidates) for draw in range(draws)]
        )

    def _follow(self, orders: Sequence[np.ndarray]) -> HidingCurve:
        hidden = [order[:count].tolist() for order in orders for count in self.counts]
        pkd = self.predict(hidden).reshape(len(orders), len(self.counts))
        areas = self.direction * (self.ends[0] - pkd).mean(axis=1)
        return HidingCurve(self.counts, pkd, areas)


def hide_residues(pair: ExplainedPair) -> HidingTest:
    """Prepare the test of the residues that the poolings read, numbered from 1."""
    return HidingTest(pair.residues.tolist(), pair.predict_without_residues)


def hide_atoms(pair: ExplainedPair) -> HidingTest:
    """Prepare the test of the molecule's atoms, numbered from 1."""
    return HidingTest(range(1, pair.atoms + 1), pair.predict_without_atoms)


def check_residues(test: HidingTest, attribution: Attribution) -> Faithfulness:
    """Compare the attribution of residues with chance."""
    scores = test.select(attribution.residues)
    rankings = {"attribution": test.follow(test.direction * scores)}
    return Faithfulness(*test.ends, rankings, test.follow_random(RESIDUE_DRAWS))


def check_atoms(test: HidingTest, attribution: Attribution) -> Faithfulness:
    """Compare the attribution of atoms with chance."""
    rankings = {"attribution": test.follow(test.direction * attribution.atoms)}
    return Faithfulness(*test.ends, rankings, test.follow_random(ATOM_DRAWS))
