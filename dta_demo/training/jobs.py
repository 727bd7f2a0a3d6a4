"""Jobs: members to train, each by the pairs that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dta_demo.evaluation.splits import FOLDS, assign_folds, cold_masks
from dta_demo.results.group import Group
from dta_demo.training.pairs import PairTable, Source, match_nearly_identical


@dataclass(frozen=True)
class Job:
    """One member to train, by the pairs that it must not see.

    Attributes
    ----------
    group : Group
        What is new about the pairs that it is tested on. `Group.SEEN` leaves out one fold of
        the pairs, and its member is released; the others leave out all pairs of one fold of
        the molecules, of the targets, or of either.
    fold : int
    """

    group: Group
    fold: int

    @property
    def name(self) -> str:
        """Name of the folder that its member is trained in."""
        leaves_out = "fold" if self.is_released else self.group.cold_split
        return f"{leaves_out}-{self.fold}"

    @property
    def is_released(self) -> bool:
        """Whether its member becomes part of the checkpoint, or only measures and calibrates."""
        return self.group is Group.SEEN


@dataclass(frozen=True)
class ColdFolds:
    """Folds of the cold splits over a table of pairs.

    Attributes
    ----------
    drug, protein : numpy.ndarray of int64, shape (molecules,) and (proteins,)
        Fold of each molecule and of each protein.
    """

    drug: np.ndarray
    protein: np.ndarray

    @classmethod
    def of(cls, table: PairTable) -> ColdFolds:
        """Assign molecules and proteins to folds.

        Those of the first dataset stand in the folds of the field's protocol. A molecule of
        another dataset that is the same but for stereochemistry, or a protein nearly identical,
        goes with it; the others are assigned to folds of their own in the same way.
        """
        first = table.sources[0]
        drugs = _assign(table.skeletons, np.unique(first.drug))
        proteins = np.unique(first.protein)
        keys = match_nearly_identical(table.origins, [table.origins[n] for n in proteins])
        return cls(drugs, _assign(keys, proteins))

    def split(self, job: Job, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of a dataset that a job trains on, and those that it is tested on.

        Returns
        -------
        tuple of numpy.ndarray of bool, shape (pairs,)
        """
        if job.group is Group.SEEN:
            return source.fold != job.fold, source.fold == job.fold
        drug_held_out = self.drug[source.drug] == job.fold
        return cold_masks(job.group, drug_held_out, self.protein[source.protein] == job.fold)


def _assign(keys: Sequence[str], first: np.ndarray) -> np.ndarray:
    """Fold of each key: int64, shape (keys,).

    The keys of the entries ``first`` are assigned by themselves, then the others. Too few to be
    split are all in fold 0.
    """
    of_first = dict.fromkeys(keys[number] for number in first)
    others = [key for key in dict.fromkeys(keys) if key not in of_first]
    folds: dict[str, int] = {}
    for some in (of_first, others):
        if len(some) >= FOLDS:
            folds |= assign_folds(some)
    return np.array([folds.get(key, 0) for key in keys])
