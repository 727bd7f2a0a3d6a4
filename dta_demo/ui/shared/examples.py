"""The measured pairs that the page offers to start from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dta_demo.inputs.protein import Protein
from dta_demo.runtime.bundled import bundled_file

EXAMPLES_FILE = bundled_file("examples.json")


@dataclass(frozen=True)
class Example:
    """One pair of the Davis data, with what was measured for it.

    Attributes
    ----------
    measured_pkd : float
        pKd as in the data; the floor means "10 µM or above, or nothing detected".
    note : str
        One sentence on why the pair is worth a look.
    """

    title: str
    gene: str
    molecule: str
    sequence: str
    smiles: str
    measured_pkd: float
    note: str

    @property
    def protein_text(self) -> str:
        """Text for the protein box."""
        return f">{self.gene}\n{self.sequence}"

    @property
    def drug_text(self) -> str:
        """Text for the molecule box."""
        return f"{self.smiles} {self.molecule}"


def load_examples(path: Path = EXAMPLES_FILE) -> tuple[Example, ...]:
    """Read the examples in the order of the file, which calls the molecule ``drug``."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Example(molecule=row.pop("drug"), **row) for row in rows)


def find_example(examples: Iterable[Example], protein: Protein, drug_text: str) -> Example | None:
    """Example that a query is, or None once either box was changed.

    Parameters
    ----------
    examples : iterable of Example
    protein : Protein
        The protein as parsed: the header may differ, the residues may not.
    drug_text : str
        The text of the molecule box.
    """
    smiles = drug_text.split(maxsplit=1)[0] if drug_text.strip() else ""
    return next(
        (x for x in examples if x.sequence == protein.sequence and x.smiles == smiles), None
    )


def example_index(examples: Sequence[Example], protein_text: str, drug_text: str) -> int | None:
    """Place of the example whose texts are in both boxes, or None."""
    texts = [(x.protein_text, x.drug_text) for x in examples]
    boxes = (protein_text, drug_text)
    return texts.index(boxes) if boxes in texts else None
