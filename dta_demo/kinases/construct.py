"""Constructs: the form of a protein that is measured, and that the model reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DomainChoice = Literal["", "first", "last"]
"""Kinase domain that is meant in a protein with two; empty where the name does not say."""


@dataclass(frozen=True)
class Construct:
    """One form of a protein; to the model, two targets of one construct are the same.

    Attributes
    ----------
    sequence : str
        One-letter codes, with the mutations of the construct.
    domain : {"", "first", "last"}
        Kinase domain that is meant where the protein has two.
    phosphorylated : bool
        Whether the phosphorylated form is meant, which the sequence does not show.
    """

    sequence: str
    domain: DomainChoice = ""
    phosphorylated: bool = False
