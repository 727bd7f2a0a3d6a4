"""Readers of a checkpoint's files, which refuse what is unreadable or too large."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from dta_demo.checkpoint.checks import (
    MAX_COLUMNS,
    MAX_LABEL,
    CheckpointError,
    check_number,
    require,
)
from dta_demo.inputs.wording import plain_line
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinases

MAX_JSON_BYTES = 20_000_000
"""Largest size of a JSON file; the index of ESM-2 with 15 billion parameters takes a twentieth."""

RECORD = ("fold_digests", "pairs", "out_of_fold", "parts", "poolings", "kernel_shares")
"""Tables of the training record that are looked up later."""

MAX_REASON_CHARACTERS = 100


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
        When it is not such a file, or holds a type of number that NumPy does not have.
    """
    try:
        return load_file(path)
    except (OSError, SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        reason = plain_line(str(error), MAX_REASON_CHARACTERS)
        raise CheckpointError(f"{path} cannot be read as safetensors: {reason}.") from error


def load_profile(path: Path, columns: Sequence[int]) -> KinaseProfile:
    """Read the kinase profile and check that it has the columns of the pocket.

    Parameters
    ----------
    columns : sequence of int
        Profile columns of the pocket positions, from 0.

    Raises
    ------
    CheckpointError
        When the file holds no protein profile, or one that lacks a column.
    """
    try:
        profile = KinaseProfile.load(path)
    except (OSError, ValueError, EOFError, RuntimeError) as error:
        raise CheckpointError(f"{path} cannot be read as a profile.") from error
    require(profile.hmm.alphabet == profile.alphabet, path, "it is no profile of proteins")
    in_profile = max(columns) < profile.hmm.M <= MAX_COLUMNS
    require(in_profile, path, f"the pocket lies outside its {profile.hmm.M} columns")
    return profile


def load_known(path: Path, profile: KinaseProfile) -> KnownKinases:
    """Read the kinases that were measured, ready to be compared with.

    Raises
    ------
    CheckpointError
        When the file cannot be used, or was not aligned with the profile.
    """
    try:
        known = KnownKinases.load(path)
    except ValueError as error:
        raise CheckpointError(str(error)) from error
    aligned = {len(each.form.domain.residues) for each in known if each.form.domain}
    require(aligned <= {profile.hmm.M}, path, "its kinases were aligned with another profile")
    _ = known.words  # Split here, so that the first request need not wait for it.
    return known


def load_record(path: Path) -> dict[str, Any]:
    """Read the training record.

    Raises
    ------
    CheckpointError
        When an entry that the page shows is missing or has the wrong type.
    """
    record = read_json(path)
    for name in RECORD:
        require(isinstance(record.get(name), dict), path, f"{name} is missing")
    require(isinstance(record.get("encoder"), str), path, "encoder is missing")
    check_number("highest pKd", record.get("highest_pkd"), -MAX_LABEL, MAX_LABEL)
    return record


def read_described_arrays(
    path: Path, entry: str, what: str
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read a safetensors file whose metadata hold a JSON object.

    Parameters
    ----------
    entry : str
        Name of the object in the metadata.
    what : str
        What the file is said to be, such as ``"readouts"``.

    Returns
    -------
    tuple of dict, dict
        The object, and the arrays by name.

    Raises
    ------
    CheckpointError
        When the file cannot be read as such.
    """
    try:
        with safe_open(path, framework="np") as file:
            entries = json.loads((file.metadata() or {})[entry])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read as {what}.") from error
    if not isinstance(entries, dict):
        raise CheckpointError(f"{path} cannot be read as {what}.")
    return entries, arrays
