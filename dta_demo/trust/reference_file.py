"""Reference set of a checkpoint on disk: training molecules and targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.checkpoint.checks import CheckpointError, check_array, require
from dta_demo.checkpoint.reading import read_arrays, read_json
from dta_demo.molecules.fingerprints import MORGAN_BITS
from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.trust.reference import PairMeans, ReferenceSet

ARRAYS = (
    "drug_bits", "target_vectors", "target_centre", "kinase", "binds_kinase",
    "drug_mean", "drug_pairs", "target_mean", "target_pairs", "mean_pkd",
)  # fmt: skip
"""Arrays of ``reference.safetensors``; `ReferenceSet` says what each means."""


def pack_morgan_bits(morgan_bits: csr_matrix) -> np.ndarray:
    """Pack circular fragments into bits: uint8, shape (molecules, bytes)."""
    return np.packbits(morgan_bits.toarray() > 0, axis=1)


def unpack_morgan_bits(bits: np.ndarray) -> csr_matrix:
    """Read what `pack_morgan_bits` wrote: float32, shape (molecules, fragments)."""
    return csr_matrix(np.unpackbits(bits, axis=1).astype(np.float32))


def load_reference(folder: Path, hidden_size: int | None = None) -> ReferenceSet:
    """Read the reference set of a checkpoint.

    Parameters
    ----------
    hidden_size : int, optional
        Channels of the embeddings that it will be compared with.

    Raises
    ------
    CheckpointError
        When an array is missing, as in checkpoints that were written by an older version, does
        not fit the others, or is not finite.
    """
    path = folder / "reference.safetensors"
    arrays = read_arrays(path)
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise CheckpointError(
            f"The reference set in {folder} lacks {', '.join(missing)}: an older version wrote "
            "the checkpoint, so train it again."
        )
    drugs, targets = _read_names(folder / "reference.json")
    check_array(path, arrays, "drug_bits", (len(drugs), MORGAN_BITS // 8), "u")
    vectors = check_array(path, arrays, "target_vectors", (len(targets), hidden_size))
    check_array(path, arrays, "target_centre", (vectors.shape[1],))
    check_array(path, arrays, "kinase", (len(targets),), "biu")
    check_array(path, arrays, "binds_kinase", (len(drugs),), "biu")
    check_array(path, arrays, "mean_pkd", (1,))
    return ReferenceSet(
        drug_names=drugs,
        drugs=FragmentIndex(unpack_morgan_bits(arrays["drug_bits"])),
        target_names=targets,
        target_vectors=vectors.astype(np.float32),
        target_centre=arrays["target_centre"],
        kinase=arrays["kinase"].astype(bool),
        binds_kinase=arrays["binds_kinase"].astype(bool),
        drug_means=_read_means(path, arrays, "drug", len(drugs)),
        target_means=_read_means(path, arrays, "target", len(targets)),
        mean_pkd=float(arrays["mean_pkd"][0]),
    )


def _read_names(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read the names of the molecules and of the targets, one at least of each."""
    content = read_json(path)
    for kind in ("drugs", "targets"):
        names = content.get(kind)
        are_names = isinstance(names, list) and all(isinstance(name, str) for name in names)
        require(are_names and bool(names), path, f"{kind} is no list of names")
    return tuple(content["drugs"]), tuple(content["targets"])


def _read_means(path: Path, arrays: dict[str, np.ndarray], of: str, count: int) -> PairMeans:
    """Read means of pairs, which are NaN where there is no pair and finite elsewhere."""
    pairs = check_array(path, arrays, f"{of}_pairs", (count,), "iu")
    mean = arrays[f"{of}_mean"]
    of_pairs = {f"{of}_mean": np.where(pairs > 0, mean, 0) if mean.shape == pairs.shape else mean}
    check_array(path, of_pairs, f"{of}_mean", (count,))
    require(bool((pairs > 0).any()), path, f"no {of} has a measured pair")
    return PairMeans(mean, pairs)
