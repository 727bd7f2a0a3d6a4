"""Jobs: members to train, each by the pairs that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dta_demo.evaluation.splits import FOLDS, assign_folds, cold_masks
from dta_demo.results.group import Group
from dta_demo.training.near_identical import match_nearly_identical
from dta_demo.training.pairs import PairTable, Source

NONE = -1
"""In the place of a fold: none is left out."""


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
    mutants : bool
        Whether the targets that are left out are a fold of the mutants whose wild type is in the
        first dataset, and not a fold of all targets.
    """

    group: Group
    fold: int
    mutants: bool = False

    @property
    def name(self) -> str:
        """Name of the folder that its member is trained in."""
        leaves_out = "fold" if self.is_released else self.group.cold_split
        return f"{leaves_out}-{self.fold}" + ("-of-mutants" if self.mutants else "")

    @property
    def leaves_targets_out(self) -> bool:
        """Whether no pair of some targets is trained on."""
        return self.group in (Group.NEW_TARGET, Group.BOTH_NEW)

    @property
    def left_out_targets(self) -> int:
        """Fold of the targets that the drug encoder must not have seen; -1 for none.

        It has seen no mutant: the data that it learns from name none.
        """
        return self.fold if self.leaves_targets_out and not self.mutants else NONE

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
    mutant : numpy.ndarray of int64, shape (proteins,)
        Fold of each mutant whose wild type is in the first dataset, -1 for all other proteins.
    """

    drug: np.ndarray
    protein: np.ndarray
    mutant: np.ndarray

    @classmethod
    def of(cls, table: PairTable) -> ColdFolds:
        """Assign molecules and proteins to folds.

        Those of the first dataset stand in the folds of the field's protocol. A molecule of
        another dataset that is a twin, or a protein nearly identical, goes with it; the others are
        assigned to folds of their own in the same way. Of twins in the first dataset, of which
        Davis has none, the later go with the first, against the protocol.
        """
        first = table.sources[0]
        drugs = _assign(table.twin_keys, table.smiles, np.unique(first.drug))
        proteins = np.unique(first.protein)
        keys = match_nearly_identical(table.origins, [table.origins[n] for n in proteins])
        return cls(drugs, _assign(keys, table.origins, proteins), _assign_mutants(table))

    @property
    def has_mutants(self) -> bool:
        """Whether there are mutants to leave out, by folds."""
        return bool((self.mutant >= 0).any())

    def split(self, job: Job, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of a dataset that a job trains on, and those that it is tested on.

        Of an auxiliary dataset all are trained on but those of targets that the job leaves out.

        Returns
        -------
        tuple of numpy.ndarray of bool, shape (pairs,)
        """
        folds = self.mutant if job.mutants else self.protein
        target_held_out = folds[source.protein] == job.fold
        if source.auxiliary:
            train = ~(target_held_out & job.leaves_targets_out)
            return train, np.zeros_like(train)
        if job.group is Group.SEEN:
            return source.fold != job.fold, source.fold == job.fold
        return cold_masks(job.group, self.drug[source.drug] == job.fold, target_held_out)


def _assign(keys: Sequence[str], own: Sequence[str], first: np.ndarray) -> np.ndarray:
    """Fold of each entry, by its key: int64, shape (entries,).

    The entries ``first`` are assigned by what is their ``own``, as the protocol does, and the keys
    that none of them has by themselves. Too few to be split are all in fold 0.
    """
    folds: dict[str, int] = {}
    of_first = dict.fromkeys(own[number] for number in first)
    if len(of_first) >= FOLDS:
        by_protocol = assign_folds(of_first)
        for number in first:
            folds.setdefault(keys[number], by_protocol[own[number]])
    known = {keys[number] for number in first}
    others = [key for key in dict.fromkeys(keys) if key not in known]
    if len(others) >= FOLDS:
        folds |= assign_folds(others)
    return np.array([folds.get(key, 0) for key in keys])


def _assign_mutants(table: PairTable) -> np.ndarray:
    """Fold of each mutant whose wild type is in the first dataset: int64, shape (proteins,).

    A mutant stands in one fold with its phosphorylated form. -1 for all other proteins, and for all
    where there are too few mutants to be split.
    """
    own = set(table.sources[0].protein.tolist())
    keys = {
        number: kinase.name.removesuffix("p") if kinase.phosphorylated else kinase.name
        for number, kinase in enumerate(table.proteins)
        if number in own and not kinase.is_wild_type and table.find_wild_type(number) in own
    }
    folds = np.full(len(table.proteins), NONE, dtype=np.int64)
    if len(set(keys.values())) >= FOLDS:
        by_key = assign_folds(list(keys.values()))
        folds[list(keys)] = [by_key[key] for key in keys.values()]
    return folds
