"""Proteins by name: a kinase of the catalogue, with its mutations, domain and phosphorylation.

`read_protein` takes what `inputs.protein.parse_protein` takes, and before that the names of human
kinases. A name is one line that begins with a gene, an alias, an accession or a name of the
training panels; whatever follows must be understood. Ten letters or more with nothing between them
are a sequence, never a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dta_demo.inputs.errors import InputError, NoSequenceError
from dta_demo.inputs.formats import is_accession
from dta_demo.inputs.protein import MIN_RESIDUES, Protein, parse_protein
from dta_demo.inputs.text import MAX_NAME_CHARACTERS, visible_lines
from dta_demo.inputs.wording import first_few, join_with_and, quote
from dta_demo.kinases.construct import DomainChoice
from dta_demo.kinases.mutation_text import (
    MAX_MUTATIONS,
    Mutation,
    read_mutation,
    split_words,
    write_mutation,
)
from dta_demo.kinases.name_index import Named, has_two_domains, load_names
from dta_demo.kinases.numbering import mutate
from dta_demo.kinases.targets import PHOSPHORYLATED_AT_SOURCE

MAX_NAME_LENGTH = 300
"""Characters of a line that may be a name: fifty mutations take 300."""

MAX_WORD_LENGTH = 30
"""Characters of a text that is answered as a word rather than as a sequence."""

_DOMAINS: tuple[tuple[re.Pattern[str], DomainChoice], ...] = (
    (re.compile(r"\bJH2[ -]?(domain)?(-?pseudokinase)?\b", re.IGNORECASE), "first"),
    (re.compile(r"\bJH1[ -]?(domain)?(-?catalytic)?\b", re.IGNORECASE), "last"),
    (re.compile(r"\bKin\.? ?Dom\.? ?1(-?N-terminal)?\b", re.IGNORECASE), "first"),
    (re.compile(r"\bKin\.? ?Dom\.? ?2(-?C-terminal)?\b", re.IGNORECASE), "last"),
)
_DOMAIN_NAMES = {
    ("first", True): ("JH2domain-pseudokinase", "its pseudokinase domain JH2"),
    ("last", True): ("JH1domain-catalytic", "its kinase domain JH1"),
    ("first", False): ("Kin.Dom.1-N-terminal", "the first of its kinase domains"),
    ("last", False): ("Kin.Dom.2-C-terminal", "the second of its kinase domains"),
}
"""Name in a dataset and in words, by domain and whether it is a Janus kinase's."""

_PHOSPHORYLATED = frozenset({"p", "phosphorylated", "Phosphorylated"})
_WITHOUT_MEANING = frozenset(
    {"", "domain", "human", "kinase", "mutant", "nonphosphorylated", "unphosphorylated", "wt"}
)
_UNPLACED = "ITD"


class _NotUnderstoodError(Exception):
    """A word after a name."""


@dataclass(frozen=True)
class NamedForm:
    """What a name asks for, before its mutations are held against the sequence."""

    named: Named
    mutations: tuple[Mutation, ...] = ()
    domain: DomainChoice = ""
    phosphorylated: bool = False


def read_protein(text: str | Protein) -> Protein:
    """Read a protein from the name of a human kinase, or as `parse_protein` does.

    Parameters
    ----------
    text : str or Protein
        A name (``"ABL1"``, ``"P00519"``, ``"p38-alpha"``), with mutations in the canonical
        numbering (``"EGFR(L858R,T790M)"``, ``"BRAF p.Val600Glu"``), phosphorylated (``"ABL1p"``)
        or with the domain that is meant (``"JAK2 JH2"``); or a sequence, FASTA or GenBank. A
        protein that was read is given back.

    Returns
    -------
    Protein
        Of a name, with the sequence of UniProt, mutated, and a name by which the domain and the
        phosphorylation are recognised. Its first change says what was understood.

    Raises
    ------
    InputError
        If the text can be read as neither, or the name means two kinases, or a mutation does not
        fit the sequence.
    """
    if isinstance(text, Protein):
        return text
    changes: list[str] = []
    lines = visible_lines(text, "protein", changes)
    if len(lines) != 1 or not _may_be_name(lines[0]):
        return parse_protein(text)
    form = _understand(lines[0])
    if form is not None:
        return _make_protein(form, changes)
    try:
        return parse_protein(text)
    except NoSequenceError as error:
        raise InputError(_say_unknown(lines[0], str(error))) from error


def is_kinase_name(text: str) -> bool:
    """Whether `read_protein` reads a text as the name of a kinase, and not as a sequence."""
    try:
        lines = visible_lines(text, "protein", [])
        return len(lines) == 1 and _may_be_name(lines[0]) and _understand(lines[0]) is not None
    except InputError:
        return False


def _may_be_name(line: str) -> bool:
    is_sequence = line.isalpha() and len(line) >= MIN_RESIDUES
    return len(line) <= MAX_NAME_LENGTH and not line.startswith(">") and not is_sequence


def _understand(line: str) -> NamedForm | None:
    """Understand a line that is or begins with a name; None where it is a sequence or neither."""
    index = load_names()
    whole = index.find(line)
    if whole is not None:
        _refuse_rivals(whole, line)
        return NamedForm(whole, domain=whole.domain)
    fault = ""
    for head, rest in _split_head(line):
        named = index.find(head)
        if named is None:
            continue
        try:
            form = _read_rest(named, rest)
        except _NotUnderstoodError as error:
            fault = fault or f"{quote(str(error))} after {head}"
            continue
        _refuse_rivals(named, head)
        return form
    if fault and not _may_be_blocks(line):
        raise InputError(
            f"{fault} is not understood: a kinase may be followed by mutations, such as T315I, "
            "E746_A750del or A767_V769dup, by its domain (JH1), or by p where phosphorylated."
        )
    return None


def _split_head(line: str) -> Iterator[tuple[str, str]]:
    """Split a line where a name may end, the longest name first."""
    for place in range(len(line) - 1, 0, -1):
        head, rest = line[:place], line[place:]
        is_inside = head[-1].isalnum() and rest[0].isalnum()
        if head[-1].isalnum() and (not is_inside or rest == "p" or read_mutation(rest)):
            yield head, rest


def _may_be_blocks(line: str) -> bool:
    """Whether a line may be a sequence in blocks: letters and spaces of one case."""
    letters = "".join(line.split())
    return letters.isalpha() and (letters.isupper() or letters.islower())


def _read_rest(named: Named, rest: str) -> NamedForm:
    """Read what follows a name; raises where a word of it is not understood."""
    domain: DomainChoice = ""
    for pattern, meaning in _DOMAINS:
        rest, found = pattern.subn(" ", rest)
        if found and domain:
            raise _NotUnderstoodError("a second domain")
        domain = meaning if found else domain
    mutations, phosphorylated = [], False
    for word in split_words(rest):
        plain = word.strip("-_.:")
        mutation = read_mutation(plain)
        if mutation:
            mutations.append(mutation)
        elif plain.upper() == _UNPLACED:
            raise InputError(
                f"{named.kinase.gene} ITD does not say which residues are duplicated: name them as "
                "in EGFR A767_V769dup."
            )
        elif plain in _PHOSPHORYLATED:
            phosphorylated = True
        elif plain.lower() not in _WITHOUT_MEANING:
            raise _NotUnderstoodError(plain)
    if len(mutations) > MAX_MUTATIONS:
        raise InputError(f"At most {MAX_MUTATIONS} mutations are read.")
    return NamedForm(named, tuple(dict.fromkeys(mutations)), domain, phosphorylated)


def _refuse_rivals(named: Named, name: str) -> None:
    if named.rivals:
        genes = " or ".join(f"{each.gene} ({each.uniprot})" for each in named.rivals)
        raise InputError(f"{quote(name)} is a name of several kinases: give {genes}.")


def _make_protein(form: NamedForm, changes: list[str]) -> Protein:
    """Make the protein that a name asks for, with its receipt."""
    kinase = form.named.kinase
    if form.domain and not has_two_domains(kinase):
        raise InputError(f"{kinase.gene} ({kinase.uniprot}) has no second kinase domain.")
    checked = parse_protein(mutate(kinase, form.mutations))
    domain_name, domain_words = _DOMAIN_NAMES.get((form.domain, kinase.family == "Jak"), ("", ""))
    written = [write_mutation(each) for each in form.mutations]
    changes.append(
        f"Read as {kinase.gene} ({kinase.uniprot}), {len(checked.sequence):,} residues"
        f"{f', with {first_few(written)}' if written else ''}"
        f"{domain_words and f', {domain_words}'}"
        f"{', phosphorylated' if form.phosphorylated else ''}."
    )
    if form.named.others:
        others = join_with_and([each.gene for each in form.named.others])
        changes.append(f"The name may also mean {others}.")
    name = _write_name(form, domain_name, written)
    if name in PHOSPHORYLATED_AT_SOURCE and not form.phosphorylated:
        changes.append(f"It was measured phosphorylated only: give {name}p for that form.")
        name += "-nonphosphorylated"
    return Protein(checked.sequence, name, (*changes, *checked.changes))


def _write_name(form: NamedForm, domain: str, written: Sequence[str]) -> str:
    """Write a name as a dataset would, which says the domain and the phosphorylation."""
    details = ",".join(filter(None, (domain, *written)))
    if len(details) > MAX_NAME_CHARACTERS:
        details = ",".join(filter(None, (domain, f"{len(written)} mutations")))
    name = form.named.kinase.gene + (f"({details})" if details else "")
    return f"{name}-phosphorylated" if form.phosphorylated else name


def _say_unknown(line: str, reason: str) -> str:
    """Say that a text is neither a sequence nor a name, and which names are near."""
    if len(line) > MAX_WORD_LENGTH:
        return reason
    if is_accession(line):
        return (
            f"{quote(line)} is the accession of no human kinase that is known by name: give the "
            "protein's sequence."
        )
    index = load_names()
    near = index.nearest(line) or index.nearest(re.split(r"[\s(:,]", line)[0])
    if near:
        return f"{quote(line)} is no name of a human kinase; the nearest: {first_few(near)}."
    return f"{reason.removesuffix('.')}; as a name it is that of no human kinase."
