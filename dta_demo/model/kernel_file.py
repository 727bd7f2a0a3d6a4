"""Kernel regression of a label on disk, as safetensors."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix

from dta_demo.checkpoint.checks import MAX_LABEL, check_array, require
from dta_demo.checkpoint.reading import read_arrays
from dta_demo.encoders.drug import DrugEncoder
from dta_demo.model.kernel_regression import KernelFit, KernelModel, KernelSettings
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.region import RESIDUE_CODES
from dta_demo.model.similarities import COUNT_LEVELS, log_counts
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
    "position_weights": "position_weights",
}
"""Names of arrays in the file, and of the fields of `MeasuredPanel` that they hold."""

MAX_FITS = 1000
MAX_FRAGMENTS = 2**16
"""Columns are written in 16 bits."""

FIT_ARRAYS = ("plain", "profiled", "target_profiles", "drug_profiles")

STEPS = 255
"""Steps from the lowest to the highest value of a row, which 8 bits hold."""


def to_steps(values: np.ndarray) -> dict[str, np.ndarray]:
    """Write the values of each row as whole steps above the lowest, in 8 bits.

    Returns
    -------
    dict of str to numpy.ndarray
        ``steps``, uint8 (rows, columns), ``low`` and ``step``, float32 (rows, 1).
    """
    low = values.min(axis=1, keepdims=True)
    step = np.maximum(np.ptp(values, axis=1, keepdims=True), 1e-6) / STEPS
    steps = np.rint((values - low) / step).astype(np.uint8)
    return {"steps": steps, "low": low.astype(np.float32), "step": step.astype(np.float32)}


def save_kernel(model: KernelModel, path: Path, precision: np.dtype | type = np.float32) -> None:
    """Write a model as safetensors, its coefficients in a precision.

    Coefficients nearly cancel out. In half precision those of Davis with PKIS2 lose 0.06 pKd, those
    of KIBA 0.01. What the fits of the folds predict is written in 8 bits, which loses 0.01.
    """
    panel = model.panel
    tensors = {name: getattr(panel, field) for name, field in PANEL_ARRAYS.items()}
    tensors["states"] = panel.embeddings.astype(np.float16)
    tensors["distance"] = np.array([panel.embedding_distance])
    tensors["fragment_columns"] = panel.fragments.indices.astype(np.uint16)
    tensors["fragment_rows"] = panel.fragments.indptr.astype(np.int32)
    tensors["measured"] = np.array(panel.measured)
    tensors["bits"] = np.array([panel.fragments.shape[1]])
    tensors["mean"] = np.array([model.mean])
    tensors["shares"] = model.weights
    tensors["without_pocket"] = np.array([model.fit.without_pocket])
    tensors["settings"] = np.array(astuple(model.settings), dtype=np.float64)
    tensors["folds"] = np.array(sorted(model.folds), dtype=np.int64)
    for name in FIT_ARRAYS:
        tensors[name] = getattr(model.fit, name).astype(precision)
    for fold, predicted in model.folds.items():
        tensors |= {f"{fold}/{name}": each for name, each in to_steps(predicted).items()}
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, str(path))


def load_kernel(path: Path, drug_encoder: DrugEncoder) -> KernelModel:
    """Read what `save_kernel` wrote.

    Parameters
    ----------
    drug_encoder : DrugEncoder
        Embeds the panel's drugs by their fragments, which takes less than reading embeddings.

    Raises
    ------
    CheckpointError
        When an array is missing, does not fit the others, or is not finite.
    """
    tensors = read_arrays(path)
    panel = _read_panel(path, tensors, drug_encoder)
    settings = _read_settings(path, tensors)
    mean = check_array(path, tensors, "mean", (1,))
    weights = check_array(path, tensors, "shares", (len(GROUPS) + 1,))
    require(bool(((weights >= 0) & (weights <= 1)).all()), path, "a weight is not between 0 and 1")
    folds = check_array(path, tensors, "folds", (None,), "i").tolist()
    unlike = len(set(folds)) == len(folds) <= MAX_FITS
    require(unlike and min(folds, default=0) >= 0, path, "the folds are not different ones")
    fit = _read_fit(path, tensors, panel)
    predicted = {fold: _read_fold(path, tensors, panel, fold) for fold in folds}
    return KernelModel(settings, panel, float(mean[0]), fit, predicted, weights)


def _read_panel(
    path: Path, tensors: dict[str, np.ndarray], drug_encoder: DrugEncoder
) -> MeasuredPanel:
    """Read the targets and drugs of a panel, and check that they go together."""
    targets = len(check_array(path, tensors, "target_keys", (None,), "i"))
    drugs = len(check_array(path, tensors, "drug_keys", (None,), "i"))
    codes = check_array(path, tensors, "codes", (targets, None), "u")
    require(bool((codes < RESIDUE_CODES).all()), path, "a code names no residue")
    embeddings = check_array(path, tensors, "states", (targets, None))
    for name in ("state_mean", "state_scale"):
        check_array(path, tensors, name, (embeddings.shape[1],))
    weights = check_array(path, tensors, "position_weights", (codes.shape[1],))
    require(bool((weights >= 0).all()), path, "a position has a weight below 0")
    distance = check_array(path, tensors, "distance", (1,))
    positive = (distance > 0).all() and (tensors["state_scale"] > 0).all()
    require(bool(positive) and min(targets, drugs) > 0, path, "a size or distance is not positive")
    arrays = {field: tensors[name] for name, field in PANEL_ARRAYS.items()}
    arrays["embeddings"] = embeddings.astype(np.float32)
    fragments = _read_fragments(path, tensors, drugs)
    columns = 2 * drug_encoder.bits * COUNT_LEVELS
    require(fragments.shape[1] == columns, path, "it does not fit the drug encoder")
    return MeasuredPanel(
        **arrays,
        embedding_distance=float(distance[0]),
        fragments=fragments,
        drug_embeddings=drug_encoder.embed_counts(log_counts(fragments)),
        measured=_read_measured(path, tensors, targets, drugs),
    )


def _read_measured(
    path: Path, tensors: dict[str, np.ndarray], targets: int, drugs: int
) -> tuple[int, int]:
    """Read how many of the targets and drugs the label itself was measured of."""
    of_targets, of_drugs = check_array(path, tensors, "measured", (2,), "i").tolist()
    within = 0 < of_targets <= targets and 0 < of_drugs <= drugs
    require(within, path, "more was measured than the panel has")
    return of_targets, of_drugs


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
    of_one = (
        settings.pocket_share, settings.target_profile, settings.drug_profile,
        settings.embedding_weight,
    )  # fmt: skip
    sound = min(values) >= 0 and settings.drug_power > 0 and max(of_one) <= 1
    require(sound, path, "a setting of the kernel regression is out of its bounds")
    return replace(settings, components=int(settings.components))


def _read_fit(path: Path, tensors: dict[str, np.ndarray], panel: MeasuredPanel) -> KernelFit:
    """Read the coefficients."""
    targets, drugs = len(panel.target_keys), len(panel.drug_keys)
    shapes = {
        "plain": (targets, drugs),
        "profiled": (targets, drugs),
        "target_profiles": (targets, None),
        "drug_profiles": (drugs, None),
    }
    read = {name: check_array(path, tensors, name, shape) for name, shape in shapes.items()}
    without_pocket = check_array(path, tensors, "without_pocket", (1,))
    return KernelFit(
        **{name: each.astype(np.float32) for name, each in read.items()},
        without_pocket=float(without_pocket[0]),
    )


def _read_fold(
    path: Path, tensors: dict[str, np.ndarray], panel: MeasuredPanel, fold: int
) -> np.ndarray:
    """Read what the fit that left a fold out predicts: float32, (targets, drugs) measured."""
    steps = check_array(path, tensors, f"{fold}/steps", panel.measured, "u")
    ends = [
        check_array(path, tensors, f"{fold}/{name}", (len(steps), 1)) for name in ("low", "step")
    ]
    sound = all(bool((np.abs(each) <= MAX_LABEL).all()) for each in ends)
    require(sound, path, "a prediction of a fold is out of its bounds")
    low, step = (each.astype(np.float32) for each in ends)
    return np.asarray(low + steps.astype(np.float32) * step)
