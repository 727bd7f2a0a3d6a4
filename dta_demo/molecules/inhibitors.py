"""Kinase inhibitors by name: clinical compounds and chemical probes, with their structures.

``python -m dta_demo.training.catalogue`` makes the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dta_demo.inputs.smiles_text import MAX_SMILES_CHARACTERS
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.runtime.bundled import bundled_file
from dta_demo.runtime.compressed_json import read_compressed_json, write_compressed_json

INHIBITORS = "inhibitors.json.gz"
"""File of the catalogue that holds the inhibitors."""

MAX_INHIBITORS = 50_000
"""Most inhibitors of a file."""

_SMILES = re.compile(r"[!-~]+")


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
    write_compressed_json([[each.name, each.smiles] for each in inhibitors], path)


def read_inhibitors(path: Path) -> tuple[Inhibitor, ...]:
    """Read what `save_inhibitors` wrote.

    Raises
    ------
    ValueError
        When the file is unreadable or too large, or an entry is not as it writes it.
    """
    entries = read_compressed_json(path, "a catalogue of inhibitors")
    if not isinstance(entries, list) or not 0 < len(entries) <= MAX_INHIBITORS:
        raise ValueError(f"{path} cannot be used: its number of inhibitors is wrong.")
    if not all(map(_is_entry, entries)):
        raise ValueError(f"{path} cannot be used: an inhibitor is not a name with a SMILES.")
    return tuple(Inhibitor(name, smiles) for name, smiles in entries)


def _is_entry(entry: object) -> bool:
    """Whether an entry is a name and a text without white space."""
    if not isinstance(entry, list) or len(entry) != 2:
        return False
    name, smiles = entry
    return (
        isinstance(name, str)
        and 0 < len(name) <= MAX_NAME_CHARACTERS
        and name.isprintable()
        and isinstance(smiles, str)
        and 0 < len(smiles) <= MAX_SMILES_CHARACTERS
        and bool(_SMILES.fullmatch(smiles))
    )


@cache
def load_inhibitors() -> tuple[Inhibitor, ...]:
    """Read the inhibitors that come with the code; once a process."""
    return read_inhibitors(bundled_file("catalogue") / INHIBITORS)
