"""Names of the kinases of the catalogue: genes, accessions, panel names, aliases, full names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from dta_demo.kinases.catalogue import CatalogueKinase, KinomeCatalogue, load_catalogue
from dta_demo.kinases.construct import DomainChoice
from dta_demo.kinases.targets import is_phosphorylated, parse_target_name

MAX_NEAREST = 3
"""Nearest names that a refusal offers."""

NEAR = 0.6
"""Likeness from which a name is offered in place of one that is none, as `difflib` measures it."""

_GENE, _ACCESSION, _PANEL_NAME, _ALIAS, _FULL_NAME = range(5)
"""Ranks of names: of two kinases with one name, the lower is meant."""

_GREEK = {0x3B1: "alpha", 0x3B2: "beta", 0x3B3: "gamma", 0x3B4: "delta", 0x3B5: "epsilon"}
_SIGNS = re.compile(r"(?<!\d)[\s_./()-]+|[\s_./()-]+(?!\d)")
"""Signs that stand between names' parts, but for those between two digits: CDK1 2 is not CDK12."""

_SECOND_DOMAIN = re.compile(r"Domain2_\w+|\w+_b")
"""Labels of the second domains, which the list counts in another order than the sequence does."""


@dataclass(frozen=True)
class Named:
    """What a name means.

    Attributes
    ----------
    domain : {"", "first", "last"}
        Kinase domain that the name states.
    others : tuple of CatalogueKinase
        Kinases of which it is a lesser name.
    rivals : tuple of CatalogueKinase
        Kinases that the name means as well: without a gene, it cannot be read.
    """

    kinase: CatalogueKinase
    domain: DomainChoice = ""
    others: tuple[CatalogueKinase, ...] = ()
    rivals: tuple[CatalogueKinase, ...] = ()


class NameIndex:
    """The names of a catalogue, whatever their case, hyphens and spaces.

    Of two kinases with one name, that of which it is the gene comes first, then those of which it
    is the accession, the name in the training panels, an alias, the full name.
    """

    def __init__(self, catalogue: KinomeCatalogue) -> None:
        self._entries: dict[str, dict[str, tuple[int, CatalogueKinase, DomainChoice]]] = (
            defaultdict(dict)
        )
        self._shown: dict[str, str] = {}
        for kinase in catalogue:
            for rank, name, domain in _list_names(kinase):
                key = fold(name)
                before = self._entries[key].get(kinase.gene)
                if before is None or rank < before[0]:
                    self._entries[key][kinase.gene] = (rank, kinase, domain)
                if rank < _FULL_NAME:
                    self._shown.setdefault(key, name)

    def find(self, name: str) -> Named | None:
        """Find what a name means; None where it means nothing."""
        entries = self._entries.get(fold(name))
        if not entries:
            return None
        ordered = sorted(entries.values(), key=lambda entry: entry[0])
        rank, kinase, domain = ordered[0]
        equal = tuple(entry[1] for entry in ordered if entry[0] == rank)
        others = tuple(entry[1] for entry in ordered if entry[0] > rank)
        return Named(kinase, domain, others, equal if len(equal) > 1 else ())

    def nearest(self, name: str) -> list[str]:
        """Genes and other names that are nearest to what is none, the nearest first."""
        keys = get_close_matches(fold(name), self._shown, n=MAX_NEAREST, cutoff=NEAR)
        return [self._shown[key] for key in keys]


def fold(name: str) -> str:
    """Reduce a name to what tells it from others: no case, hyphens or spaces, Greek written out."""
    return _SIGNS.sub("", name.translate(_GREEK).strip()).casefold()


def has_two_domains(kinase: CatalogueKinase) -> bool:
    """Whether a kinase has two kinase domains, by the labels of the second."""
    return any(_SECOND_DOMAIN.fullmatch(alias) for alias in kinase.aliases)


def list_other_names(kinase: CatalogueKinase) -> list[str]:
    """List what a kinase is called beside its gene and accession: by the panels, and aliases."""
    names = (name for rank, name, _ in _list_names(kinase) if rank == _ALIAS)
    return [name for name in dict.fromkeys(names) if name not in (kinase.gene, kinase.uniprot)]


def _list_names(kinase: CatalogueKinase) -> Iterator[tuple[int, str, DomainChoice]]:
    """Yield the names of a kinase with their rank, the lowest first, and the domain they state."""
    yield _GENE, kinase.gene, ""
    yield _ACCESSION, kinase.uniprot, ""
    for name in kinase.panel_names:
        if is_phosphorylated(name, kinase.panel_names):  # Read as the mark after another name.
            continue
        parsed = parse_target_name(name)
        yield _PANEL_NAME, name, parsed.domain
        yield _ALIAS, parsed.gene, ""
    for alias in kinase.aliases:
        if not _SECOND_DOMAIN.fullmatch(alias):
            for part in (alias, *alias.split("/")):
                yield _ALIAS, part, ""
    yield _FULL_NAME, kinase.name, ""


@cache
def load_names() -> NameIndex:
    """Index the names of the catalogue that comes with the code; once a process."""
    return NameIndex(load_catalogue())
