"""Completion of targets whose sequence in a dataset lacks the kinase domain.

The Davis data hold fragments without the domain, or with a part of it, such as those of RET and
BTK. What was measured is the kinase, so its sequence is taken from a list of whole kinases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.kinases.forms import DomainForm, cut_domain
from dta_demo.kinases.targets import Target, resolve_targets
from dta_demo.kinases.words import WordIndex, split_words

MIN_COLUMNS = 0.6
"""Share of the profile's columns below which a domain is a part of one; whole ones have 0.75."""

MIN_SHARE = 0.7
"""Share of a fragment's words that the whole kinase has: 0.80 to 1 in the Davis data."""

MAX_SECOND_SHARE = 0.5
"""Share that no other kinase may have; paralogues of the Davis fragments have 0.18 at most."""

MIN_WORDS = 100
"""Words that a fragment must have for a share of them to mean something."""


class Kinome:
    """Whole sequences of kinases, by which fragments are completed."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self.sequences = tuple(dict.fromkeys(sequences))
        self.words = WordIndex(self.sequences)

    def find_whole(self, fragment: str) -> str | None:
        """Find the only sequence that a fragment can be of; None when there is none."""
        words = set(split_words(fragment))
        if len(words) < MIN_WORDS or not self.sequences:
            return None
        shares = self.words.count(words) / len(words)
        best = int(np.argmax(shares))
        others = np.delete(shares, best)
        if shares[best] < MIN_SHARE or np.any(others > MAX_SECOND_SHARE):
            return None
        return self.sequences[best]


def complete_construct(target: Target, kinome: Kinome, profile: KinaseProfile) -> Construct:
    """Replace a target's fragment by the whole kinase, with the mutations of its name.

    Parameters
    ----------
    kinome : Kinome
        Whole sequences of wild types.

    Returns
    -------
    Construct
        The target's own, unless its sequence lacks the kinase domain, has less than `MIN_COLUMNS`
        of it or unknown residues in it, or lacks the residues that the name changes, and the
        kinome has one kinase that it is a fragment of, with what was lacking.
    """
    construct = target.construct
    form = cut_domain(construct, choose_domain(profile.find(construct.sequence), construct.domain))
    if is_whole(form) and not target.not_applied:
        return construct
    whole = kinome.find_whole(construct.sequence)
    if whole is None or whole == construct.sequence:
        return construct
    (resolved,) = resolve_targets([target.name], [whole])
    if is_whole(form) and resolved.not_applied:
        return construct
    completed = replace(construct, sequence=resolved.sequence)
    found = choose_domain(profile.find(completed.sequence), completed.domain)
    return completed if is_whole(cut_domain(completed, found)) else construct


def is_whole(form: DomainForm) -> bool:
    """Test whether a form is of a kinase domain with most of its columns, each of them known."""
    if form.domain is None:
        return False
    residues = form.domain.residues
    aligned = sum(number > 0 for number in residues)
    return aligned >= MIN_COLUMNS * len(residues) and "X" not in form.letters
