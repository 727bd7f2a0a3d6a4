"""The training molecules and targets that a query is compared with, as a checkpoint keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix

from dta_demo.fingerprints import FragmentIndex
from dta_demo.heads import ProteinRegion
from dta_demo.trust import PairMeans, ReferenceSet

ARRAYS = (
    "drug_bits", "target_vectors", "target_centre", "kinase", "binds_kinase",
    "drug_mean", "drug_pairs", "target_mean", "target_pairs", "mean_pkd",
)  # fmt: skip
"""What ``reference.safetensors`` holds; `ReferenceSet` says what each means."""


def mean_state(region: ProteinRegion) -> np.ndarray:
    """Mean state over the residues of the binding region, float32, shape (hidden,)."""
    mean: np.ndarray = region.fixed("mean").float().cpu().numpy()
    return mean


def pack_circles(circles: csr_matrix) -> np.ndarray:
    """Pack circular fragments into bits: uint8, shape (molecules, bytes)."""
    return np.packbits(circles.toarray() > 0, axis=1)


def unpack_circles(bits: np.ndarray) -> csr_matrix:
    """Read what `pack_circles` wrote: float32, shape (molecules, fragments)."""
    return csr_matrix(np.unpackbits(bits, axis=1).astype(np.float32))


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
        drugs=FragmentIndex(unpack_circles(arrays["drug_bits"])),
        target_names=tuple(names["targets"]),
        target_vectors=arrays["target_vectors"].astype(np.float32),
        target_centre=arrays["target_centre"],
        kinase=arrays["kinase"].astype(bool),
        binds_kinase=arrays["binds_kinase"].astype(bool),
        drug_means=PairMeans(arrays["drug_mean"], arrays["drug_pairs"]),
        target_means=PairMeans(arrays["target_mean"], arrays["target_pairs"]),
        mean_pkd=float(arrays["mean_pkd"][0]),
    )
