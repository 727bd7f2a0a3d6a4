"""Proteins of a file that a visitor uploads in a tab, in the place of the catalogue's."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from dta_demo.predictor.kinome import ProfiledProtein
from dta_demo.screening.profile import read_proteins

Proteins: TypeAlias = tuple[ProfiledProtein, ...] | None
"""None for the kinases of the catalogue."""


def read_upload(limit_bytes: int, path: str | None) -> Proteins:
    """Read the proteins of a file that this visitor uploaded; None without one.

    Raises
    ------
    InputError
        When it holds no proteins, or is too large.
    """
    return None if path is None else tuple(read_proteins(Path(path), limit_bytes))


def work_of(proteins: Proteins) -> int:
    """Work of encoding proteins, in residues; those of the catalogue take none."""
    return 0 if proteins is None else sum(len(each.protein.sequence) for each in proteins)
