"""Recognition of the targets of a dataset, whose names say more than their sequences."""

from __future__ import annotations

from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinase, KnownKinases
from dta_demo.kinases.recognition import Recognition, recognise
from dta_demo.kinases.targets import Target


def recognise_target(target: Target, profile: KinaseProfile, known: KnownKinases) -> Recognition:
    """Recognise a target of a dataset among the kinases that were measured.

    A name such as ``RET(M918T)`` states a mutation that the sequence beside it cannot take where
    it is a fragment without the kinase domain, so a known kinase of that name is taken before one
    with that sequence. A name alone is no proof: another dataset may give it to another protein.
    So the sequence must be that of the same gene, in the same state of phosphorylation.
    """
    construct = target.construct
    found = recognise(construct, profile.find(construct.sequence), known)
    named, by_sequence = known.find_named(target.name), found.kinase or found.wild_type
    if named is None or by_sequence is None or named is found.kinase:
        return found
    same = (named.gene, named.phosphorylated) == (by_sequence.gene, construct.phosphorylated)
    return _as_named(named, found, known) if same else found


def _as_named(named: KnownKinase, found: Recognition, known: KnownKinases) -> Recognition:
    """Recognise a target as the kinase of its name; what a sequence lacks has no number."""
    fits = len(found.numbers) == len(named.form.letters)
    return Recognition(
        form=named.form,
        relation="as measured",
        kinase=named,
        wild_type=known.find_wild_type(named),
        domain=found.domain,
        numbers=found.numbers if fits else (0,) * len(named.form.letters),
    )
