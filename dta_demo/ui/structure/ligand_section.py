"""The ligand of a structure in words: what it touches, and how well a colouring finds that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from dta_demo.explain.contact_ranking import rank_contacts
from dta_demo.inputs.protein import Protein
from dta_demo.inputs.wording import count_of, join_with_and, quote
from dta_demo.structures.align import ChainMatch
from dta_demo.structures.contacts import Contacts
from dta_demo.ui.shared import cards
from dta_demo.ui.structure.residue_values import ResidueValues
from dta_demo.ui.structure.store import KeptMatch
from dta_demo.ui.text import structure as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

MAX_NAMED = 40
"""Most residues that are named; 29 touch ponatinib."""


def describe_ligand(
    predictor: AffinityPredictor, protein: Protein, found: KeptMatch, values: ResidueValues
) -> Markup:
    """List the residues that the ligand touches; empty where none touches the chain.

    Parameters
    ----------
    protein : Protein
        In whose numbering the values are.
    """
    if found.contacts is None:
        return Markup()
    contacts = cards.note(_contact_sentences(found.match, found.contacts))
    ranking = " ".join(_ranking_sentences(predictor, protein, found.match, found.contacts, values))
    return (
        cards.heading(text.LIGAND_TITLE)
        + contacts
        + (cards.finding(ranking) if ranking else Markup())
    )


def _contact_sentences(match: ChainMatch, contacts: Contacts) -> Iterator[str]:
    """Name the ligand and the residues that it touches."""
    drug, places = contacts.ligand, contacts.places.tolist()
    residues = [match.chain.residues[place] for place in places[:MAX_NAMED]]
    names = [residue.letter + residue.label for residue in residues]
    if len(places) > MAX_NAMED:
        names.append(text.MORE.format(count=len(places) - MAX_NAMED))
    yield text.LIGAND_CONTACTS.format(
        count=count_of(len(places), text.RESIDUE_NOUN),
        verb=text.LIES if len(places) == 1 else text.LIE,
        ligand=drug.name,
        label=drug.label,
        chain=quote(drug.chain),
        names=join_with_and(names),
    )
    if contacts.ligands > 1:
        yield text.OTHER_LIGANDS.format(count=contacts.ligands)
    yield text.WHOSE_LIGAND


def _ranking_sentences(
    predictor: AffinityPredictor,
    protein: Protein,
    match: ChainMatch,
    contacts: Contacts,
    values: ResidueValues,
) -> Iterator[str]:
    """Say how well the values find what the ligand touches, beside chance and the pocket."""
    region = predictor.region(protein)
    numbers = match.numbers[(match.numbers >= region.start) & (match.numbers <= region.end)]
    if values.known is not None:
        numbers = numbers[np.isin(numbers, values.known)]
    touching = np.isin(numbers, match.number_of_place[contacts.places])
    found = rank_contacts(np.abs(values.values[numbers - 1]), touching)
    if found is None:
        return
    yield text.COLOUR_FINDS.format(
        area=found.area,
        precision=found.precision,
        chance=found.chance,
        count=int(touching.sum()),
        largest=text.LARGEST_EITHER_WAY if values.signed else text.LARGEST,
    )
    pocket = np.isin(numbers, predictor.variants.pocket(protein))
    of_pocket = rank_contacts(pocket.astype(float), touching)
    if of_pocket and 0 < pocket.sum() < len(pocket):
        yield text.POCKET_FINDS.format(
            pocket=int(pocket.sum()), area=of_pocket.area, precision=of_pocket.precision
        )
    counted = text.COUNTED if values.known is None else text.COUNTED_KNOWN
    yield counted.format(count=count_of(len(numbers), text.RESIDUE_NOUN))
