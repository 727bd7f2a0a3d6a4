"""The input boxes: examples, search boxes, protein, molecule and the button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.inputs.wording import count_of
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.drawing import draw_molecule, formula_and_weight
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.results.units import format_pkd
from dta_demo.ui.inputs.finders import (
    build_inhibitor_finder,
    build_kinase_finder,
    join_finder,
)
from dta_demo.ui.inputs.links import Links, build_links
from dta_demo.ui.inputs.lookups import LookUps, build_look_up
from dta_demo.ui.inputs.sketcher import Sketcher, build_sketcher
from dta_demo.ui.inputs.upload import SUFFIXES
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.examples import Example, find_example
from dta_demo.ui.shared.query import Query
from dta_demo.ui.text import inputs as text
from dta_demo.ui.text import shared as shared_text

ASSAY_FLOOR = 5.0
"""pKd at which the Davis data say "no binding up to 10 uM"."""

PLAIN_TYPING = gr.InputHTMLAttributes(spellcheck=False, autocapitalize="off", autocorrect="off")


@dataclass(frozen=True)
class InputPanel:
    """Components of the panel, for the events of the page."""

    example: gr.Dropdown
    protein: gr.Textbox
    protein_note: gr.HTML
    molecule: gr.Textbox
    drug_note: gr.HTML
    upload: gr.UploadButton
    sketcher: Sketcher
    look_ups: LookUps
    predict: gr.Button
    clear: gr.Button
    links: Links
    drawing: gr.HTML


@dataclass(frozen=True)
class Reading:
    """The boxes as read when the button is pressed.

    Attributes
    ----------
    query : Query or None
        None when a box could not be read.
    protein_note, drug_note : Markup
        Notes below the boxes.
    drawing : Markup
        Drawing of the molecule, or empty.
    placeholder : Markup
        Shown in place of a result until there is one.
    """

    query: Query | None
    protein_note: Markup
    drug_note: Markup
    drawing: Markup
    placeholder: Markup


def build_inputs(examples: Sequence[Example]) -> InputPanel:
    """Lay out the boxes, filled with the first example."""
    first = examples[0] if examples else None
    protein_text = first.protein_text if first else ""
    drug_text = first.drug_text if first else ""
    example = gr.Dropdown(
        choices=[(example_choice(x), index) for index, x in enumerate(examples)],
        value=0 if first else None,
        label=text.EXAMPLE_LABEL,
        elem_id="example",
    )
    with gr.Row(elem_id="finders"):
        find_kinase, find_inhibitor = build_kinase_finder(), build_inhibitor_finder()
    protein = _build_box(protein_text, text.PROTEIN_LABEL, text.PROTEIN_PLACEHOLDER, "protein", 6)
    protein_note = gr.HTML(protein_preview(protein_text), elem_id="protein-note")
    find_protein = build_look_up(text.LOOK_UP_PROTEIN, "look-up-protein")
    molecule = _build_box(drug_text, text.DRUG_LABEL, text.DRUG_PLACEHOLDER, "drug", 2)
    join_finder(find_kinase, protein)
    join_finder(find_inhibitor, molecule)
    note, picture = drug_preview(drug_text)
    drug_note = gr.HTML(note, elem_id="drug-note")
    with gr.Row(elem_classes="dta-molecule-tools"):
        upload = gr.UploadButton(
            text.UPLOAD, file_types=SUFFIXES, size="sm", scale=0, min_width=190, elem_id="drug-file"
        )
        draw = gr.Button(text.DRAW, size="sm", scale=0, min_width=110, elem_id="draw")
        find_molecule = build_look_up(text.LOOK_UP_MOLECULE, "look-up-drug")
    sketcher = build_sketcher(draw)
    with gr.Row():
        clear = gr.Button(text.CLEAR, scale=1, min_width=90, elem_id="clear")
        predict = gr.Button(shared_text.PREDICT, variant="primary", scale=3, elem_id="predict")
    links = build_links()
    drawing = gr.HTML(picture, elem_id="drawing")
    look_ups = LookUps(find_protein, find_molecule)
    return InputPanel(
        example, protein, protein_note, molecule, drug_note, upload, sketcher, look_ups, predict,
        clear, links, drawing,
    )  # fmt: skip


def _build_box(value: str, label: str, placeholder: str, name: str, lines: int) -> gr.Textbox:
    return gr.Textbox(
        value=value,
        label=label,
        placeholder=placeholder,
        lines=lines,
        max_lines=max(lines, 3),
        elem_id=name,
        elem_classes="dta-mono",
        html_attributes=PLAIN_TYPING,
    )


def example_choice(example: Example) -> str:
    """Label of an example in the list, with its measured value."""
    pkd = example.measured_pkd
    measured = (
        text.EXAMPLE_FLOOR if pkd <= ASSAY_FLOOR else text.EXAMPLE_PKD.format(pkd=format_pkd(pkd))
    )
    return text.EXAMPLE_CHOICE.format(title=example.title, measured=measured)


def protein_preview(protein_text: str) -> Markup:
    """Describe how a protein is read, while it is being typed."""
    if not protein_text.strip():
        return cards.note([text.PROTEIN_HINT])
    return _read_protein(protein_text)[1]


def drug_preview(drug_text: str) -> tuple[Markup, Markup]:
    """Describe how a molecule is read, while it is being typed, and draw it."""
    if not drug_text.strip():
        return cards.note([text.DRUG_HINT]), Markup()
    return _read_drug(drug_text)[1:]


def read_boxes(protein_text: str, drug_text: str, examples: Sequence[Example]) -> Reading:
    """Read both boxes; every refusal becomes a sentence below its box.

    Parameters
    ----------
    protein_text, drug_text : str
        The boxes as typed.
    examples : sequence of Example
        To recognise a pair with a measured value.
    """
    protein, protein_note = _read_protein(protein_text)
    molecule, drug_note, drawing = _read_drug(drug_text)
    if protein is None or molecule is None:
        sentence = _which_failed(protein, molecule)
        return Reading(None, protein_note, drug_note, drawing, cards.placeholder(sentence))
    example = find_example(examples, protein, drug_text)
    query = Query(protein_text, drug_text, protein, molecule, example)
    waiting = cards.placeholder(text.EMPTY_RESULT)
    return Reading(query, protein_note, drug_note, drawing, waiting)


def _read_protein(protein_text: str) -> tuple[Protein | None, Markup]:
    try:
        protein = read_protein(protein_text)
    except InputError as error:
        return None, cards.note([str(error)], kind="error")
    summary = count_of(len(protein.sequence), shared_text.RESIDUE_NOUN)
    return protein, cards.note([summary, *protein.changes])


def _read_drug(drug_text: str) -> tuple[Molecule | None, Markup, Markup]:
    try:
        molecule = read_small_molecule(drug_text)
    except InputError as error:
        return None, cards.note([str(error)], kind="error"), Markup()
    formula, weight = formula_and_weight(molecule.smiles)
    summary = text.DRUG_READ.format(formula=formula, weight=f"{weight:.1f}")
    drawing = draw_molecule(molecule.smiles, molecule.name or shared_text.UNNAMED_DRUG)
    return molecule, cards.note([summary, *molecule.changes]), drawing


def _which_failed(protein: Protein | None, molecule: Molecule | None) -> str:
    if protein is None and molecule is None:
        return text.NO_RESULT_BOTH
    part = text.PART_PROTEIN if protein is None else text.PART_DRUG
    return text.NO_RESULT.format(part=part)
