"""The query: the protein and the molecule of one press of the button, which all tabs draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.ui.shared.examples import Example


@dataclass(frozen=True)
class Query:
    """One protein and one molecule, as typed and as parsed.

    Attributes
    ----------
    protein_text, drug_text : str
        The boxes as they were, to tell whether they have changed since.
    example : Example or None
        The example that the pair is, with its measured value.
    """

    protein_text: str
    drug_text: str
    protein: Protein
    molecule: Molecule
    example: Example | None = None

    def is_stale(self, protein_text: str, drug_text: str) -> bool:
        """Whether the boxes have changed since."""
        return (protein_text, drug_text) != (self.protein_text, self.drug_text)


def of_query(work: Callable[[Protein], int]) -> Callable[..., int]:
    """Estimate the work of a handler whose first input is the query, or None."""

    def estimate(query: Query | None, *others: Any) -> int:
        return 0 if query is None else work(query.protein)

    return estimate


def of_pair(work: Callable[[Protein, Molecule], int]) -> Callable[..., int]:
    """Estimate the work as `of_query` does, where it depends on the molecule too."""

    def estimate(query: Query | None, *others: Any) -> int:
        return 0 if query is None else work(query.protein, query.molecule)

    return estimate
