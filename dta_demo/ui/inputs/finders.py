"""The search boxes: a kinase or an inhibitor by name, completed while it is typed."""

from __future__ import annotations

import gradio as gr

from dta_demo.kinases.catalogue import CatalogueKinase, load_catalogue
from dta_demo.kinases.name_index import list_other_names
from dta_demo.molecules.inhibitors import load_inhibitors
from dta_demo.ui.text import inputs as text

FILL = "(found, typed) => [found || typed, null]"
"""What stands in the box below after a choice, and that the search box is empty again."""


def build_kinase_finder() -> gr.Dropdown:
    """Lay out the search box of kinases."""
    choices = [(describe_kinase(kinase), kinase.gene) for kinase in load_catalogue()]
    return _build_finder(sorted(choices), text.FIND_KINASE, "find-kinase")


def build_inhibitor_finder() -> gr.Dropdown:
    """Lay out the search box of inhibitors."""
    names = sorted((each.name for each in load_inhibitors()), key=str.casefold)
    return _build_finder([(name, name) for name in names], text.FIND_INHIBITOR, "find-drug")


def describe_kinase(kinase: CatalogueKinase) -> str:
    """Describe a kinase by all that it is searched by: names, accession, group and family."""
    names = ", ".join(list_other_names(kinase))
    place = ", ".join(dict.fromkeys(filter(None, (kinase.group, kinase.family))))
    return " · ".join(filter(None, (kinase.gene, names, place, kinase.uniprot)))


def join_finder(finder: gr.Dropdown, box: gr.Textbox) -> None:
    """Put what is chosen in a search box into the box of the protein or of the molecule."""
    finder.input(None, [finder, box], [box, finder], js=FILL, queue=False, api_visibility="private")


def _build_finder(choices: list[tuple[str, str]], label: str, name: str) -> gr.Dropdown:
    return gr.Dropdown(choices, value=None, label=label, elem_id=name, min_width=140)
