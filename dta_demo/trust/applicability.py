"""Applicability of the model to a query, by the query's nearest training examples."""

from __future__ import annotations

from collections.abc import Collection

from dta_demo.results.applicability import Applicability
from dta_demo.results.group import Group
from dta_demo.trust.reference import SAME_TARGET, DrugNeighbours, TargetNeighbour

DESCRIPTIONS = {
    Group.SEEN: "Both were measured in the training panel, if not with each other.",
    Group.NEW_DRUG: "The target was measured in the training panel, the molecule was not.",
    Group.NEW_TARGET: "The molecule was measured in the training panel, the target was not.",
    Group.BOTH_NEW: "Neither the molecule nor the target was measured in the training panel.",
}

DESCRIPTIONS_OF_MUTANTS = {
    Group.NEW_TARGET: (
        "The molecule was measured in the training panel, the target only without {mutation}."
    ),
    Group.BOTH_NEW: (
        "The molecule was not measured in the training panel, and the target only without "
        "{mutation}."
    ),
}
"""The same for a mutant that was not measured, of a wild type that was."""

MUTANTS = {Group.NEW_TARGET: "mutant", Group.BOTH_NEW: "mutant, new drug"}
"""Entries of a calibration for such mutants, by the group of the pair."""

MIN_DRUG_SIMILARITY = 0.3
"""Below this Tanimoto similarity to every training molecule that bound a kinase a query is out
of domain; random pairs of training molecules seldom reach it."""

MIN_TARGET_SIMILARITY = 0.5
"""Below this similarity to every training kinase a query is out of domain."""


def find_applicability(
    drug: DrugNeighbours,
    target: TargetNeighbour,
    has_kinase_domain: bool,
    group: Group,
    mutation: str = "",
) -> Applicability:
    """Decide whether a query of a group lies in the training domain, and say why.

    A query is in the domain when a kinase domain was found in the protein, or the protein is
    one of the panels' kinases without one; when the nearest training kinase is similar enough;
    and when the nearest training molecule that bound a kinase is.

    Parameters
    ----------
    mutation : str
        What parts a mutant that was not measured from its wild type; empty for other proteins.
    """
    reason = _reason_against(drug, target, has_kinase_domain)
    within = DESCRIPTIONS[group]
    if mutation and group in DESCRIPTIONS_OF_MUTANTS:
        within = DESCRIPTIONS_OF_MUTANTS[group].format(mutation=mutation)
    return Applicability(
        group=group,
        in_domain=not reason,
        reason=reason or within,
        nearest_drug=drug.nearest,
        nearest_target=target.nearest,
    )


def _reason_against(drug: DrugNeighbours, target: TargetNeighbour, has_kinase_domain: bool) -> str:
    """Reason why a query lies outside the domain, one sentence, or nothing."""
    similarity = target.nearest.similarity
    is_known_kinase = target.is_kinase and similarity >= SAME_TARGET
    if not has_kinase_domain and not is_known_kinase:
        return (
            "No protein kinase domain was found, and the model was trained almost only on "
            "kinases: the number is a guess."
        )
    if similarity < MIN_TARGET_SIMILARITY:
        return (
            f"No training target is like this protein (similarity {similarity:.2f}, "
            f"{MIN_TARGET_SIMILARITY:.2f} needed): the number is a guess."
        )
    if drug.binder.similarity < MIN_DRUG_SIMILARITY:
        return (
            "No training molecule that bound a kinase is like this one (Tanimoto similarity "
            f"{drug.binder.similarity:.2f}, {MIN_DRUG_SIMILARITY:.2f} needed): the number is a "
            "guess."
        )
    return ""


def interval_group(applicability: Applicability) -> Group:
    """Group whose interval a prediction gets.

    Out of the domain the intervals of seen molecules and targets are too narrow (in BindingDB's
    pairs of other proteins they hold three in four labels), so those of new ones are used.
    """
    return applicability.group if applicability.in_domain else Group.BOTH_NEW


def interval_entry(
    applicability: Applicability, is_mutant: bool, calibrated: Collection[str]
) -> str:
    """Entry of a calibration whose interval a prediction gets.

    A mutant that was not measured is predicted from its wild type, with the kernel weights of the
    wild type's group (seen, or new drug). Unless mutants were calibrated by themselves, so that
    the calibration has the entries of `MUTANTS`, nothing says how large its error is, and it gets
    the wider interval of new targets.
    """
    group = interval_group(applicability)
    own = MUTANTS.get(group, "") if is_mutant and applicability.in_domain else ""
    return own if own in calibrated else group.value
