"""The human kinome by name: genes, accessions, aliases, groups and families, and sequences.

After the list of Manning et al. (2002, doi:10.1126/science.1075762), with the canonical sequences
of UniProt. ``python -m dta_demo.training.catalogue`` makes the file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dta_demo.runtime.bundled import bundled_file

KINASES = "kinases.json.gz"
"""File of the catalogue that holds the kinases."""


@dataclass(frozen=True)
class CatalogueKinase:
    """A human kinase.

    Attributes
    ----------
    gene : str
        Gene symbol, or for four of them the only alias that there is.
    uniprot : str
        Accession of the canonical sequence.
    aliases, panel_names : tuple of str
        Other names, and those of its wild type in the training panels (``"MEK1"``, ``"p38-alpha"``,
        ``"JAK2(JH1domain-catalytic)"``).
    group, family, subfamily : str
        After Manning et al.; the last, and for some the family, may be empty.
    sequence : str
        Canonical, whose residues mutations are numbered by.
    """

    gene: str
    uniprot: str
    name: str
    aliases: tuple[str, ...]
    panel_names: tuple[str, ...]
    group: str
    family: str
    subfamily: str
    sequence: str


class KinomeCatalogue(Sequence[CatalogueKinase]):
    """All human kinases, in the order of the list."""

    def __init__(self, kinases: Iterable[CatalogueKinase]) -> None:
        self._kinases = tuple(kinases)

    def __len__(self) -> int:
        return len(self._kinases)

    def __getitem__(self, place: Any) -> Any:
        return self._kinases[place]

    def find_gene(self, gene: str) -> CatalogueKinase | None:
        """Find a kinase by its gene symbol."""
        return self._by_gene.get(gene)

    @cached_property
    def _by_gene(self) -> dict[str, CatalogueKinase]:
        return {kinase.gene: kinase for kinase in self}

    def save(self, path: Path) -> None:
        """Write the kinases as JSON, compressed by gzip; equal kinases give equal bytes."""
        text = json.dumps([asdict(kinase) for kinase in self], separators=(",", ":"))
        path.write_bytes(gzip.compress(text.encode(), mtime=0))

    @classmethod
    def load(cls, path: Path) -> KinomeCatalogue:
        """Read kinases that `save` wrote.

        Raises
        ------
        ValueError
            When the file is not as `save` writes it.
        """
        try:
            entries = json.loads(gzip.decompress(path.read_bytes()))
            return cls(_from_entry(entry) for entry in entries)
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} cannot be read as a catalogue of kinases.") from error


def _from_entry(entry: dict[str, Any]) -> CatalogueKinase:
    values = {field.name: entry[field.name] for field in fields(CatalogueKinase)}
    several = {name: tuple(values[name]) for name in ("aliases", "panel_names")}
    return CatalogueKinase(**{**values, **several})


@cache
def load_catalogue() -> KinomeCatalogue:
    """Read the catalogue that comes with the code; once a process."""
    return KinomeCatalogue.load(bundled_file("catalogue") / KINASES)
