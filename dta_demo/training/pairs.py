"""Table of distinct proteins, distinct molecules and measured pairs from several datasets.

The first dataset is the one whose result is reported. Pairs of the others that stand in its
grid (the same molecule with a nearly identical sequence) are left out, as they may be pairs of
its test fold under another name or in another unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rdkit import Chem

from dta_demo.data.affinities import AffinityData
from dta_demo.kinases.construct import Construct
from dta_demo.model.labels import LABELS

SHARED_WORD = 6
"""Length of the words (k-mers) that two sequences are compared by."""

NEARLY_IDENTICAL = 0.7
"""Fraction of the shorter sequence's words that the other must have to count as the same protein:
isoforms, constructs and point mutants reach it, the closest paralogues do not."""


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
    censored : numpy.ndarray of bool, shape (pairs,)
        Pairs measured as "at or below" their value.
    fold : numpy.ndarray of int64, shape (pairs,)
    """

    name: str
    label: int
    protein: np.ndarray
    drug: np.ndarray
    affinity: np.ndarray
    censored: np.ndarray
    fold: np.ndarray

    def take(self, rows: np.ndarray) -> Source:
        """Return only these pairs (a mask or indices)."""
        return Source(
            self.name,
            self.label,
            self.protein[rows],
            self.drug[rows],
            self.affinity[rows],
            self.censored[rows],
            self.fold[rows],
        )


@dataclass(frozen=True)
class PairTable:
    """Distinct proteins and molecules of all datasets, and the pairs of each.

    Attributes
    ----------
    proteins : tuple of Construct
        As the model reads them: mutations applied, with the domain that the name asks for.
    origins : tuple of str
        The sequence of each protein before mutations were applied.
    smiles, skeletons : tuple of str
        Canonical SMILES, and the same without stereochemistry, by which molecules are matched.
    left_out : dict
        Number of pairs of each further dataset that were left out for standing in the grid of
        the first.
    """

    proteins: tuple[Construct, ...]
    origins: tuple[str, ...]
    protein_names: tuple[str, ...]
    smiles: tuple[str, ...]
    skeletons: tuple[str, ...]
    drug_names: tuple[str, ...]
    sources: tuple[Source, ...]
    left_out: dict[str, int]


def build_table(datasets: Sequence[AffinityData]) -> PairTable:
    """Join datasets in one table; the first is the one whose result is reported."""
    proteins: dict[Construct, tuple[str, str]] = {}
    drugs: dict[str, str] = {}
    for data in datasets:
        for target, origin in zip(data.targets, data.source_sequences, strict=True):
            proteins.setdefault(target.construct, (target.name, origin))
        for identifier, drug in zip(data.drug_ids, data.drugs, strict=True):
            drugs.setdefault(drug.smiles, identifier)
    protein_index = {key: number for number, key in enumerate(proteins)}
    drug_index = {smiles: number for number, smiles in enumerate(drugs)}
    sources = [_make_source(data, protein_index, drug_index) for data in datasets]
    origins = tuple(origin for _, origin in proteins.values())
    skeletons = tuple(drop_stereo(smiles) for smiles in drugs)
    kept = [sources[0]]
    for source in sources[1:]:
        kept.append(source.take(~stands_in_grid(source, sources[0], origins, skeletons)))
    return PairTable(
        proteins=tuple(proteins),
        origins=origins,
        protein_names=tuple(name for name, _ in proteins.values()),
        smiles=tuple(drugs),
        skeletons=skeletons,
        drug_names=tuple(drugs.values()),
        sources=tuple(kept),
        left_out={
            old.name: len(old.affinity) - len(new.affinity)
            for old, new in zip(sources[1:], kept[1:], strict=True)
        },
    )


def _make_source(
    data: AffinityData, protein_index: dict[Construct, int], drug_index: dict[str, int]
) -> Source:
    of_target = np.array([protein_index[target.construct] for target in data.targets])
    of_drug = np.array([drug_index[drug.smiles] for drug in data.drugs])
    # In pKd data without a floor of its own (BindingDB) a value of exactly 5 is censored too.
    floor = data.floor if data.floor is not None else 5.0
    censored = (data.affinity == floor) if data.label == "pKd" else np.zeros(len(data), bool)
    return Source(
        data.name,
        LABELS.index(data.label),
        of_target[data.target_index],
        of_drug[data.drug_index],
        data.affinity,
        censored,
        data.fold,
    )


def drop_stereo(smiles: str) -> str:
    """SMILES of a molecule without stereochemistry, by which it is matched across datasets."""
    return str(Chem.MolToSmiles(Chem.MolFromSmiles(smiles), isomericSmiles=False))


def words_of(sequence: str) -> frozenset[str]:
    """Words (k-mers) of a sequence."""
    return frozenset(
        sequence[start : start + SHARED_WORD] for start in range(len(sequence) - SHARED_WORD + 1)
    )


def match_nearly_identical(origins: Sequence[str], to: Sequence[str]) -> list[str]:
    """Match each sequence with one of ``to`` that is nearly identical to it, or with itself."""
    known = {sequence: words_of(sequence) for sequence in to}
    match: dict[str, str] = {}
    for sequence in dict.fromkeys(origins):
        words = words_of(sequence)
        near = (
            other
            for other, its in known.items()
            if len(words & its) > NEARLY_IDENTICAL * min(len(words), len(its))
        )
        match[sequence] = sequence if sequence in known else next(near, sequence)
    return [match[sequence] for sequence in origins]


def stands_in_grid(
    source: Source, primary: Source, origins: Sequence[str], skeletons: Sequence[str]
) -> np.ndarray:
    """Whether the molecule and the protein of each pair both stand in the primary dataset.

    Returns
    -------
    numpy.ndarray of bool, shape (pairs,)
    """
    known_drugs = {skeletons[drug] for drug in np.unique(primary.drug)}
    known_drug = np.array([skeleton in known_drugs for skeleton in skeletons])
    known_targets = {origins[protein] for protein in np.unique(primary.protein)}
    matches = match_nearly_identical(origins, sorted(known_targets))
    near = np.array([match in known_targets for match in matches])
    return np.asarray(known_drug[source.drug] & near[source.protein])
