"""Kinase inhibitors by name: clinical compounds and chemical probes, with their structures.

``python -m dta_demo.training.catalogue`` makes the file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dta_demo.runtime.bundled import bundled_file

INHIBITORS = "inhibitors.json.gz"
"""File of the catalogue that holds the inhibitors."""


@dataclass(frozen=True)
class Inhibitor:
    """A kinase inhibitor with a name.

    Attributes
    ----------
    smiles : str
        Isomeric.
    """

    name: str
    smiles: str


def save_inhibitors(inhibitors: Iterable[Inhibitor], path: Path) -> None:
    """Write inhibitors as JSON, compressed by gzip; equal inhibitors give equal bytes."""
    text = json.dumps([[each.name, each.smiles] for each in inhibitors], separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_inhibitors(path: Path) -> tuple[Inhibitor, ...]:
    """Read what `save_inhibitors` wrote.

    Raises
    ------
    ValueError
        When the file is not as it writes it.
    """
    try:
        entries = json.loads(gzip.decompress(path.read_bytes()))
        return tuple(Inhibitor(name, smiles) for name, smiles in entries)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise ValueError(f"{path} cannot be read as a catalogue of inhibitors.") from error


@cache
def load_inhibitors() -> tuple[Inhibitor, ...]:
    """Read the inhibitors that come with the code; once a process."""
    return read_inhibitors(bundled_file("catalogue") / INHIBITORS)
