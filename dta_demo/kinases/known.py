"""The kinases that were measured, known by what the model reads of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.kinases.completion import Kinome, complete_construct
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domain_runs import FaultError, check, from_runs, is_whole, to_runs
from dta_demo.kinases.domains import KinaseDomain, KinaseProfile
from dta_demo.kinases.forms import DomainForm, cut_form
from dta_demo.kinases.targets import Target, parse_target_name
from dta_demo.kinases.words import WordIndex
from dta_demo.runtime.compressed_json import read_compressed_json, write_compressed_json

KNOWN_KINASES = "kinases.json.gz"
"""File of a checkpoint that holds them."""

MIN_END_SHARE = 0.75
"""Share of a domain's letters that another cut of the same domain has; the profile ends 42 of 265
residues earlier in the Davis sequence of PRKR than in UniProt's."""

MAX_KINASES, MAX_NAMES, MAX_NAME, MAX_LETTERS, MAX_NUMBER = 5000, 1000, 100, 40_000, 10**6

_LETTERS = re.compile(rf"[A-Z]{{1,{MAX_LETTERS}}}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class KnownKinase:
    """A form of a kinase that was measured.

    Attributes
    ----------
    names : tuple of str
        Names of the targets that are this form, the first dataset's first: `KIT(V559D)` is the
        same as `KIT`, since the model does not read residue 559.
    form : DomainForm
        What the model reads of it.
    aliases : tuple of str
        `digest_sequence` of whole sequences that stand for it, although they lack its domain.
    """

    names: tuple[str, ...]
    form: DomainForm
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name in the first dataset, such as ``"ABL1(T315I)"``."""
        return self.names[0]

    @property
    def gene(self) -> str:
        """Name of its wild type, such as ``"ABL1"``."""
        return wild_type_name(self.name, self.phosphorylated)

    @property
    def phosphorylated(self) -> bool:
        """Whether the phosphorylated form was measured."""
        return self.form.construct.phosphorylated

    @cached_property
    def is_wild_type(self) -> bool:
        """Whether one of its names states no mutation."""
        return any(states_no_mutation(name) for name in self.names)

    @cached_property
    def aligned(self) -> np.ndarray:
        """Mask of the letters that stand in a column of the profile, all without a domain."""
        mask = np.zeros(len(self.form.letters), dtype=bool)
        if self.form.domain is None:
            return ~mask
        numbers = np.array(self.form.domain.residues)
        mask[numbers[numbers > 0] - 1] = True
        return mask


def wild_type_name(name: str, phosphorylated: bool) -> str:
    """Name of a target without its mutations and its mark of phosphorylation."""
    gene = parse_target_name(name).gene
    return gene.removesuffix("p") if phosphorylated and gene == name else gene


def states_no_mutation(name: str) -> bool:
    """Whether a target's name is that of a wild type."""
    parsed = parse_target_name(name)
    return not parsed.anchors and not parsed.unplaced_duplication


def digest_sequence(sequence: str) -> str:
    """SHA-256 of a sequence, in hexadecimal digits."""
    return hashlib.sha256(sequence.encode()).hexdigest()


class KnownKinases(Sequence[KnownKinase]):
    """All forms that were measured, each of which the model reads differently."""

    def __init__(self, kinases: Iterable[KnownKinase]) -> None:
        self._kinases = tuple(kinases)

    def __len__(self) -> int:
        return len(self._kinases)

    def __getitem__(self, place: Any) -> Any:
        return self._kinases[place]

    @classmethod
    def of(
        cls, targets: Iterable[Target], profile: KinaseProfile, kinome: Kinome | None = None
    ) -> KnownKinases:
        """Collect the forms of targets, see `collect`."""
        return cls.collect(targets, profile, kinome)[0]

    @classmethod
    def collect(
        cls, targets: Iterable[Target], profile: KinaseProfile, kinome: Kinome | None = None
    ) -> tuple[KnownKinases, list[int]]:
        """Collect the forms of the targets of training datasets.

        Parameters
        ----------
        targets : iterable of Target
            The first dataset's first, since their names and forms are kept where a later one is the
            same kinase: of equal letters, or the same cut earlier or later.
        kinome : Kinome, optional
            Whole kinases for targets that lack their domain.

        Returns
        -------
        KnownKinases, list of int
            The kinases, and the place among them of each target.
        """
        kinome = kinome or Kinome(())
        found: dict[Construct, KnownKinase] = {}
        keys: list[Construct] = []
        claimed: set[str] = set()
        for target in targets:
            completed = complete_construct(target, kinome, profile)
            form = cut_form(completed, profile)
            key = _find_equal(form, found) or form.construct
            before = found.get(key, KnownKinase((), form))
            aliases = before.aliases
            alias = digest_sequence(target.sequence)
            if (
                completed != target.construct
                and alias not in claimed
                and states_no_mutation(target.name)
            ):
                claimed.add(alias)
                aliases = (*aliases, alias)
            names = tuple(dict.fromkeys((*before.names, target.name)))
            found[key] = replace(before, names=names, aliases=aliases)
            keys.append(key)
        place = {key: number for number, key in enumerate(found)}
        return cls(found.values()), [place[key] for key in keys]

    @cached_property
    def words(self) -> WordIndex:
        """Words of what the model reads of each."""
        return WordIndex([kinase.form.letters for kinase in self])

    @cached_property
    def lengths(self) -> np.ndarray:
        """Number of letters of each: int64, shape (kinases,)."""
        return np.array([len(kinase.form.letters) for kinase in self], dtype=np.int64)

    @cached_property
    def phosphorylated(self) -> np.ndarray:
        """Which of them are phosphorylated forms: bool, shape (kinases,)."""
        return np.array([kinase.phosphorylated for kinase in self], dtype=bool)

    @cached_property
    def has_domain(self) -> np.ndarray:
        """Which of them have a kinase domain: bool, shape (kinases,)."""
        return np.array([kinase.form.domain is not None for kinase in self], dtype=bool)

    def find_alias(self, sequence: str, phosphorylated: bool) -> KnownKinase | None:
        """Find the kinase that a whole sequence stands for although it lacks the domain."""
        return self._aliases.get((digest_sequence(sequence), phosphorylated))

    @cached_property
    def _aliases(self) -> dict[tuple[str, bool], KnownKinase]:
        return {(alias, each.phosphorylated): each for each in self for alias in each.aliases}

    def find_named(self, name: str) -> KnownKinase | None:
        """Find the kinase that a target of a dataset is, by the target's name there."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, KnownKinase]:
        # In reverse, so that the first dataset's stays.
        return {name: each for each in self[::-1] for name in each.names}

    def find_wild_type(self, kinase: KnownKinase) -> KnownKinase | None:
        """Find the wild type of a form: the kinase of its gene that was measured unchanged."""
        if kinase.is_wild_type:
            return kinase
        return self._wild_types.get((kinase.gene, kinase.phosphorylated))

    @cached_property
    def _wild_types(self) -> dict[tuple[str, bool], KnownKinase]:
        # In reverse, so that the first of equal names stays.
        return {(each.gene, each.phosphorylated): each for each in self[::-1] if each.is_wild_type}

    def save(self, path: str | Path) -> None:
        """Write the kinases as JSON, compressed by gzip; equal kinases give equal bytes."""
        entries = [_to_entry(kinase) for kinase in self]
        columns = max((len(k.form.domain.residues) for k in self if k.form.domain), default=0)
        document = {"columns": columns, "kinases": entries}
        write_compressed_json(document, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> KnownKinases:
        """Read kinases that `save` wrote.

        Raises
        ------
        ValueError
            When the file is unreadable or too large, or an entry is not as `save` writes it.
        """
        document = read_compressed_json(Path(path), "known kinases")
        if not isinstance(document, dict):
            raise ValueError(f"{path} cannot be read as known kinases: it is no JSON object.")
        columns: Any = document.get("columns")
        entries: Any = document.get("kinases")
        try:
            check(is_whole(columns, 0, 2000), "its number of columns is wrong")
            check(isinstance(entries, list), "it has no list of kinases")
            check(0 < len(entries) <= MAX_KINASES, "its number of kinases is wrong")
            kinases = [_from_entry(entry, columns) for entry in entries]
            forms = {kinase.form.construct for kinase in kinases}
            check(len(forms) == len(kinases), "two of its kinases are equal")
        except FaultError as fault:
            raise ValueError(f"{path} cannot be used: {fault}.") from fault
        return cls(kinases)


def _find_equal(form: DomainForm, found: dict[Construct, KnownKinase]) -> Construct | None:
    """Find the construct of the same letters, or of the same but for a few at its ends."""
    if form.construct in found or form.domain is None:
        return None
    for construct, kinase in found.items():
        if kinase.form.domain and construct.phosphorylated == form.construct.phosphorylated:
            short, long = sorted((construct.sequence, form.letters), key=len)
            if len(short) >= MIN_END_SHARE * len(long) and short in long:
                return construct
    return None


def _to_entry(kinase: KnownKinase) -> dict[str, Any]:
    form = kinase.form
    entry: dict[str, Any] = {"names": kinase.names, "letters": form.letters, "start": form.start}
    if form.domain:
        entry |= {"score": round(form.domain.score, 1), "runs": to_runs(form.domain.residues)}
    if kinase.phosphorylated:
        entry["phosphorylated"] = True
    if kinase.aliases:
        entry["aliases"] = kinase.aliases
    return entry


def _from_entry(entry: Any, columns: int) -> KnownKinase:
    check(isinstance(entry, dict), "one of its kinases is no JSON object")
    names, letters, start = (entry.get(key) for key in ("names", "letters", "start"))
    marked, aliases = entry.get("phosphorylated", False), entry.get("aliases", [])
    check(_are_texts(names, MAX_NAME) and bool(names), "a kinase has no names")
    check(isinstance(letters, str) and bool(_LETTERS.fullmatch(letters)), "letters are wrong")
    check(is_whole(start, 1, MAX_NUMBER), "the start of a kinase is wrong")
    check(isinstance(marked, bool), "a mark of phosphorylation is wrong")
    check(_are_texts(aliases, 64), "the aliases of a kinase are wrong")
    check(all(_DIGEST.fullmatch(alias) for alias in aliases), "an alias is no digest")
    domain = None
    if "runs" in entry:
        score = entry.get("score")
        is_number = isinstance(score, int | float) and not isinstance(score, bool)
        check(is_number and 0 <= score <= MAX_NUMBER, "the score of a domain is wrong")
        residues = from_runs(entry["runs"], columns, len(letters))
        domain = KinaseDomain(1, len(letters), float(score), residues)
    construct = Construct(letters, phosphorylated=marked)
    return KnownKinase(tuple(names), DomainForm(construct, start, domain), tuple(aliases))


def _are_texts(values: object, longest: int) -> bool:
    return (
        isinstance(values, list)
        and len(values) <= MAX_NAMES
        and all(isinstance(text, str) and 0 < len(text) <= longest for text in values)
        and all(text.isprintable() for text in values)
    )
