"""The structure tab: a structure coloured by residue, and a conformer of the molecule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.structures.align import ChainMatch
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import protein_name, residue_words
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import View
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.structure.conformer_section import build_conformer, hide_conformer
from dta_demo.ui.structure.descriptions import describe_protein
from dta_demo.ui.structure.ligand_section import describe_ligand
from dta_demo.ui.structure.residue_values import SOURCES, ResidueValues
from dta_demo.ui.structure.scenes import TOP_RESIDUES, ProteinScene, protein_scene
from dta_demo.ui.structure.sources import build_sources
from dta_demo.ui.structure.stage import Stage, build_stage, hide_stage, show_in
from dta_demo.ui.structure.store import GivenStructure, match_given
from dta_demo.ui.structure.viewer_frame import probe_script, protein_frame
from dta_demo.ui.structure.viewer_plot import protein_plot
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import shared as shared_text
from dta_demo.ui.text import structure as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

DEFAULT_COLOUR = "attention"
"""The one that has a layer."""


@dataclass(frozen=True)
class _Picture:
    """The coloured structure, with what is chosen about it and what explains it."""

    body: gr.Column
    colour: gr.Dropdown
    layer: gr.Dropdown
    close: gr.Checkbox
    stage: Stage
    legend: gr.HTML
    ligand: gr.HTML
    top: gr.Dataframe


def build_structure_tab(predictor: AffinityPredictor, query: gr.State, lanes: Lanes) -> View:
    """Lay out the tab. Nothing is asked of another server before a visitor draws something."""
    with gr.Tab(text.TAB, id="structure") as tab:
        gr.Markdown(text.INTRO)
        given = gr.State(None, time_to_live=lanes.limits.session_seconds)
        viewer = gr.Textbox(visible=False)
        build_sources(given, lanes)
        summary = gr.HTML(cards.placeholder(text.EMPTY), elem_id="structure-summary")
        picture = _build_picture(predictor)
        molecule = build_conformer(query, viewer, lanes)
        outputs = [
            summary, picture.body, picture.layer, picture.close, viewer,
            *picture.stage.outputs, picture.legend, picture.ligand, picture.top,
        ]  # fmt: skip
        draw = partial(draw_structure, predictor)
        work = partial(work_of_colour, WorkEstimate(predictor))
        controls = [given, picture.colour, picture.layer, picture.close, viewer]
        # Gradio sends `select` for the mouse only, and `input` when a list is left as it was, too.
        gr.on(
            [given.change, picture.colour.change, picture.layer.change, picture.close.input],
            lanes.handler(draw, work),
            [query, *controls],
            outputs,
            js=probe_script(),
            api_visibility="private",
            show_progress_on=[summary, picture.stage.frame],
        )

    def draw_anew(*values: Any) -> tuple[Any, ...]:
        return (*draw(*values), *hide_conformer())

    return View("structure", tab, lanes.handler(draw_anew, work), controls, [*outputs, *molecule])


# ---- Layout -----------------------------------------------------------------------------------


def _build_picture(predictor: AffinityPredictor) -> _Picture:
    with gr.Column(visible=False) as body:
        with gr.Row():
            colour = gr.Dropdown(
                choices=[(text.COLOURS[name], name) for name in SOURCES],
                value=DEFAULT_COLOUR,
                label=text.COLOUR_LABEL,
                elem_id="structure-colour",
                min_width=200,
            )
            layer = _layer_choice(predictor)
        close = gr.Checkbox(value=True, label=text.CLOSE, visible=False, elem_id="structure-close")
        stage = build_stage("structure")
        legend = gr.HTML(elem_id="structure-legend")
        ligand = gr.HTML(elem_id="structure-ligand")
        top = gr.Dataframe(
            headers=text.HEADERS,
            datatype=["str", "number", "str", "number"],
            interactive=False,
            label=text.TABLE,
            show_label=False,
            max_height=420,
            elem_id="structure-residues",
        )
    return _Picture(body, colour, layer, close, stage, legend, ligand, top)


def _layer_choice(predictor: AffinityPredictor) -> gr.Dropdown:
    layers = predictor.num_layers
    return gr.Dropdown(
        choices=[
            *((str(layer), layer) for layer in range(1, layers)),
            (attention_text.LAST_LAYER.format(layer=layers), layers),
        ],
        value=layers,
        label=attention_text.LAYER,
        elem_id="structure-layer",
        min_width=130,
    )


# ---- Drawing ----------------------------------------------------------------------------------


def work_of_colour(
    work: WorkEstimate, query: Query | None, given: GivenStructure | None, colour: str, *others: Any
) -> int:
    """Work of computing what the residues are coloured by."""
    if query is None or given is None:
        return 0
    if colour == "attribution":
        return work.attribution(query.protein, query.molecule)
    return work.encoding(query.protein, with_attention=colour == DEFAULT_COLOUR)


def draw_structure(
    predictor: AffinityPredictor,
    query: Query | None,
    given: GivenStructure | None,
    colour: str,
    layer: int | None,
    is_close: bool,
    viewer: str,
) -> tuple[Any, ...]:
    """Fill the protein's part of the tab.

    Parameters
    ----------
    colour : str
        One of the names in `SOURCES`.
    layer : int or None
        From 1, where the colour is attention; the last where it is None.
    is_close : bool
        Whether what lies around the ligand fills the picture, where there is one.
    viewer : str
        ``"3dmol"`` where the browser has the script, ``"plotly"`` where it has not.
    """
    hidden = (
        gr.Column(visible=False), gr.skip(), gr.skip(), viewer, *hide_stage(),
        Markup(), Markup(), [],
    )  # fmt: skip
    if query is None or given is None:
        words = shared_text.PREDICT_FIRST if query is None else text.EMPTY
        return (cards.placeholder(words), *hidden)
    try:
        query = replace(query, protein=predictor.read_itself(query.protein))
        found = match_given(given, query.protein.sequence)
        values = SOURCES[colour](predictor, query, layer)
    except InputError as error:
        return (cards.note([str(error)], kind="error"), *hidden)
    scene = protein_scene(found.match, values, found.contacts, is_close)
    words = describe_protein(protein_name(query.protein), found.match, values, scene)
    return (
        cards.note(found.match.notes),
        gr.Column(visible=True),
        gr.Dropdown(visible=colour == DEFAULT_COLOUR),
        gr.Checkbox(visible=found.contacts is not None),
        viewer,
        *show_in(viewer, partial(protein_frame, scene), partial(protein_plot, scene), words),
        colour_legend(values),
        describe_ligand(predictor, query.protein, found, values),
        residue_rows(found.match, values, scene),
    )


def colour_legend(values: ResidueValues) -> Markup:
    """Draw the colour scale with the values at its ends, the same for both viewers."""
    low, high = (-values.limit if values.signed else 0.0), values.limit
    stops = ", ".join(f"{colour} {share:.0%}" for share, colour in values.scale)
    return Markup(
        '<div class="dta-colours"><span>{name}, {unit}</span>'
        '<div><span>{low}</span><i style="background: linear-gradient(to right, {stops})"></i>'
        "<span>{high}</span></div><p>{signs}{point}</p></div>"
    ).format(
        name=values.name,
        unit=values.unit,
        low=_write(low, values.signed),
        high=_write(high, values.signed),
        stops=stops,
        signs=text.SIGNS if values.signed else "",
        point=text.POINT.format(count=TOP_RESIDUES),
    )


def residue_rows(
    match: ChainMatch, values: ResidueValues, scene: ProteinScene
) -> list[list[str | int | float]]:
    """List the residues that are drawn as sticks, as rows of the table."""
    rows: list[list[str | int | float]] = []
    for residue in scene.top:
        letter = match.sequence[residue.number - 1]
        rows.append(
            [
                residue_words(letter),
                residue.number,
                match.name_in_file(residue.number),
                round(float(values.values[residue.number - 1]), 4),
            ]
        )
    return rows


def _write(value: float, signed: bool) -> str:
    return f"{value:+.2g}" if signed and value else f"{value:.3g}"
