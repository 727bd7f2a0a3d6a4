"""Look-ups on request: an accession at UniProt, a name at PubChem or ChEMBL.

The buttons appear only where the text may be found there and cannot be read here, and nothing is
sent before one of them is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import is_accession
from dta_demo.kinases.naming import read_protein
from dta_demo.kinases.uniprot import fetch_protein
from dta_demo.molecules.databases import fetch_molecule, may_be_name
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes


@dataclass(frozen=True)
class LookUps:
    """The two buttons."""

    protein: gr.Button
    molecule: gr.Button


def build_look_up(label: str, name: str) -> gr.Button:
    """Lay out a button, hidden."""
    return gr.Button(label, size="sm", scale=0, min_width=190, visible=False, elem_id=name)


def join_look_ups(
    buttons: LookUps, protein: gr.Textbox, molecule: gr.Textbox, lanes: Lanes
) -> None:
    """Offer what may be found, and put what was found into its box."""
    for box, button, offer, fetch in (
        (protein, buttons.protein, offer_protein, fetch_protein),
        (molecule, buttons.molecule, offer_molecule, fetch_molecule),
    ):
        box.change(
            lanes.handler(offer), box, button, show_progress="hidden",
            trigger_mode="always_last", **PRIVATE,
        )  # fmt: skip
        button.click(lanes.fetcher(fetch), box, box, **PRIVATE)


def offer_protein(typed: str) -> Any:
    """Show the button for an accession that the catalogue does not hold."""
    return gr.Button(visible=is_accession(typed) and not _can(read_protein, typed))


def offer_molecule(typed: str) -> Any:
    """Show the button for what may be a name and is no molecule here."""
    return gr.Button(visible=may_be_name(typed) and not _can(read_small_molecule, typed))


def _can(read: Any, typed: str) -> bool:
    try:
        read(typed)
    except InputError:
        return False
    return True
