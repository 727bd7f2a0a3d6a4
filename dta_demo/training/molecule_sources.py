"""Data of the drug encoder's training: datasets of many molecules, without those of the panels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, vstack

from dta_demo.data.affinities import AffinityData
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training.jobs import NONE, ColdFolds
from dta_demo.training.molecules import MoleculeSource
from dta_demo.training.near_identical import match_nearly_identical
from dta_demo.training.pairs import DISPLACEMENT, PairTable, displacement_to_pkd
from dta_demo.training.twins import find_twins

ACTIVITY = "pChEMBL"
"""Label of activities of the literature, from which only the drug encoder learns."""

AT_ONCE = 4096
"""Molecules whose fragments are counted at once: the counts are dense until they are stacked."""


def read_molecule_sources(
    datasets: Sequence[AffinityData],
    panels: Sequence[AffinityData],
    table: PairTable,
    folds: ColdFolds,
    bits: int,
) -> list[MoleculeSource]:
    """Collect what the drug encoder learns from.

    Parameters
    ----------
    datasets : sequence of AffinityData
        Those of activities and of displacement.
    panels : sequence of AffinityData
        Those that the members are tested on: a molecule that is one of theirs, or a twin of it,
        is left out.
    table, folds : PairTable and ColdFolds
        Proteins of the panels, and the fold of each; a target that is nearly identical to one of
        them stands in its fold.
    """
    if not datasets:
        return []
    keys = find_twins([*panels, *datasets]).keys
    known = {keys[drug.smiles] for data in panels for drug in data.drugs}
    fold_of = dict(zip(reversed(table.origins), reversed(folds.protein.tolist()), strict=True))
    return [_read(data, keys, known, fold_of, bits) for data in datasets]


def _read(
    data: AffinityData,
    keys: dict[str, str],
    known: set[str],
    fold_of: dict[str, int],
    bits: int,
) -> MoleculeSource:
    new = np.array([keys[drug.smiles] not in known for drug in data.drugs], dtype=bool)
    data = data.take(new[data.drug_index]).without_unused()
    order = np.argsort(data.drug_index, kind="stable")
    value = data.affinity
    censored, saturated = np.zeros(len(data), bool), np.zeros(len(data), bool)
    if data.label == DISPLACEMENT:
        value, censored, saturated = displacement_to_pkd(value)
    matches = match_nearly_identical(data.source_sequences, list(fold_of))
    return MoleculeSource(
        name=data.name,
        counts=count_fragments([drug.smiles for drug in data.drugs], bits),
        molecule=data.drug_index[order],
        target=data.target_index[order],
        value=value[order].astype(np.float32),
        censored=censored[order],
        saturated=saturated[order],
        target_fold=np.array([fold_of.get(match, NONE) for match in matches]),
    )


def count_fragments(smiles: Sequence[str], bits: int) -> csr_matrix:
    """Log fragment counts of many molecules, see `Fingerprints`: float32, sparse."""
    parts = [
        csr_matrix(fingerprint_smiles(smiles[start : start + AT_ONCE], bits).counts)
        for start in range(0, max(len(smiles), 1), AT_ONCE)
    ]
    return vstack(parts, format="csr")
