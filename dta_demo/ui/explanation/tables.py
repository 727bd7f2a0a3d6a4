"""The residues and the atoms that contribute most, as rows of tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from dta_demo.explain.records import Attribution
from dta_demo.ui.shared.formatting import residue_words

TOP = 20


def residue_rows(found: Attribution) -> list[list[Any]]:
    """List the residues that contribute most, either way."""
    sequence = found.protein.sequence
    return [
        [
            residue_words(sequence[place]),
            place + 1,
            round(float(found.residues[place]), 3),
        ]
        for place in _largest(found.residues)
    ]


def atom_rows(found: Attribution) -> list[list[Any]]:
    """List the atoms that contribute most, either way."""
    return [
        [
            found.symbols[place],
            place + 1,
            round(float(found.atoms[place]), 3),
            round(float(found.removed[place]), 3),
        ]
        for place in _largest(found.atoms)
    ]


def _largest(values: np.ndarray) -> list[int]:
    order: list[int] = np.argsort(-np.abs(values), kind="stable")[:TOP].tolist()
    return order
