"""What a checkpoint folder holds, and the seal by which a changed file is recognised.

``python -m dta_demo.checkpoint FOLDER`` seals a checkpoint: the SHA-256 of every file that
the predictor reads goes into its ``config.json``. Training seals what it wrote. The seal tells
that the files belong together and are whole; what they say is checked where each is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from dta_demo.inputs.wording import plain_line, quote
from dta_demo.kinases.domains import KinaseProfile

CONFIG = "config.json"
SEAL = "files"
"""Entry of the configuration that has the digest of each file."""

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
NEEDED = (
    "calibration.json", "kinase.hmm", "reference.json", "reference.safetensors", "training.json",
)  # fmt: skip
"""What every checkpoint has beside its configuration and weights."""

MAX_JSON_BYTES = 20_000_000
"""Of one JSON file; the index of ESM-2 with 15 billion parameters takes a twentieth of it."""

RECORD = ("fold_digests", "pairs", "out_of_fold", "parts", "poolings", "kernel_shares")
"""Tables of the training's record that are looked up later."""

MAX_COLUMNS = 2000
"""Columns of a profile; that of the kinase domain has some 260."""

MAX_LABEL = 1000.0
"""Labels, their floor and the ends of intervals lie far below it."""

HASHED_AT_ONCE = 1 << 20
MAX_REASON_CHARACTERS = 100


class CheckpointError(ValueError):
    """A checkpoint cannot be used; the text is one sentence that says why."""


# --- The seal ---------------------------------------------------------------------------------


def list_files(folder: Path) -> list[str]:
    """List what the predictor reads of a checkpoint beside its configuration.

    Raises
    ------
    CheckpointError
        When a file is missing, or there are no weights as safetensors.
    """
    names = {path.name for path in folder.glob("*.safetensors")} | set(NEEDED)
    if (folder / INDEX).exists():
        names.add(INDEX)
    elif WEIGHTS not in names:
        raise CheckpointError(f"The checkpoint in {folder} has no weights as safetensors.")
    for name in sorted(names):
        if not (folder / name).is_file():
            raise CheckpointError(f"The checkpoint in {folder} has no file {name}.")
    return sorted(names)


def seal(folder: Path) -> None:
    """Write the digest of every file that the predictor reads into the configuration.

    Raises
    ------
    CheckpointError
        When the folder holds no whole checkpoint.
    """
    config = read_json(folder / CONFIG)
    config[SEAL] = {name: digest_file(folder / name) for name in list_files(folder)}
    text = json.dumps(config, indent=2, sort_keys=True)
    beside = folder / f"{CONFIG}.new"
    beside.write_text(text + "\n", encoding="utf-8")
    # At once, so that no reader finds half a configuration.
    os.replace(beside, folder / CONFIG)


def check_seal(folder: Path) -> str:
    """Check every file that the predictor reads against the seal.

    Returns
    -------
    str
        The digest of the configuration, and so of all of them: what makes two checkpoints the
        same.

    Raises
    ------
    FileNotFoundError
        When the folder holds no checkpoint.
    CheckpointError
        When the checkpoint is not sealed, or a file is missing, was added or was changed.
    """
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"There is no checkpoint in {folder}.")
    sealed = read_json(folder / CONFIG).get(SEAL)
    if sealed is None:
        raise CheckpointError(
            f"The checkpoint in {folder} is not sealed; if you trust it, seal it with "
            f"python -m dta_demo.checkpoint {folder}."
        )
    if not isinstance(sealed, dict):
        raise CheckpointError(f"The seal of the checkpoint in {folder} is no list of digests.")
    names = list_files(folder)
    for name in sorted(set(names) ^ set(sealed)):
        what = "lacks" if name in names else "names"
        raise CheckpointError(
            f"The seal of the checkpoint in {folder} {what} the file {quote(name)}."
        )
    for name in names:
        if digest_file(folder / name) != sealed[name]:
            raise CheckpointError(
                f"The file {name} of the checkpoint in {folder} is not the one that was sealed."
            )
    return digest_file(folder / CONFIG)


def digest_file(path: Path) -> str:
    """Compute the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(HASHED_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()


# --- Reading ----------------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file.

    Raises
    ------
    CheckpointError
        When the file is too large, or is no JSON object.
    """
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise CheckpointError(f"{path} is larger than {MAX_JSON_BYTES:,} bytes.")
        content = json.loads(path.read_text(encoding="utf-8"))
    except CheckpointError:
        raise
    # Deep nesting ends in a RecursionError.
    except (OSError, ValueError, RecursionError) as error:
        reason = plain_line(str(error), MAX_REASON_CHARACTERS)
        raise CheckpointError(f"{path} cannot be read as JSON: {reason}.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} is no JSON object.")
    return content


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read the arrays of a safetensors file.

    Raises
    ------
    CheckpointError
        When the file is none, or holds a type of number that NumPy does not have.
    """
    try:
        return load_file(path)
    except (OSError, SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        reason = plain_line(str(error), MAX_REASON_CHARACTERS)
        raise CheckpointError(f"{path} cannot be read as safetensors: {reason}.") from error


def load_profile(path: Path, columns: Sequence[int]) -> KinaseProfile:
    """Read the profile of the kinase domain, which must have the columns of the pocket.

    Raises
    ------
    CheckpointError
        When the file holds no profile of proteins, or columns are not in it.
    """
    try:
        profile = KinaseProfile.load(path)
    except (OSError, ValueError, EOFError, RuntimeError) as error:
        raise CheckpointError(f"{path} cannot be read as a profile.") from error
    require(profile.hmm.alphabet == profile.alphabet, path, "it is no profile of proteins")
    in_profile = max(columns) < profile.hmm.M <= MAX_COLUMNS
    require(in_profile, path, f"the pocket lies outside its {profile.hmm.M} columns")
    return profile


def load_record(path: Path) -> dict[str, Any]:
    """Read the record of the training.

    Raises
    ------
    CheckpointError
        When an entry that the page shows is missing or of another kind.
    """
    record = read_json(path)
    for name in RECORD:
        require(isinstance(record.get(name), dict), path, f"{name} is missing")
    require(isinstance(record.get("encoder"), str), path, "encoder is missing")
    check_number("highest pKd", record.get("highest_pkd"), -MAX_LABEL, MAX_LABEL)
    return record


# --- Checks of values -------------------------------------------------------------------------


def check_whole(name: str, value: object, low: int, high: int) -> int:
    """Return a whole number of a checkpoint, if it is one between two bounds, both included."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise CheckpointError(
            f"The checkpoint's {name} must be a whole number from {low} to {high:,}, not "
            f"{quote(repr_briefly(value))}."
        )
    return value


def check_number(name: str, value: object, low: float, high: float) -> float:
    """Return a number of a checkpoint, if it is one between two bounds, both included."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A comparison with NaN is false, and a whole number of any size can be compared.
    if not is_number or not low <= value <= high:  # type: ignore[operator]
        raise CheckpointError(
            f"The checkpoint's {name} must be a number from {low:g} to {high:g}, not "
            f"{quote(repr_briefly(value))}."
        )
    return float(value)  # type: ignore[arg-type]


def check_array(
    path: Path,
    arrays: Mapping[str, np.ndarray],
    name: str,
    shape: tuple[int | None, ...],
    kind: str = "f",
) -> np.ndarray:
    """Return one of a file's arrays, if it has the shape and the type that it should have.

    Parameters
    ----------
    shape : tuple of int or None
        None stands for any length.
    kind : str
        Kinds of numbers that the array may hold, as in `numpy.dtype.kind`. Floating-point
        numbers have to be finite.
    """
    if name not in arrays:
        raise CheckpointError(f"{path} lacks {name}.")
    array = arrays[name]
    fits = array.ndim == len(shape) and all(
        wanted in (None, found) for wanted, found in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype.kind not in kind:
        wanted = " x ".join("any" if length is None else f"{length}" for length in shape)
        raise CheckpointError(
            f"{path} has {quote(name)} as {array.dtype} in the shape {array.shape}, where an array "
            f"of {wanted} was expected."
        )
    if array.dtype.kind == "f":
        require(bool(np.isfinite(array).all()), path, f"a value of {quote(name)} is not finite")
    return array


def require(is_so: bool, path: Path, fault: str) -> None:
    """Refuse a file, with what is wrong about it, unless something is so."""
    if not is_so:
        raise CheckpointError(f"{path} cannot be used: {fault}.")


def repr_briefly(value: object) -> str:
    """Show a value of a configuration; one that is no plain number or text by its type only.

    Writing out a number of a million digits, or a list as long, would take its time.
    """
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a huge number"
    if isinstance(value, bool | int | float | str) or value is None:
        return str(value)
    return type(value).__name__
