"""Reference set of a checkpoint: the training data that neighbours and controls are found in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from dta_demo.model.labels import LABELS
from dta_demo.model.region import ProteinRegion
from dta_demo.molecules.fingerprints import MORGAN_BITS, fingerprint_smiles
from dta_demo.training.names import readable_drug, readable_target
from dta_demo.training.pairs import PairTable, Source
from dta_demo.trust.reference import PairMeans
from dta_demo.trust.reference_file import pack_morgan_bits

KINASE_PANELS = ("davis", "kiba", "pkis2")
"""Datasets whose targets are kinases."""

BOUND_ABOVE = {"pKd": 5.0, "KIBA score": 12.1}
"""Label above which a molecule counts as bound to its target: the floor of the Davis assay, and
the threshold of Tang et al. (2014)."""


def save_reference(table: PairTable, regions: Sequence[ProteinRegion], folder: Path) -> None:
    """Write the arrays of a `ReferenceSet` and the names of its molecules and targets."""
    in_panel = find_panel_targets(table)
    kinase = in_panel | np.array([region.has_pocket for region in regions])
    save_file(
        {
            "drug_bits": pack_morgan_bits(
                fingerprint_smiles(table.smiles, MORGAN_BITS).morgan_bits
            ),
            **target_arrays(regions),
            "kinase": in_panel.astype(np.uint8),
            "binds_kinase": find_binders(table, kinase).astype(np.uint8),
            **mean_arrays(table),
        },
        str(folder / "reference.safetensors"),
    )
    names = {
        "drugs": [readable_drug(name) for name in table.drug_names],
        "targets": [readable_target(kinase.name) for kinase in table.proteins],
    }
    (folder / "reference.json").write_text(json.dumps(names) + "\n", encoding="utf-8")


def target_arrays(regions: Sequence[ProteinRegion]) -> dict[str, np.ndarray]:
    """Mean embeddings of the targets, centred and scaled to length 1, and their centre."""
    vectors = np.stack([region.mean_embedding for region in regions]).astype(np.float32)
    centre = vectors.mean(axis=0)
    vectors -= centre
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # In single precision, so that a target is nearer to itself than to its point mutants.
    return {"target_vectors": vectors, "target_centre": centre}


def find_panel_targets(table: PairTable) -> np.ndarray:
    """Whether each target stands in a kinase panel: bool, shape (targets,)."""
    in_panel = np.zeros(len(table.proteins), dtype=bool)
    for source in table.sources:
        if source.name in KINASE_PANELS:
            in_panel[source.protein] = True
    return in_panel


def find_binders(table: PairTable, kinase: np.ndarray) -> np.ndarray:
    """Whether each molecule bound a kinase: bool, shape (molecules,)."""
    binder = np.zeros(len(table.smiles), dtype=bool)
    for source in table.sources:
        bound = source.affinity > BOUND_ABOVE[LABELS[source.label]]
        binder[source.drug[bound & kinase[source.protein]]] = True
    return binder


def mean_arrays(table: PairTable) -> dict[str, np.ndarray]:
    """Mean measured pKd of each molecule, of each target and of all pairs.

    Returns
    -------
    dict of str to numpy.ndarray
        ``drug_mean``, ``drug_pairs``, ``target_mean``, ``target_pairs`` as in `PairMeans`, and
        ``mean_pkd``, shape (1,).
    """
    sources = [source for source in table.panels if LABELS[source.label] == "pKd"]
    pkd = _join(sources, "affinity")
    drugs = average_by(_join(sources, "drug"), pkd, len(table.smiles))
    targets = average_by(_join(sources, "protein"), pkd, len(table.proteins))
    return {
        "drug_mean": drugs.mean,
        "drug_pairs": drugs.pairs,
        "target_mean": targets.mean,
        "target_pairs": targets.pairs,
        "mean_pkd": np.array([pkd.mean()], dtype=np.float32),
    }


def average_by(index: np.ndarray, pkd: np.ndarray, size: int) -> PairMeans:
    """Mean pKd and number of the pairs at each index from 0 to ``size`` - 1."""
    pairs = np.bincount(index, minlength=size)
    total = np.bincount(index, weights=pkd, minlength=size)
    mean = np.where(pairs > 0, total / np.maximum(pairs, 1), np.nan)
    return PairMeans(mean.astype(np.float32), pairs.astype(np.int32))


def _join(sources: Sequence[Source], name: str) -> np.ndarray:
    return np.concatenate([getattr(source, name) for source in sources])
