"""What one press of the button asked for: the record that every tab draws from."""

from __future__ import annotations

from dataclasses import dataclass

from dta_demo.inputs import Drug, Protein
from dta_demo.ui.examples import Example


@dataclass(frozen=True)
class Query:
    """One protein and one molecule, as typed and as parsed.

    Attributes
    ----------
    protein_text, drug_text : str
        The boxes as they stood, to tell whether they were changed since.
    example : Example or None
        The example that the pair is, with its measured value.
    """

    protein_text: str
    drug_text: str
    protein: Protein
    drug: Drug
    example: Example | None = None

    def is_stale(self, protein_text: str, drug_text: str) -> bool:
        """Whether the boxes say something else by now."""
        return (protein_text, drug_text) != (self.protein_text, self.drug_text)
