"""Tables of pairs as training joins them, and sources and molecules of made-up values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.runtime.bundled import bundled_file
from dta_demo.training.molecules import MoleculeSource
from dta_demo.training.pairs import PairTable, Source, build_table


@cache
def kinase_profile() -> KinaseProfile:
    """The bundled profile, which does not change with the checkpoint's format."""
    return KinaseProfile.load(bundled_file("checkpoint") / "kinase.hmm")


def join(*datasets: AffinityData | Path, kinome: Kinome | None = None) -> PairTable:
    """Join datasets, or the folders that hold them, in one table."""
    read = [load_affinities(data) if isinstance(data, Path) else data for data in datasets]
    return build_table(read, kinase_profile(), kinome)


def make_source(affinity: np.ndarray, **changes: Any) -> Source:
    """Pairs of pKd, each of its own protein and drug, in fold 0; anything can be named."""
    affinity = np.asarray(affinity, dtype=np.float64)
    index = np.arange(len(affinity))
    settings: dict[str, Any] = {
        "name": "davis",
        "label": 0,
        "protein": index,
        "drug": index,
        "censored": affinity <= 5,
        "saturated": np.zeros(len(affinity), dtype=bool),
        "fold": np.zeros_like(index),
    }
    return Source(affinity=affinity, **{**settings, **changes})


FRAGMENTS, PLANTED = 64, 7
"""Columns of the counts of made-up molecules, and the one whose fragment has an effect."""


def make_molecules(
    seed: int = 0, molecules: int = 1500, targets: int = 6, name: str = "made up"
) -> MoleculeSource:
    """Molecules of random fragments, each measured on half of the targets.

    The planted fragment adds 2 to the value on every target, and nothing else does anything.
    Targets stand in folds 0, 1, 2, 0, ...
    """
    random = np.random.default_rng(seed)
    counts = (random.random((molecules, FRAGMENTS)) < 0.2) * random.integers(
        1, 4, (molecules, FRAGMENTS)
    )
    molecule, target = np.nonzero(random.random((molecules, targets)) < 0.5)
    value = 5 + 2.0 * (counts[molecule, PLANTED] > 0) + random.normal(0, 0.3, len(molecule))
    none = np.zeros(len(molecule), dtype=bool)
    return MoleculeSource(
        name=name,
        counts=csr_matrix(np.log1p(counts).astype(np.float32)),
        molecule=molecule,
        target=target,
        value=value.astype(np.float32),
        censored=none,
        saturated=none,
        target_fold=np.arange(targets) % 3,
    )
