"""Kernel regression of a label on disk, as safetensors."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix

from dta_demo.checkpoint.checks import check_array, require
from dta_demo.checkpoint.reading import read_arrays
from dta_demo.model.kernel_regression import KernelFit, KernelModel, KernelSettings
from dta_demo.model.panel import MeasuredPanel
from dta_demo.results.group import GROUPS


def kernel_path(folder: Path, label: str) -> Path:
    """File of a label's model in a checkpoint."""
    return folder / f"kernel-{label.split()[0].lower()}.safetensors"


PANEL_ARRAYS = {
    "target_keys": "target_keys",
    "drug_keys": "drug_keys",
    "codes": "codes",
    "states": "embeddings",
    "state_mean": "embedding_mean",
    "state_scale": "embedding_scale",
}
"""Names of arrays in the file, and of the fields of `MeasuredPanel` that they hold."""

MAX_FITS = 1000
MAX_FRAGMENTS = 2**16
"""Columns are written in 16 bits."""

FIT_ARRAYS = ("plain", "profiled", "target_profiles", "drug_profiles")


def save_kernel(model: KernelModel, path: Path) -> None:
    """Write a model as safetensors, its coefficients in half precision.

    Only the fit on all pairs keeps its plain coefficients: the others are asked for pairs of
    the panel alone.
    """
    panel = model.panel
    tensors = {name: getattr(panel, field) for name, field in PANEL_ARRAYS.items()}
    tensors["states"] = panel.embeddings.astype(np.float16)
    tensors["distances"] = np.array([panel.code_distance, panel.embedding_distance])
    tensors["fragment_columns"] = panel.fragments.indices.astype(np.uint16)
    tensors["fragment_rows"] = panel.fragments.indptr.astype(np.int32)
    tensors["bits"] = np.array([panel.fragments.shape[1]])
    tensors["mean"] = np.array([model.mean])
    tensors["shares"] = model.weights
    tensors["settings"] = np.array(astuple(model.settings), dtype=np.float64)
    tensors["folds"] = np.array([fit.left_out_fold for fit in model.fits])
    for fit in model.fits:
        for name in FIT_ARRAYS:
            value = getattr(fit, name).astype(np.float16)
            kept = value if name != "plain" or fit is model.fits[0] else value[:0]
            tensors[f"{fit.left_out_fold}/{name}"] = kept
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, str(path))


def load_kernel(path: Path) -> KernelModel:
    """Read what `save_kernel` wrote.

    Raises
    ------
    CheckpointError
        When an array is missing, does not fit the others, or is not finite.
    """
    tensors = read_arrays(path)
    panel, settings = _read_panel(path, tensors), _read_settings(path, tensors)
    mean = check_array(path, tensors, "mean", (1,))
    weights = check_array(path, tensors, "shares", (len(GROUPS),))
    require(bool(((weights >= 0) & (weights <= 1)).all()), path, "a weight is not between 0 and 1")
    folds = check_array(path, tensors, "folds", (None,), "i").tolist()
    unlike = len(set(folds)) == len(folds) <= MAX_FITS
    require(unlike and folds[:1] == [-1], path, "the fits are not one on all pairs, then folds")
    fits = [_read_fit(path, tensors, panel, fold) for fold in folds]
    return KernelModel(settings, panel, float(mean[0]), fits, weights)


def _read_panel(path: Path, tensors: dict[str, np.ndarray]) -> MeasuredPanel:
    """Read the targets and drugs of a panel, and check that they go together."""
    targets = len(check_array(path, tensors, "target_keys", (None,), "i"))
    drugs = len(check_array(path, tensors, "drug_keys", (None,), "i"))
    check_array(path, tensors, "codes", (targets, None), "u")
    embeddings = check_array(path, tensors, "states", (targets, None))
    for name in ("state_mean", "state_scale"):
        check_array(path, tensors, name, (embeddings.shape[1],))
    distances = check_array(path, tensors, "distances", (2,))
    positive = (distances > 0).all() and (tensors["state_scale"] > 0).all()
    require(bool(positive) and min(targets, drugs) > 0, path, "a size or distance is not positive")
    arrays = {field: tensors[name] for name, field in PANEL_ARRAYS.items()}
    arrays["embeddings"] = embeddings.astype(np.float32)
    return MeasuredPanel(
        **arrays,
        code_distance=float(distances[0]),
        embedding_distance=float(distances[1]),
        fragments=_read_fragments(path, tensors, drugs),
    )


def _read_fragments(path: Path, tensors: dict[str, np.ndarray], drugs: int) -> csr_matrix:
    """Read the drugs' fragments, whose places SciPy follows without a look at them."""
    bits = int(check_array(path, tensors, "bits", (1,), "i")[0])
    rows = check_array(path, tensors, "fragment_rows", (drugs + 1,), "i")
    columns = check_array(path, tensors, "fragment_columns", (None,), "u").astype(np.int32)
    in_order = rows[0] == 0 and rows[-1] == len(columns) and bool((np.diff(rows) >= 0).all())
    in_table = 0 < bits <= MAX_FRAGMENTS and bool((columns < bits).all())
    require(in_order and in_table, path, "fragments lie outside their table")
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, rows), shape=(drugs, bits))


def _read_settings(path: Path, tensors: dict[str, np.ndarray]) -> KernelSettings:
    names = [each.name for each in fields(KernelSettings)]
    values = check_array(path, tensors, "settings", (len(names),)).tolist()
    settings = KernelSettings(**dict(zip(names, values, strict=True)))
    of_one = (settings.pocket_share, settings.target_profile, settings.drug_profile)
    sound = min(values) >= 0 and settings.drug_power > 0 and max(of_one) <= 1
    require(sound, path, "a setting of the kernel regression is out of its bounds")
    return replace(settings, components=int(settings.components))


def _read_fit(
    path: Path, tensors: dict[str, np.ndarray], panel: MeasuredPanel, fold: int
) -> KernelFit:
    """Read one fit; those that leave a fold out have no plain coefficients."""
    targets, drugs = len(panel.target_keys), len(panel.drug_keys)
    plain = check_array(path, tensors, f"{fold}/plain", (targets if fold < 0 else 0, drugs))
    profiled = check_array(path, tensors, f"{fold}/profiled", (targets, drugs))
    of_targets = check_array(path, tensors, f"{fold}/target_profiles", (targets, None))
    of_drugs = check_array(path, tensors, f"{fold}/drug_profiles", (drugs, None))
    kept = (plain, profiled, of_targets, of_drugs)
    return KernelFit(fold, *(each.astype(np.float32) for each in kept))
