"""Twins: molecules that are one substance, though their structures are drawn differently.

BindingDB holds whole profiles of the Davis study under other structures, some of them misdrawn, so
that molecules are compared by what was measured as well as by structure (`same_structure`). Two
molecules with the same value on target after target were not measured twice: an assay does not
repeat itself to the second decimal place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dta_demo.data.affinities import AffinityData
from dta_demo.training.near_identical import group_nearly_identical
from dta_demo.training.same_structure import find_same_structures

DECIMALS = 2
"""Decimal places that every dataset gives; in the last one, values may differ by 1 by rounding."""

COMMON = 0.01
"""Share of a dataset's pairs from which on a value is so common that two molecules with it say
nothing: the floor of Davis and BindingDB, 9.0 in BindingDB, 16 values of KIBA."""

EQUAL = 0.95
"""Share that must be equal of the values compared: all where one of the two molecules has a telling
value. Scores of KIBA come in steps, and analogues of it reach 0.92; no two molecules with
`LEAST_VALUES` in pKd data do that are not one substance."""

LEAST_VALUES = 5
"""Distinct equal values that must be found: a value that a molecule has again and again, such as
the highest concentration that was tried, counts once."""


@dataclass(frozen=True)
class SameValues:
    """Two molecules with the same measured values.

    Attributes
    ----------
    first, second : str
        Canonical SMILES.
    first_name, second_name : str
        Dataset and identifier there.
    equal, compared : int
        Number of equal values, and of targets that were compared.
    """

    first: str
    second: str
    first_name: str
    second_name: str
    equal: int
    compared: int

    @property
    def evidence(self) -> str:
        """What shows it, in words."""
        return f"{self.equal:,} of {self.compared:,} values equal"


@dataclass(frozen=True)
class Twins:
    """Twins among the molecules of some datasets.

    Attributes
    ----------
    keys : dict of str to str
        For the canonical SMILES of each molecule, that of the first of its twins: one key for
        one substance.
    by_values : tuple of SameValues
        Those that were found by their values, whether or not their structures show it too.
    """

    keys: dict[str, str]
    by_values: tuple[SameValues, ...]


def find_twins(datasets: Sequence[AffinityData]) -> Twins:
    """Find the molecules of one or more datasets that are one substance."""
    molecules = [list(dict.fromkeys(drug.smiles for drug in data.drugs)) for data in datasets]
    by_values = tuple(find_same_values(datasets))
    same = [
        *find_same_structures(molecules),
        *((pair.first, pair.second) for pair in by_values),
    ]
    return Twins(join_pairs((smiles for each in molecules for smiles in each), same), by_values)


def join_pairs(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each name to the first, in their order, of those that pairs join it with."""
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    leader = {name: name for name in place}

    def lead(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for pair in pairs:
        first, second = sorted(map(lead, pair), key=place.__getitem__)
        leader[second] = first
    return {name: lead(name) for name in leader}


def find_same_values(datasets: Sequence[AffinityData]) -> Iterator[SameValues]:
    """Yield the molecules, of two structures, that have the same values within one label."""
    for label in dict.fromkeys(data.label for data in datasets):
        profiles = Profiles.of([data for data in datasets if data.label == label])
        for row in range(len(profiles.names) - 1):
            yield from profiles.match(row)


@dataclass(frozen=True)
class Profiles:
    """Values of the molecules of each dataset of one label, side by side.

    Attributes
    ----------
    smiles, names : list of str
        Molecule of each row, and the dataset and identifier that it has there.
    values : numpy.ndarray of float64, shape (rows, groups of nearly identical proteins)
        Rounded to `DECIMALS`; NaN where nothing was measured.
    telling : numpy.ndarray of bool, same shape
        Whether a value is above the floor and not `COMMON`.
    """

    smiles: list[str]
    names: list[str]
    values: np.ndarray
    telling: np.ndarray

    @classmethod
    def of(cls, datasets: Sequence[AffinityData]) -> Profiles:
        """Lay out the molecules that have values enough to be compared."""
        groups = group_nearly_identical(
            sequence for data in datasets for sequence in data.source_sequences
        )
        width = max(groups.values()) + 1
        grids = [_lay_out(data, groups, width) for data in datasets]
        values, telling = np.concatenate(grids), _telling(datasets, grids)
        enough = telling.sum(axis=1) >= LEAST_VALUES
        smiles = [drug.smiles for data in datasets for drug in data.drugs]
        names = [f"{data.name} {drug_id}" for data in datasets for drug_id in data.drug_ids]
        rows = np.flatnonzero(enough)
        return cls(
            [smiles[row] for row in rows], [names[row] for row in rows], values[rows], telling[rows]
        )

    def match(self, row: int) -> Iterator[SameValues]:
        """Yield the later molecules with the values of a row."""
        mine, others = self.values[row], self.values[row + 1 :]
        telling, theirs = self.telling[row], self.telling[row + 1 :]
        compared = ~np.isnan(mine) & ~np.isnan(others) & (telling | theirs)
        close = np.abs(mine - others) < 1.5 * 10.0**-DECIMALS
        equal = compared & telling & theirs & close
        counts, compared_counts = equal.sum(axis=1), compared.sum(axis=1)
        enough = (counts >= LEAST_VALUES) & (counts >= EQUAL * compared_counts)
        for place in np.flatnonzero(enough):
            other = row + 1 + int(place)
            if self.smiles[row] != self.smiles[other] and (
                len(np.unique(mine[equal[place]])) >= LEAST_VALUES
            ):
                yield SameValues(
                    self.smiles[row], self.smiles[other], self.names[row], self.names[other],
                    int(counts[place]), int(compared_counts[place]),
                )  # fmt: skip


def _lay_out(data: AffinityData, groups: dict[str, int], width: int) -> np.ndarray:
    """Values of a dataset: float64, shape (drugs, groups); NaN where none was measured.

    A protein with several targets in the dataset, such as its mutants, is left away, since it is
    open which of them another dataset means.
    """
    group = np.array([groups[sequence] for sequence in data.source_sequences])
    alone = np.bincount(group)[group] == 1
    kept = alone[data.target_index]
    grid = np.full((len(data.drugs), width), np.nan)
    places = data.drug_index[kept], group[data.target_index[kept]]
    grid[places] = np.round(data.affinity[kept], DECIMALS)
    return grid


def _telling(datasets: Sequence[AffinityData], grids: Sequence[np.ndarray]) -> np.ndarray:
    """Whether each value says something: bool, shape (all drugs, groups)."""
    common: set[float] = set()
    for data in datasets:
        counts = Counter(np.round(data.affinity, DECIMALS).tolist())
        common |= {value for value, count in counts.items() if count > COMMON * len(data)}
    telling = []
    for data, grid in zip(datasets, grids, strict=True):
        above = ~np.isnan(grid) if data.floor is None else grid > data.floor
        telling.append(above & ~np.isin(grid, list(common)))
    return np.concatenate(telling)
