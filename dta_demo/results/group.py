"""The four groups of pairs: by whether the molecule and the target were measured in training."""

from __future__ import annotations

from enum import Enum

import numpy as np


class Group(str, Enum):
    """Group of a pair, by what the training panel lacks.

    The order is that of every table and array with an entry for each group: bit 0 of the place
    says that the drug is new, bit 1 that the target is.
    """

    SEEN = "seen"
    NEW_DRUG = "new drug"
    NEW_TARGET = "new target"
    BOTH_NEW = "both new"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def of(cls, new_target: bool, new_drug: bool) -> Group:
        """Group of a pair, by what about it is new."""
        return GROUPS[int(group_places(np.array(new_target), np.array(new_drug)))]

    @property
    def place(self) -> int:
        """Place of the group in `GROUPS`."""
        return GROUPS.index(self)

    @property
    def cold_split(self) -> str:
        """Name of the cold split that tests this group, as the command line writes it."""
        return self.value.replace(" ", "-")


GROUPS: tuple[Group, ...] = tuple(Group)


def group_places(new_target: np.ndarray, new_drug: np.ndarray) -> np.ndarray:
    """Places in `GROUPS` of many pairs, by what about each is new: int64, of the inputs' shape."""
    return np.asarray(new_drug, dtype=np.int64) + 2 * np.asarray(new_target, dtype=np.int64)
