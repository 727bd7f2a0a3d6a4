"""Measured affinities, read from a folder in any of the known layouts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dta_demo.data import deepdta, tidy
from dta_demo.data.files import DataError, RawAffinities
from dta_demo.inputs.molecule import Molecule
from dta_demo.kinases.targets import Target, resolve_targets

__all__ = ["AffinityData", "DataError", "load_affinities"]


@dataclass(frozen=True)
class AffinityData:
    """Measured pairs of drugs and targets.

    Attributes
    ----------
    label : str
        What was measured, one of `dta_demo.data.tidy.LABELS`.
    floor : float or None
        Label of pairs at or below the detection limit of the assay.
    drugs, targets : tuple
        Checked molecules, and targets with the mutations of their names applied.
    drug_index, target_index : numpy.ndarray of int64, shape (pairs,)
        Indices into ``drugs`` and ``targets``.
    affinity : numpy.ndarray of float64, shape (pairs,)
        Label of each pair.
    fold : numpy.ndarray of int64, shape (pairs,)
        Training fold, from 0; -1 for the published test fold where the dataset has one
        (`has_test_fold`), and otherwise for pairs without a fold.
    """

    name: str
    label: str
    floor: float | None
    drug_ids: tuple[str, ...]
    drugs: tuple[Molecule, ...]
    targets: tuple[Target, ...]
    source_sequences: tuple[str, ...]
    drug_index: np.ndarray
    target_index: np.ndarray
    affinity: np.ndarray
    fold: np.ndarray
    has_test_fold: bool = False

    def __len__(self) -> int:
        return len(self.affinity)

    @property
    def is_test(self) -> np.ndarray:
        """Mask of the pairs in the published test fold: bool, shape (pairs,).

        Results are reported on ``data.take(data.is_test)``, and models trained on
        ``data.take(~data.is_test)``. Without such a fold it is False for all pairs.
        """
        return (self.fold == deepdta.TEST_FOLD) & self.has_test_fold

    def take(self, rows: np.ndarray) -> AffinityData:
        """Select pairs by a mask or indices, and keep all drugs and targets."""
        return replace(
            self,
            drug_index=self.drug_index[rows],
            target_index=self.target_index[rows],
            affinity=self.affinity[rows],
            fold=self.fold[rows],
        )

    def without_unused(self) -> AffinityData:
        """Remove the drugs and targets that are in no pair."""
        drugs, drug_index = np.unique(self.drug_index, return_inverse=True)
        targets, target_index = np.unique(self.target_index, return_inverse=True)
        return replace(
            self,
            drug_ids=tuple(self.drug_ids[number] for number in drugs),
            drugs=tuple(self.drugs[number] for number in drugs),
            targets=tuple(self.targets[number] for number in targets),
            source_sequences=tuple(self.source_sequences[number] for number in targets),
            drug_index=drug_index,
            target_index=target_index,
        )


def load_affinities(folder: str | Path) -> AffinityData:
    """Read a dataset from a folder in the tidy layout or in that of the DeepDTA release.

    A folder with ``dataset.json`` is tidy, and one with any file of the release is a release.

    Raises
    ------
    DataError
        When the layout is unknown, or a file is missing, unreadable or inconsistent with others.
    """
    raw = _read_layout(Path(folder))
    sequences = tuple(raw.sequences.values())
    return AffinityData(
        name=raw.name,
        label=raw.label,
        floor=raw.floor,
        drug_ids=tuple(raw.drugs),
        drugs=tuple(raw.drugs.values()),
        targets=tuple(resolve_targets(tuple(raw.sequences), sequences)),
        source_sequences=sequences,
        drug_index=raw.drug_index,
        target_index=raw.target_index,
        affinity=raw.affinity,
        fold=raw.fold,
        has_test_fold=raw.has_test_fold,
    )


def _read_layout(folder: Path) -> RawAffinities:
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder.")
    if (folder / tidy.DESCRIPTION).exists():
        return tidy.read_tidy(folder)
    if any((folder / name).exists() for name in deepdta.RELEASE_FILES):
        return deepdta.read_deepdta(folder)
    raise DataError(
        f"{folder} holds no dataset: it has neither {tidy.DESCRIPTION} nor the files of the "
        f"DeepDTA release, such as {deepdta.PROTEINS}."
    )
