"""Notes on what the model did with a protein, for the receipt of a prediction."""

from __future__ import annotations

from collections.abc import Sequence

from dta_demo.inputs.protein import Protein
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.results.region import Region


def region_of(protein: Protein, encoded: EncodedProtein) -> Region:
    """Part of a protein that the poolings read: its kinase domain, or all of it."""
    if encoded.domain is None:
        return Region(1, len(protein.sequence), "whole protein")
    return Region(encoded.domain.start, encoded.domain.end, "kinase domain")


def notes_on(protein: Protein, encoded: EncodedProtein) -> tuple[str, ...]:
    """Notes that a reader of the prediction should know, one sentence each."""
    notes = []
    windows = len(encoded.windows)
    if windows > 1:
        notes.append(
            f"The protein has {len(protein.sequence):,} residues and was read in {windows} "
            "overlapping windows."
        )
    if encoded.region.construct.phosphorylated:
        notes.append("Its name was read as that of the phosphorylated form.")
    if encoded.domain is None:
        notes.append("No kinase domain was found; the whole protein was pooled.")
    elif len(encoded.domains) > 1:
        notes.append(_which_domain(encoded.domains, encoded.domain))
    return tuple(notes)


def _which_domain(domains: Sequence[KinaseDomain], chosen: KinaseDomain) -> str:
    places = " and ".join(f"{domain.start} to {domain.end}" for domain in domains)
    return (
        f"{len(domains)} kinase domains were found, residues {places}; the prediction is about "
        f"residues {chosen.start} to {chosen.end}."
    )
