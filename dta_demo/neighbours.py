"""What a molecule and a protein are compared by when the nearest training ones are sought."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from safetensors.numpy import load_file

from dta_demo.heads import ProteinRegion
from dta_demo.trust import ReferenceSet

FINGERPRINT_BITS = 2048


def drug_bits(smiles: str) -> np.ndarray:
    """Circular fingerprint (Morgan, radius 2) of a molecule, bits packed into uint8."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=FINGERPRINT_BITS)
    return np.packbits(generator.GetFingerprintAsNumPy(Chem.MolFromSmiles(smiles)))


def mean_state(region: ProteinRegion) -> np.ndarray:
    """Mean state over the residues of the binding region, float32, shape (hidden,)."""
    mean: np.ndarray = region.states[1:].float().mean(dim=0).cpu().numpy()
    return mean


def load_reference(folder: Path) -> ReferenceSet:
    """Read the reference set of a checkpoint."""
    arrays = load_file(folder / "reference.safetensors")
    names = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    return ReferenceSet(
        drug_names=tuple(names["drugs"]),
        drug_bits=arrays["drug_bits"],
        target_names=tuple(names["targets"]),
        target_vectors=arrays["target_vectors"].astype(np.float32),
        target_centre=arrays["target_centre"],
        kinase=arrays["kinase"].astype(bool),
    )
