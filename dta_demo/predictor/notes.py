"""Notes on what the model did with a protein, for the receipt of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dta_demo.inputs.protein import Protein
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.results.region import Region


def region_of(encoded: EncodedProtein) -> Region:
    """Part of `read_itself` that the poolings read: the kinase domain, or all of it."""
    numbers = encoded.numbers[encoded.numbers > 0]
    name = "kinase domain" if encoded.has_domain else "whole protein"
    return Region(int(numbers[0]), int(numbers[-1]), name)


def read_itself(protein: Protein, encoded: EncodedProtein) -> Protein:
    """Protein in whose numbering residues are shown.

    That is the protein as given, unless it is a fragment without the kinase domain that was read:
    then it is that domain by itself.
    """
    if not encoded.lacks_what_is_read:
        return protein
    return replace(protein, sequence=encoded.read.form.letters)


def notes_on(encoded: EncodedProtein) -> tuple[str, ...]:
    """Notes that a reader of the prediction should know, one sentence each."""
    notes = []
    windows = len(encoded.read.windows)
    if windows > 1:
        notes.append(
            f"All {len(encoded.read.form.letters):,} residues were read, in {windows} overlapping "
            "windows."
        )
    if encoded.region.construct.phosphorylated:
        notes.append("Its name was read as that of the phosphorylated form.")
    if not encoded.has_domain:
        notes.append("No kinase domain was found; the whole protein was pooled.")
        if encoded.recognition.relation == "new":
            notes.append("The prediction is drawn to the mean of training targets without one.")
    elif encoded.lacks_what_is_read:
        notes.append("Residues are numbered along the kinase domain that was filled in.")
    elif len(encoded.domains) > 1 and encoded.domain is not None:
        notes.append(_which_domain(encoded.domains, encoded.domain))
    return tuple(notes)


def _which_domain(domains: Sequence[KinaseDomain], chosen: KinaseDomain) -> str:
    places = " and ".join(f"{domain.start} to {domain.end}" for domain in domains)
    return (
        f"{len(domains)} kinase domains were found, residues {places}; the prediction is about "
        f"residues {chosen.start} to {chosen.end}."
    )
