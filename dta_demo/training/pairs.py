"""Table of distinct proteins, distinct molecules and measured pairs from several datasets.

The first dataset is the one whose result is reported. Pairs of the others that stand in its
grid (the same molecule or a twin of it, with a nearly identical sequence) are left out, as they may
be pairs of its test fold under another name, another structure or in another unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dta_demo.data.affinities import AffinityData, DataError
from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinases
from dta_demo.model.labels import LABELS
from dta_demo.training.near_identical import match_nearly_identical
from dta_demo.training.twins import find_twins

DISPLACEMENT = "percent displacement"
"""Label of pairs whose displacement at one concentration was measured, in the place of the pKd."""

LEAST_PERCENT, MOST_PERCENT = 10.0, 99.0
"""Displacement below and above which the assay tells no two values apart."""

COMMON, LEAST_COMPARED = 0.01, 20
"""Share of a dataset's pairs from which on a value is looked at as a whole, and pairs of it that
the first dataset must have."""


@dataclass(frozen=True)
class Source:
    """Pairs of one dataset, as indices into the table.

    Attributes
    ----------
    label : int
        Index of the label in `LABELS`.
    protein, drug : numpy.ndarray of int64, shape (pairs,)
    affinity : numpy.ndarray of float64, shape (pairs,)
        In the label's unit.
    censored, saturated : numpy.ndarray of bool, shape (pairs,)
        Pairs measured as "at or below" their value, and as "at or above" it.
    fold : numpy.ndarray of int64, shape (pairs,)
    auxiliary : bool
        Whether it is of another quantity than the label, put on its axis: trained on, but never
        tested on, and no molecule or target counts as measured for it.
    """

    name: str
    label: int
    protein: np.ndarray
    drug: np.ndarray
    affinity: np.ndarray
    censored: np.ndarray
    saturated: np.ndarray
    fold: np.ndarray
    auxiliary: bool = False

    def take(self, rows: np.ndarray) -> Source:
        """Return only these pairs (a mask or indices)."""
        arrays = ("protein", "drug", "affinity", "censored", "saturated", "fold")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})


@dataclass(frozen=True)
class PairTable:
    """Distinct proteins and molecules of all datasets, and the pairs of each.

    Attributes
    ----------
    proteins : KnownKinases
        As the model reads them: kinase domains with the mutations of their names applied.
    origins : tuple of str
        The sequence that each protein has in its first dataset, before mutations were applied.
    smiles, twin_keys : tuple of str
        Canonical SMILES, and the key of each molecule, by which it is matched: twins have one.
    left_out : dict
        Number of pairs of each further dataset that were left out for standing in the grid of
        the first.
    suspect : dict
        Number of pairs of each further dataset that were left out for a value that contradicts
        the first, see `find_suspect`.
    twins : tuple of (str, str, str)
        Molecules of two structures that are one substance by their measured values: both, each by
        its dataset and identifier there, and the evidence.
    """

    proteins: KnownKinases
    origins: tuple[str, ...]
    smiles: tuple[str, ...]
    twin_keys: tuple[str, ...]
    drug_names: tuple[str, ...]
    sources: tuple[Source, ...]
    left_out: dict[str, int]
    suspect: dict[str, int] = field(default_factory=dict)
    twins: tuple[tuple[str, str, str], ...] = ()

    @property
    def panels(self) -> tuple[Source, ...]:
        """The sources that are tested on."""
        return tuple(source for source in self.sources if not source.auxiliary)

    def find_wild_type(self, protein: int) -> int | None:
        """Find the wild type of a protein among the proteins, which is itself where it is one."""
        found = self.proteins.find_wild_type(self.proteins[protein])
        return None if found is None else self.proteins.index(found)


def build_table(
    datasets: Sequence[AffinityData], profile: KinaseProfile, kinome: Kinome | None = None
) -> PairTable:
    """Join datasets in one table; the first is the one whose result is reported.

    Parameters
    ----------
    kinome : Kinome, optional
        Whole kinases for targets whose sequence lacks the kinase domain.

    Raises
    ------
    DataError
        When a dataset has a label that the members do not learn.
    """
    proteins, places = KnownKinases.collect(
        [target for data in datasets for target in data.targets], profile, kinome
    )
    origins: dict[int, str] = {}
    sequences = [sequence for data in datasets for sequence in data.source_sequences]
    for place, sequence in zip(places, sequences, strict=True):
        origins.setdefault(place, sequence)
    drugs: dict[str, str] = {}
    for data in datasets:
        for identifier, drug in zip(data.drug_ids, data.drugs, strict=True):
            drugs.setdefault(drug.smiles, identifier)
    drug_index = {smiles: number for number, smiles in enumerate(drugs)}
    ends = np.cumsum([len(data.targets) for data in datasets])[:-1]
    sources = [
        _make_source(data, of_target, drug_index)
        for data, of_target in zip(datasets, np.split(np.array(places), ends), strict=True)
    ]
    twins = find_twins(datasets)
    table = PairTable(
        proteins=proteins,
        origins=tuple(origins[place] for place in range(len(proteins))),
        smiles=tuple(drugs),
        twin_keys=tuple(twins.keys[smiles] for smiles in drugs),
        drug_names=tuple(drugs.values()),
        sources=tuple(sources),
        left_out={},
        twins=tuple((one.first_name, one.second_name, one.evidence) for one in twins.by_values),
    )
    return _clean(table)


def _clean(table: PairTable) -> PairTable:
    """Leave out pairs that stand in the grid of the first dataset, or contradict it."""
    first, *others = table.sources
    kept, left_out, suspect = [first], {}, {}
    for source in others:
        in_grid = stands_in_grid(source, first, table.origins, table.twin_keys)
        wrong = find_suspect(source, first, table.twin_keys) & ~in_grid
        left_out[source.name], suspect[source.name] = int(in_grid.sum()), int(wrong.sum())
        kept.append(source.take(~in_grid & ~wrong))
    return replace(table, sources=tuple(kept), left_out=left_out, suspect=suspect)


def _make_source(data: AffinityData, of_target: np.ndarray, drug_index: dict[str, int]) -> Source:
    affinity, censored, saturated = (
        data.affinity,
        np.zeros(len(data), bool),
        np.zeros(len(data), bool),
    )
    label = data.label
    if label == DISPLACEMENT:
        label, (affinity, censored, saturated) = "pKd", displacement_to_pkd(data.affinity)
    elif label == "pKd":
        # In pKd data without a floor of its own (BindingDB) a value of exactly 5 is censored too.
        censored = data.affinity == (5.0 if data.floor is None else data.floor)
    if label not in LABELS:
        raise DataError(
            f"The dataset {data.name} has the label {data.label!r}, which the members do not learn."
        )
    of_drug = np.array([drug_index[drug.smiles] for drug in data.drugs])
    return Source(
        data.name,
        LABELS.index(label),
        of_target[data.target_index],
        of_drug[data.drug_index],
        affinity,
        censored,
        saturated,
        data.fold,
        auxiliary=data.label == DISPLACEMENT,
    )


def displacement_to_pkd(percent: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put displacement of the control at 1 uM on the pKd axis by the one-site law.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (pairs,)
        ``6 + log10(p / (100 - p))``, clipped to 5 to 8; whether it is at or below that, and
        whether at or above it: between 10% and 99% the assay tells values apart.
    """
    inside = np.clip(percent, 1e-3, 100 - 1e-3)
    pkd = np.clip(6 + np.log10(inside / (100 - inside)), 5.0, 8.0)
    return pkd, percent < LEAST_PERCENT, percent >= MOST_PERCENT


def find_suspect(source: Source, first: Source, twin_keys: Sequence[str]) -> np.ndarray:
    """Whether each pair has a value that the first dataset contradicts wherever it has the pair.

    BindingDB's subset has 9.0 for pairs of Davis at the floor: 200 of 210. A value that is held
    by many pairs is left out where most of those that both measured are more than 1 apart.

    Returns
    -------
    numpy.ndarray of bool, shape (pairs,)
    """
    wrong = np.zeros(len(source.affinity), dtype=bool)
    if source.label != first.label or source.auxiliary:
        return wrong
    known = {
        (protein, twin_keys[drug]): value
        for protein, drug, value in zip(first.protein, first.drug, first.affinity, strict=True)
    }
    both = np.array(
        [
            known.get((protein, twin_keys[drug]), np.nan)
            for protein, drug in zip(source.protein, source.drug, strict=True)
        ]
    )
    apart = np.abs(both - source.affinity) > 1.0
    values, counts = np.unique(source.affinity, return_counts=True)
    for value in values[counts >= COMMON * len(source.affinity)]:
        same = source.affinity == value
        compared = same & ~np.isnan(both)
        if compared.sum() >= LEAST_COMPARED and apart[compared].mean() > 0.5:
            wrong |= same
    return wrong


def stands_in_grid(
    source: Source, primary: Source, origins: Sequence[str], twin_keys: Sequence[str]
) -> np.ndarray:
    """Whether the molecule and the protein of each pair both stand in the primary dataset.

    A molecule stands there where a twin of it does, and a protein where one nearly identical does.

    Returns
    -------
    numpy.ndarray of bool, shape (pairs,)
    """
    known_drugs = {twin_keys[drug] for drug in np.unique(primary.drug)}
    known_drug = np.array([key in known_drugs for key in twin_keys])
    known_targets = {origins[protein] for protein in np.unique(primary.protein)}
    matches = match_nearly_identical(origins, sorted(known_targets))
    near = np.array([match in known_targets for match in matches])
    return np.asarray(known_drug[source.drug] & near[source.protein])
