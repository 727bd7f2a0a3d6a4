"""The human kinome by name: genes, accessions, aliases, groups and families, and sequences.

After the list of Manning et al. (2002, doi:10.1126/science.1075762), with the canonical sequences
of UniProt. ``python -m dta_demo.training.catalogue`` makes the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dta_demo.inputs.protein import MAX_RESIDUES, MIN_RESIDUES
from dta_demo.kinases.domain_runs import FaultError, check
from dta_demo.runtime.bundled import bundled_file
from dta_demo.runtime.compressed_json import read_compressed_json, write_compressed_json

KINASES = "kinases.json.gz"
"""File of the catalogue that holds the kinases."""

MAX_KINASES, MAX_NAMES, MAX_TEXT = 5000, 100, 200
"""Most kinases of a file, names of a kinase and characters of a name."""


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


_FIELDS = {field.name for field in fields(CatalogueKinase)}
_LISTS = {"aliases", "panel_names"}
_SYMBOL = re.compile(r"[A-Za-z0-9-]{1,20}")
_SEQUENCE = re.compile(rf"[A-Z]{{{MIN_RESIDUES},{MAX_RESIDUES}}}")


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
        write_compressed_json([asdict(kinase) for kinase in self], path)

    @classmethod
    def load(cls, path: Path) -> KinomeCatalogue:
        """Read kinases that `save` wrote.

        Raises
        ------
        ValueError
            When the file is unreadable or too large, or an entry is not as `save` writes it.
        """
        entries = read_compressed_json(path, "a catalogue of kinases")
        try:
            check(isinstance(entries, list), "it has no list of kinases")
            check(0 < len(entries) <= MAX_KINASES, "its number of kinases is wrong")
            kinases = [_from_entry(entry) for entry in entries]
            for what in ("gene", "uniprot"):
                different = {getattr(kinase, what) for kinase in kinases}
                check(len(different) == len(kinases), f"two of its kinases have one {what}")
        except FaultError as fault:
            raise ValueError(f"{path} cannot be used: {fault}.") from fault
        return cls(kinases)


def _from_entry(entry: Any) -> CatalogueKinase:
    check(isinstance(entry, dict) and set(entry) == _FIELDS, "the fields of a kinase are wrong")
    for name in _FIELDS - _LISTS - {"sequence"}:
        check(_is_text(entry[name]), f"the {name} of a kinase is wrong")
    for name in ("gene", "uniprot"):
        check(bool(_SYMBOL.fullmatch(entry[name])), f"the {name} of a kinase is wrong")
    for name in sorted(_LISTS):
        values = entry[name]
        check(isinstance(values, list) and len(values) <= MAX_NAMES, f"its {name} are wrong")
        check(all(map(_is_text, values)) and all(values), f"the {name} of a kinase are wrong")
    sequence = entry["sequence"]
    check(isinstance(sequence, str) and bool(_SEQUENCE.fullmatch(sequence)), "a sequence is wrong")
    return CatalogueKinase(**{**entry, **{name: tuple(entry[name]) for name in _LISTS}})


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and value.isprintable()


@cache
def load_catalogue() -> KinomeCatalogue:
    """Read the catalogue that comes with the code; once a process."""
    return KinomeCatalogue.load(bundled_file("catalogue") / KINASES)
