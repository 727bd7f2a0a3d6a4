"""Keeps of the training data what finding nearest neighbours needs, and no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from dta_demo.heads import ProteinRegion
from dta_demo.neighbours import drug_bits, mean_state
from dta_demo.training.names import readable_drug, readable_target
from dta_demo.training.pairs import PairTable

KINASE_PANELS = ("davis", "kiba")
"""Datasets whose targets are kinases."""


def save_reference(table: PairTable, regions: Sequence[ProteinRegion], folder: Path) -> None:
    """Write fingerprints of the molecules and mean states of the targets, with their names."""
    vectors = np.stack([mean_state(region) for region in regions]).astype(np.float32)
    centre = vectors.mean(axis=0)
    vectors -= centre
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kinase = np.zeros(len(regions), dtype=np.uint8)
    for source in table.sources:
        if source.name in KINASE_PANELS:
            kinase[np.unique(source.protein)] = 1
    save_file(
        {
            "drug_bits": np.stack([drug_bits(smiles) for smiles in table.smiles]),
            "target_vectors": vectors.astype(np.float16),
            "target_centre": centre,
            "kinase": kinase,
        },
        str(folder / "reference.safetensors"),
    )
    names = {
        "drugs": [readable_drug(name) for name in table.drug_names],
        "targets": [readable_target(name) for name in table.protein_names],
    }
    (folder / "reference.json").write_text(json.dumps(names) + "\n", encoding="utf-8")
