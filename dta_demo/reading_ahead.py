"""Many molecules as text, read by another thread while the last ones are being predicted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from rdkit import Chem

from dta_demo.inputs import Drug, InputError, read_drug

MOLECULES_AT_ONCE = 256
"""Molecules of a chunk: enough for large products, few enough for an early first answer."""


@dataclass(frozen=True)
class ReadMolecule:
    """A molecule as it was given, and what was read of it.

    Attributes
    ----------
    drug, molecule : Drug and rdkit.Chem.Mol, or None
        None where the text was refused.
    fault : str
        Why it was refused, one sentence, or empty.
    """

    text: str
    drug: Drug | None = None
    molecule: Chem.Mol | None = None
    fault: str = ""


def read_ahead(texts: Iterable[str]) -> Iterator[list[ReadMolecule]]:
    """Read molecules in chunks, one chunk ahead, in their order.

    RDKit holds Python's lock while it reads a SMILES, but not while it counts fragments, and
    neither do products of matrices: so the two go on side by side.
    """
    waiting = iter(texts)

    def read_chunk() -> list[ReadMolecule]:
        return [_read(text) for text in islice(waiting, MOLECULES_AT_ONCE)]

    with ThreadPoolExecutor(max_workers=1) as reader:
        chunk = reader.submit(read_chunk)
        while found := chunk.result():
            chunk = reader.submit(read_chunk)
            yield found


def _read(text: str) -> ReadMolecule:
    try:
        return ReadMolecule(text, *read_drug(text))
    except InputError as error:
        return ReadMolecule(text, fault=str(error))
