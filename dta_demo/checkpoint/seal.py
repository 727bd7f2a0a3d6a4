"""Seal of a checkpoint: the digest of every file, by which a changed one is recognised.

``python -m dta_demo.checkpoint FOLDER`` seals a checkpoint: the SHA-256 of every file that the
predictor reads goes into ``config.json``. Training seals what it wrote. A seal shows that the
files are whole and belong together; their content is checked where each of them is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import read_json
from dta_demo.inputs.wording import quote
from dta_demo.kinases.known import KNOWN_KINASES

CONFIG = "config.json"
SEAL = "files"
"""Entry of the configuration that has the digest of each file."""

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
NEEDED = (
    "calibration.json", "kinase.hmm", "reference.json", "reference.safetensors", "training.json",
    KNOWN_KINASES,
)  # fmt: skip
"""Files that every checkpoint has beside its configuration and weights."""

OPTIONAL = (INDEX, "binding.json")
"""Files that are sealed where they are there."""

HASHED_AT_ONCE = 1 << 20
"""Bytes read at a time to compute a digest."""


def list_files(folder: Path) -> list[str]:
    """List the files that the predictor reads beside the configuration, sorted by name.

    Raises
    ------
    CheckpointError
        When a file is missing, or there are no weights as safetensors.
    """
    names = {path.name for path in folder.glob("*.safetensors")} | set(NEEDED)
    names |= {name for name in OPTIONAL if (folder / name).exists()}
    if not names & {INDEX, WEIGHTS}:
        raise CheckpointError(f"The checkpoint in {folder} has no weights as safetensors.")
    for name in sorted(names):
        if not (folder / name).is_file():
            raise CheckpointError(f"The checkpoint in {folder} has no file {name}.")
    return sorted(names)


def seal(folder: Path) -> None:
    """Write the digest of every file that the predictor reads into ``config.json``.

    Raises
    ------
    CheckpointError
        When the folder does not hold a complete checkpoint.
    """
    config = read_json(folder / CONFIG)
    config[SEAL] = {name: digest_file(folder / name) for name in list_files(folder)}
    text = json.dumps(config, indent=2, sort_keys=True)
    beside = folder / f"{CONFIG}.new"
    beside.write_text(text + "\n", encoding="utf-8")
    # Replaced in one step, so that no reader finds half a configuration.
    os.replace(beside, folder / CONFIG)


def check_seal(folder: Path) -> str:
    """Check every file that the predictor reads against the seal.

    Returns
    -------
    str
        SHA-256 of the configuration, which holds the digests of all other files: two checkpoints
        are the same when theirs are equal.

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
