"""Recognition of a given sequence among the kinases that were measured.

A kinase is known by its kinase domain: a tag, another isoform, a domain by itself or an exchange
outside the domain leave it the same to the model, which reads nothing else. The profile finds the
domain in the given sequence, but not reliably where it was cut at its own ends, so the domains of
the known kinases are aligned with the given sequence by the words that they share, and judged at
the columns of the profile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain, choose_domain
from dta_demo.kinases.forms import DomainForm, cut_domain, shift_domain
from dta_demo.kinases.known import KnownKinase, KnownKinases
from dta_demo.kinases.words import align_by_words, place_words

Relation = Literal["as measured", "mutant", "new"]

MIN_PRESENT = 0.8
"""Share of a known domain's columns that the given sequence must have."""

MAX_SUBSTITUTIONS = 5
"""Most substitutions of a mutant; no two human kinases differ in fewer than 6 columns."""

MIN_IDENTITY = 0.97
"""Share of the compared columns that must be equal, which bounds a short domain further."""

MAX_GAP = 30
"""Most residues that a mutant may lack or have more; exon 20 insertions of EGFR have up to 7."""

MIN_SHARED = 0.5
"""Share of a domain's words from which it is aligned: 5 substitutions cost 30 words of 250, a
domain with a fifth cut away another 50."""

MAX_ALIGNED = 24
"""Most known kinases that are aligned with one sequence; ABL1 has 8 forms in the Davis data."""

MIN_WHOLE = 0.95
"""Share of the shorter protein's words that proteins without a kinase domain must share."""

MIN_LENGTH = 100
"""Residues from which proteins without a kinase domain are compared."""


@dataclass(frozen=True)
class Recognition:
    """What a given sequence is to the model.

    Attributes
    ----------
    form : DomainForm
        What the model reads: the known kinase's own form where it is as measured. Of a mutant,
        the letters of the given sequence that stand for the wild type's.
    relation : {"as measured", "mutant", "new"}
        A mutant differs from a measured wild type inside the domain by few residues, and nothing
        was measured of it. Whatever is neither is new, and so is the phosphorylated form of a
        kinase that was measured only without.
    kinase : KnownKinase or None
        The kinase that it is, where it is as measured.
    wild_type : KnownKinase or None
        The measured wild type of the kinase, or of what it is a mutant of; for a phosphorylated
        form that was not measured, the form without.
    substitutions : tuple of str
        Differences from the wild type inside the domain, such as ``"T315I"`` or
        ``"E746_A750del"``, in the numbering of the given sequence; empty where it is as measured.
    domain : KinaseDomain or None
        Kinase domain in the numbering of the given sequence: of a known kinase that kinase's,
        carried over, and otherwise as the profile found it.
    numbers : tuple of int
        Number in the given sequence of each letter of the form, 0 where it lacks the letter.
    """

    form: DomainForm
    relation: Relation
    kinase: KnownKinase | None = None
    wild_type: KnownKinase | None = None
    substitutions: tuple[str, ...] = ()
    domain: KinaseDomain | None = None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Match:
    """A known kinase aligned with a given sequence.

    Attributes
    ----------
    mapped : numpy.ndarray of int64, shape (letters of the kinase,)
        Place in the sequence, from 0, of each letter, -1 where it has none.
    differences : tuple of str
        Those that make it a mutant.
    elsewhere : int
        Differences outside the columns of the profile.
    missing : int
        Letters that the sequence lacks.
    """

    kinase: KnownKinase
    mapped: np.ndarray
    differences: tuple[str, ...]
    elsewhere: int
    missing: int

    @property
    def distance(self) -> tuple[int, int, int, bool, int]:
        """Order of matches, the nearest first; of equal ones the wild type, then the longest."""
        return (
            len(self.differences),
            self.elsewhere,
            self.missing,
            not self.kinase.is_wild_type,
            -len(self.mapped),
        )


def recognise(
    construct: Construct, domains: Sequence[KinaseDomain], known: KnownKinases
) -> Recognition:
    """Recognise a given sequence among the kinases that were measured.

    Parameters
    ----------
    construct : Construct
        The sequence as given. A phosphorylated form is compared with phosphorylated forms; where
        none fits, it is new, beside the plain one as its wild type: its affinities can lie two
        units away, so they must not be shown as measured.
    domains : sequence of KinaseDomain
        What the profile finds in the sequence.
    """
    sequence, phosphorylated = construct.sequence, construct.phosphorylated
    found = choose_domain(domains, construct.domain)
    alias = known.find_alias(sequence, phosphorylated)
    if alias is not None:
        numbers = (0,) * len(alias.form.letters)
        wild_type = known.find_wild_type(alias)
        return Recognition(alias.form, "as measured", alias, wild_type, (), found, numbers)
    matches = list(_find_matches(sequence, found, phosphorylated, known))
    recognised = _choose(matches, sequence, found, known)
    if recognised is None and phosphorylated:
        plain = _choose(list(_find_matches(sequence, found, False, known)), sequence, found, known)
        recognised = plain and _as_unmeasured(plain)
    if recognised is not None:
        return recognised
    form = cut_domain(construct, found)
    return Recognition(form, "new", domain=found, numbers=_number(form))


def _as_unmeasured(plain: Recognition) -> Recognition:
    """Say of a form without phosphorylation what holds for the phosphorylated one."""
    form = replace(plain.form, construct=replace(plain.form.construct, phosphorylated=True))
    return replace(
        plain, form=form, relation="new", kinase=None, wild_type=plain.wild_type or plain.kinase
    )


def _choose(
    matches: list[Match], sequence: str, found: KinaseDomain | None, known: KnownKinases
) -> Recognition | None:
    """Choose the nearest match without a difference, or else the nearest wild type."""
    same = [match for match in matches if not match.differences]
    if same:
        return _as_measured(min(same, key=lambda match: match.distance), found, known)
    wild_types = [match for match in matches if match.kinase.is_wild_type]
    if wild_types:
        return _as_mutant(min(wild_types, key=lambda match: match.distance), sequence)
    return None


def _as_measured(match: Match, found: KinaseDomain | None, known: KnownKinases) -> Recognition:
    kinase = match.kinase
    return Recognition(
        form=kinase.form,
        relation="as measured",
        kinase=kinase,
        wild_type=known.find_wild_type(kinase),
        domain=_carry_over(match) or found,
        numbers=tuple((match.mapped + 1).tolist()),
    )


def _as_mutant(match: Match, sequence: str) -> Recognition:
    present = match.mapped[match.mapped >= 0]
    first, last = int(present[0]), int(present[-1])
    domain = _carry_over(match)
    construct = Construct(sequence[first : last + 1], phosphorylated=match.kinase.phosphorylated)
    form = DomainForm(construct, first + 1, domain and shift_domain(domain, -first))
    return Recognition(
        form=form,
        relation="mutant",
        wild_type=match.kinase,
        substitutions=match.differences,
        domain=domain,
        numbers=_number(form),
    )


def _carry_over(match: Match) -> KinaseDomain | None:
    """Number a known kinase's domain in the given sequence."""
    domain = match.kinase.form.domain
    if domain is None:
        return None
    numbers = match.mapped + 1
    present = numbers[numbers > 0]
    residues = tuple(int(numbers[each - 1]) if each else 0 for each in domain.residues)
    return KinaseDomain(int(present[0]), int(present[-1]), domain.score, residues)


def _number(form: DomainForm) -> tuple[int, ...]:
    """Numbers of the letters of a form that was cut out in one piece."""
    return tuple(range(form.start, form.start + len(form.letters)))


def _find_matches(
    sequence: str, found: KinaseDomain | None, phosphorylated: bool, known: KnownKinases
) -> Iterator[Match]:
    """Align the known kinases that can be meant, and keep those that few differences part.

    Where the given sequence holds the very letters of some, these are all that is yielded: a tie
    between them goes to the longest.
    """
    places = place_words(sequence)
    candidates = _find_candidates(sequence, places, found, phosphorylated, known)
    exact = []
    for kinase in candidates:
        first = sequence.find(kinase.form.letters)
        mapped = np.arange(first, first + len(kinase.form.letters))
        if first >= 0 and _overlaps(mapped, found):
            exact.append(Match(kinase, mapped, (), 0, 0))
    yield from exact
    for kinase in candidates[: 0 if exact else MAX_ALIGNED]:
        mapped = align_by_words(kinase.form.letters, sequence, places)
        match = compare(kinase, mapped, sequence) if _overlaps(mapped, found) else None
        if match is not None:
            yield match


def _find_candidates(
    sequence: str,
    places: Collection[str],
    found: KinaseDomain | None,
    phosphorylated: bool,
    known: KnownKinases,
) -> list[KnownKinase]:
    """Find the known kinases that share enough words with a sequence, the most first.

    A sequence with a kinase domain is compared with kinase domains only. In one without, the
    profile may have missed a part of a domain, so it is compared with all.
    """
    shared = known.words.count(places)
    totals = np.maximum(known.words.totals, 1)
    of_shorter = shared / np.minimum(totals, max(len(places), 1))
    long_enough = known.lengths >= (MIN_LENGTH if len(sequence) >= MIN_LENGTH else np.inf)
    enough = np.where(
        known.has_domain,
        shared >= MIN_SHARED * totals,
        (of_shorter >= MIN_WHOLE) & long_enough & (found is None),
    )
    chosen = np.flatnonzero(enough & (known.phosphorylated == phosphorylated))
    order = np.argsort(-(shared / totals)[chosen], kind="stable")
    return [known[place] for place in chosen[order].tolist()]


def _overlaps(mapped: np.ndarray, found: KinaseDomain | None) -> bool:
    """Whether most of an alignment lies in the domain that is meant, or most of the domain in it.

    A domain that was cut at its own ends is found shorter than it is, and one of two domains can
    run on into the linker between them.
    """
    places = mapped[mapped >= 0]
    if found is None or not len(places):
        return bool(len(places))
    inside = int(np.sum((places >= found.start - 1) & (places < found.end)))
    return 2 * inside > min(len(places), found.end - found.start + 1)


def compare(kinase: KnownKinase, mapped: np.ndarray, sequence: str) -> Match | None:
    """Judge an alignment at the columns of the profile.

    What the sequence lacks at an end, as a construct may, makes no mutant, and neither does a
    difference in an insert between two columns, in which isoforms differ.

    Returns
    -------
    Match or None
        None where too little is present, or too much differs.
    """
    letters, aligned = kinase.form.letters, kinase.aligned
    present = np.flatnonzero(mapped >= 0)
    if kinase.form.domain and np.sum(mapped[aligned] >= 0) < MIN_PRESENT * aligned.sum():
        return None
    unlike = [
        place
        for place in present.tolist()
        if letters[place] != sequence[mapped[place]] and "X" not in (
            letters[place], sequence[mapped[place]]
        )
    ]  # fmt: skip
    counted = [place for place in unlike if aligned[place]]
    allowed = min(MAX_SUBSTITUTIONS, (1 - MIN_IDENTITY) * np.sum(aligned[present]))
    gaps = list(_find_gaps(present, mapped))
    if len(counted) > allowed or any(max(lost, more) > MAX_GAP for _, lost, more in gaps):
        return None
    named = [
        (place, f"{letters[place]}{mapped[place] + 1}{sequence[mapped[place]]}")
        for place in counted
    ]
    broken = [gap for gap in gaps if _breaks_columns(kinase, *gap)]
    named += [(gap[0], _name_gap(letters, mapped, sequence, *gap)) for gap in broken]
    differences = tuple(text for _, text in sorted(named))
    elsewhere = len(unlike) - len(counted) + len(gaps) - len(broken)
    return Match(kinase, mapped, differences, elsewhere, len(letters) - len(present))


def _find_gaps(present: np.ndarray, mapped: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Yield the letter before each gap, and how many the sequence lacks or else has more."""
    lost = np.diff(present) - 1
    more = np.diff(mapped[present]) - 1
    for number in np.flatnonzero((lost > 0) | (more > 0)):
        yield int(present[number]), int(lost[number]), int(more[number])


def _breaks_columns(kinase: KnownKinase, before: int, lost: int, more: int) -> bool:
    """Whether a gap lacks residues of columns, or parts two residues of columns."""
    if kinase.form.domain is None:
        return False
    if lost:
        return bool(kinase.aligned[before + 1 : before + 1 + lost].any())
    return bool(kinase.aligned[before] and kinase.aligned[before + 1])


def _name_gap(
    letters: str, mapped: np.ndarray, sequence: str, before: int, lost: int, more: int
) -> str:
    """Name a deletion or an insertion as HGVS does, numbered as in the given sequence."""
    number = int(mapped[before]) + 1
    if more:
        inserted = sequence[number : number + more]
        return f"{letters[before]}{number}_{letters[before + 1]}{number + 1}ins{inserted}"
    last = f"_{letters[before + lost]}{number + lost}" if lost > 1 else ""
    return f"{letters[before + 1]}{number + 1}{last}del"
