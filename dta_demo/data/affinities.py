"""Measured affinities: the one door to a dataset, whatever layout its folder has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dta_demo.data import tidy
from dta_demo.data.files import DataError, RawAffinities
from dta_demo.data.targets import Target, resolve_targets
from dta_demo.inputs import Drug

__all__ = ["AffinityData", "DataError", "load_affinities"]


@dataclass(frozen=True)
class AffinityData:
    """Measured pairs of drugs and targets.

    Attributes
    ----------
    label : {"pKd", "KIBA score"}
    floor : float or None
        Label of a pair that is "at or below": the limit of the assay.
    drugs, targets : tuple
        Checked molecules, and targets with their named mutations applied.
    drug_index, target_index : numpy.ndarray of int64, shape (pairs,)
        Into ``drugs`` and ``targets``.
    affinity : numpy.ndarray of float64, shape (pairs,)
    fold : numpy.ndarray of int64, shape (pairs,)
        From 0, or -1 where no fold is named.
    """

    name: str
    label: str
    floor: float | None
    drug_ids: tuple[str, ...]
    drugs: tuple[Drug, ...]
    targets: tuple[Target, ...]
    source_sequences: tuple[str, ...]
    drug_index: np.ndarray
    target_index: np.ndarray
    affinity: np.ndarray
    fold: np.ndarray

    def __len__(self) -> int:
        return len(self.affinity)

    def take(self, rows: np.ndarray) -> AffinityData:
        """Return the same drugs and targets with only these pairs (a mask or indices)."""
        return replace(
            self,
            drug_index=self.drug_index[rows],
            target_index=self.target_index[rows],
            affinity=self.affinity[rows],
            fold=self.fold[rows],
        )


def load_affinities(folder: str | Path) -> AffinityData:
    """Read a dataset from a folder in the tidy layout.

    Raises
    ------
    DataError
        When the layout is unknown, or a file is missing, unreadable or does not fit the others.
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
    )


def _read_layout(folder: Path) -> RawAffinities:
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder.")
    if (folder / tidy.DESCRIPTION).exists():
        return tidy.read_tidy(folder)
    raise DataError(f"{folder} holds no dataset: it has no {tidy.DESCRIPTION}.")
