"""Copies of the bundled checkpoint, changed by a test, and what is said when they are loaded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save

from dta_demo import AffinityPredictor
from dta_demo.checkpoint.checks import CheckpointError


def write(path: Path, content: bytes) -> None:
    """Write a file anew, whatever else is linked to the one that was there."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def change_json(path: Path, change: Callable[[Any], object]) -> None:
    """Change a JSON file, or one that is compressed by gzip."""
    packed = path.suffix == ".gz"
    raw = path.read_bytes()
    content = json.loads(gzip.decompress(raw) if packed else raw)
    change(content)
    text = json.dumps(content).encode()
    write(path, gzip.compress(text) if packed else text)


def change_arrays(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the arrays of a safetensors file."""
    arrays = load_file(path)
    change(arrays)
    write(path, save(arrays, metadata={"format": "pt"}))


def put(*place: Any, value: object) -> Callable[[Any], None]:
    """Give a change that puts a value at a place in a configuration."""

    def change(config: Any) -> None:
        for name in place[:-1]:
            config = config[name]
        config[place[-1]] = value

    return change


def refusal(folder: Path) -> str:
    """Load a checkpoint that cannot be used and give what is said."""
    with pytest.raises(CheckpointError) as caught:
        AffinityPredictor.load(folder, device="cpu")
    sentence = str(caught.value)
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence
