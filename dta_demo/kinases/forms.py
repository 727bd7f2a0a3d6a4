"""The form of a construct that the model reads: its kinase domain, by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain, KinaseProfile, choose_domain


@dataclass(frozen=True)
class DomainForm:
    """What the model reads of a construct.

    Attributes
    ----------
    construct : Construct
        The letters of the kinase domain, from its first to its last residue; the whole sequence
        where no domain was found. Its ``domain`` is empty, since the letters are one domain.
    start : int
        Number, from 1, of its first residue in the sequence that it was cut from.
    domain : KinaseDomain or None
        The domain in the numbering of the letters: it starts at 1 and ends at their number.
    """

    construct: Construct
    start: int = 1
    domain: KinaseDomain | None = None

    @property
    def letters(self) -> str:
        """One-letter codes that the model reads."""
        return self.construct.sequence


def cut_form(construct: Construct, profile: KinaseProfile) -> DomainForm:
    """Cut the kinase domain that is meant out of a construct."""
    found = choose_domain(profile.find(construct.sequence), construct.domain)
    return cut_domain(construct, found)


def cut_domain(construct: Construct, domain: KinaseDomain | None) -> DomainForm:
    """Cut a domain that was found out of its construct; None keeps the whole sequence."""
    if domain is None:
        return DomainForm(replace(construct, domain=""))
    letters = construct.sequence[domain.start - 1 : domain.end]
    return DomainForm(
        replace(construct, sequence=letters, domain=""),
        domain.start,
        shift_domain(domain, 1 - domain.start),
    )


def shift_domain(domain: KinaseDomain, by: int) -> KinaseDomain:
    """Number a domain in another sequence, in which its residues have numbers higher by `by`."""
    return KinaseDomain(
        domain.start + by,
        domain.end + by,
        domain.score,
        tuple(number + by if number else 0 for number in domain.residues),
    )
