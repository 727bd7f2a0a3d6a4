"""What a molecule and a protein are compared by when the nearest training ones are sought."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from safetensors.numpy import load_file

from dta_demo.heads import ProteinRegion
from dta_demo.trust import PairMeans, ReferenceSet

FINGERPRINT_BITS = 2048

ARRAYS = (
    "drug_bits", "target_vectors", "target_centre", "kinase", "binds_kinase",
    "drug_mean", "drug_pairs", "target_mean", "target_pairs", "mean_pkd",
)  # fmt: skip
"""What ``reference.safetensors`` holds; `ReferenceSet` says what each means."""


def drug_bits(smiles: str) -> np.ndarray:
    """Circular fingerprint (Morgan, radius 2) of a molecule, bits packed into uint8."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=FINGERPRINT_BITS)
    return np.packbits(generator.GetFingerprintAsNumPy(Chem.MolFromSmiles(smiles)))


def mean_state(region: ProteinRegion) -> np.ndarray:
    """Mean state over the residues of the binding region, float32, shape (hidden,)."""
    mean: np.ndarray = region.states[1:].float().mean(dim=0).cpu().numpy()
    return mean


def load_reference(folder: Path) -> ReferenceSet:
    """Read the reference set of a checkpoint.

    Raises
    ------
    ValueError
        When an array is missing, as in checkpoints that were written by an older version.
    """
    arrays = load_file(folder / "reference.safetensors")
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise ValueError(
            f"The reference set in {folder} lacks {', '.join(missing)}: an older version wrote "
            "the checkpoint, so train it again."
        )
    names = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    return ReferenceSet(
        drug_names=tuple(names["drugs"]),
        drug_bits=arrays["drug_bits"],
        target_names=tuple(names["targets"]),
        target_vectors=arrays["target_vectors"].astype(np.float32),
        target_centre=arrays["target_centre"],
        kinase=arrays["kinase"].astype(bool),
        binds_kinase=arrays["binds_kinase"].astype(bool),
        drug_means=PairMeans(arrays["drug_mean"], arrays["drug_pairs"]),
        target_means=PairMeans(arrays["target_mean"], arrays["target_pairs"]),
        mean_pkd=float(arrays["mean_pkd"][0]),
    )
