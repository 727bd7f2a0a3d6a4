"""What each member leaves out: a fold of the pairs, or molecules and targets altogether."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.model_selection import KFold

from dta_demo.training.pairs import PairTable, Source, match_nearly_identical

FOLDS = 5
SEED = 42
"""Of the cold splits: `KFold(5, shuffle=True, random_state=42)`, as the field's baselines have
it, over molecules and over unique sequences in their order in the file."""

Leaves = Literal["fold", "new-drug", "new-target", "both-new"]
LEAVES: tuple[Leaves, ...] = ("fold", "new-drug", "new-target", "both-new")
"""In the order of `GROUPS`: the group of queries that each one speaks for."""


@dataclass(frozen=True)
class Job:
    """One member to train, by what it must not see.

    Attributes
    ----------
    leaves : {"fold", "new-drug", "new-target", "both-new"}
        Pairs of a fold; all pairs of a fold of the molecules, of the targets, or of either.
    """

    leaves: Leaves
    fold: int

    @property
    def name(self) -> str:
        """Folder of its state."""
        return f"{self.leaves}-{self.fold}"

    @property
    def group(self) -> int:
        """Index into `dta_demo.trust.applicability.GROUPS` of the pairs it is tested on."""
        return LEAVES.index(self.leaves)


@dataclass(frozen=True)
class ColdFolds:
    """Fold of every molecule and every protein of a table: int64, (molecules,) and (proteins,)."""

    drug: np.ndarray
    protein: np.ndarray

    @classmethod
    def of(cls, table: PairTable) -> ColdFolds:
        """Put molecules and targets into folds.

        Those of the first dataset stand in the folds of the field's protocol. A molecule of
        another dataset that is the same but for stereochemistry, or a protein nearly identical,
        goes with it; the others are put into folds of their own in the same way.
        """
        first = table.sources[0]
        drugs = _folds_of_keys(table.skeletons, np.unique(first.drug))
        proteins = np.unique(first.protein)
        keys = match_nearly_identical(table.origins, [table.origins[n] for n in proteins])
        return cls(drugs, _folds_of_keys(keys, proteins))

    def split(self, job: Job, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """Tell which pairs of a dataset a job trains on, and on which it is tested."""
        if job.leaves == "fold":
            return source.fold != job.fold, source.fold == job.fold
        drug, protein = self.left_out(job)
        new_drug, new_protein = drug[source.drug], protein[source.protein]
        test = new_drug & new_protein if job.leaves == "both-new" else new_drug | new_protein
        return ~new_drug & ~new_protein, test

    def left_out(self, job: Job) -> tuple[np.ndarray, np.ndarray]:
        """Tell which molecules and which proteins a cold job must not see."""
        drug = (self.drug == job.fold) & (job.leaves in ("new-drug", "both-new"))
        protein = (self.protein == job.fold) & (job.leaves in ("new-target", "both-new"))
        return drug, protein


def _folds_of_keys(keys: Sequence[str], first: np.ndarray) -> np.ndarray:
    """Put keys into folds: first those of some entries, then the others."""
    of_first = list(dict.fromkeys(keys[number] for number in first))
    others = list(dict.fromkeys(key for key in keys if key not in set(of_first)))
    fold: dict[str, int] = {}
    for some in (of_first, others):
        if len(some) >= FOLDS:
            splits = KFold(FOLDS, shuffle=True, random_state=SEED).split(some)
            fold |= {some[place]: n for n, (_, held) in enumerate(splits) for place in held}
    return np.array([fold.get(key, 0) for key in keys])
