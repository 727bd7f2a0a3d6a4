"""The part of the tab about many proteins: maps of the kinome under each pooling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import join_with_and
from dta_demo.predictor.pooling_map import PCA, list_methods, map_proteins
from dta_demo.results.pooling_map import PoolingMap
from dta_demo.screening.profile import profile
from dta_demo.ui.pooling.descriptions import describe_agreement, describe_maps
from dta_demo.ui.pooling.map_figure import agreement_maps, kinome_maps
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.events import PRIVATE, join_stop
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.protein_files import Proteins, read_upload, work_of
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import build_plot, plot_value
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import pooling_map as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

MAX_PROTEINS = 500
"""Proteins of a visitor's file that are mapped."""

UMAP_WORK = 150_000
"""Work of UMAP, in residues read: four maps took 34 s the first time, beside other jobs."""


@dataclass(frozen=True)
class _Choices:
    """What is mapped, how, and the buttons."""

    colour: gr.Dropdown
    method: gr.Dropdown
    upload: gr.File
    show: gr.Button
    stop: gr.Button


def build_map_section(predictor: AffinityPredictor, query: gr.State, lanes: Lanes) -> None:
    """Lay out the maps, which are drawn on request."""
    gr.HTML(cards.heading(text.TITLE))
    gr.Markdown(text.INTRO)
    choices = _build_choices()
    numbers = gr.HTML(cards.placeholder(text.NOTHING_YET), elem_id="pooling-map-numbers")
    with gr.Column(visible=False, elem_id="pooling-map-results") as body:
        maps = build_plot("pooling-maps")
        gr.HTML(cards.note([text.VARIANCE_NOTE]))
        gr.HTML(cards.heading(text.AGREEMENT))
        agreement = build_plot("pooling-agreement")
        gr.HTML(cards.note([text.CKA_NOTE]))
    proteins = gr.State(None, time_to_live=lanes.limits.session_seconds)
    draw: dict[str, Any] = {
        "fn": lanes.handler(partial(draw_maps, predictor), work_of_maps),
        "inputs": [query, proteins, choices.colour, choices.method],
        "outputs": [body, numbers, maps, agreement],
        "show_progress_on": numbers,
        **PRIVATE,
    }
    of_file = choices.upload.change(
        lanes.handler(partial(read_proteins_to_map, lanes.limits.upload_bytes)),
        choices.upload,
        proteins,
        **PRIVATE,
    ).success(**draw)
    # Not `input`, which Gradio sends when a list is left as it was, too.
    chosen = [choices.show.click, choices.colour.change, choices.method.change]
    join_stop(choices.stop, [of_file, gr.on(chosen, **draw)])


def _build_choices() -> _Choices:
    with gr.Row(elem_classes="dta-controls"):
        colour = gr.Dropdown(
            list(text.COLOURS), value="group", label=text.COLOUR, min_width=150,
            elem_id="pooling-map-colour",
        )  # fmt: skip
        methods = list_methods()
        method = gr.Dropdown(
            list(methods), value=PCA, label=text.METHOD, info=text.METHOD_HINT, min_width=110,
            visible=len(methods) > 1, elem_id="pooling-map-method",
        )  # fmt: skip
        upload = gr.File(
            label=text.UPLOAD, type="filepath", scale=2, min_width=200, height=120,
            elem_id="pooling-map-file",
        )  # fmt: skip
        with gr.Column(scale=0, min_width=150):
            show = gr.Button(text.SHOW, elem_id="pooling-map-show")
            stop = gr.Button(shared_text.STOP, size="sm", elem_id="pooling-map-stop")
    return _Choices(colour, method, upload, show, stop)


def read_proteins_to_map(limit_bytes: int, path: str | None) -> Proteins:
    """Read the proteins of a file that this visitor uploaded; None without one.

    Raises
    ------
    InputError
        When it holds no proteins, too many, or is too large.
    """
    found = read_upload(limit_bytes, path)
    if found is not None and len(found) > MAX_PROTEINS:
        raise InputError(text.TOO_MANY.format(limit=MAX_PROTEINS, count=len(found)))
    return found


def work_of_maps(query: Query | None, proteins: Proteins, colour: str, method: str) -> int:
    """Work of encoding the proteins of a file and of placing them, in residues."""
    return work_of(proteins) + (0 if method == PCA else UMAP_WORK)


def draw_maps(
    predictor: AffinityPredictor, query: Query | None, proteins: Proteins, colour: str, method: str
) -> tuple[Any, ...]:
    """Map the kinome, or the proteins of a file, under each pooling.

    Raises
    ------
    InputError
        When there is no pair whose molecule gives the colours, or there are too few proteins.
    """
    pkd: dict[str, float] = {}
    if colour == "pkd":
        if proteins is not None:
            raise InputError(text.OWN_HAVE_NO_PKD)
        if query is None:
            raise InputError(text.PKD_FIRST)
        kinases = profile(predictor, query.molecule).kinases
        pkd = {each.label: each.affinity for each in kinases}
    found = recall_map(predictor, proteins, method)
    marked = query.protein.name.split(" ")[0] if query and query.protein.name else ""
    return (
        gr.Column(visible=True),
        map_numbers(found),
        plot_value(
            kinome_maps(found, colour, pkd, marked), describe_maps(found, colour, pkd, marked)
        ),
        plot_value(agreement_maps(found), describe_agreement(found)),
    )


@lru_cache(maxsize=8)
def recall_map(predictor: AffinityPredictor, proteins: Proteins, method: str) -> PoolingMap:
    """Map proteins, or recall their map."""
    pooling = predictor.pooling
    if proteins is None and method == PCA:
        return pooling.kinome_map
    pooled = pooling.kinome if proteins is None else pooling.pool(proteins, pooling.readouts)
    return map_proteins(pooled, method)


def map_numbers(found: PoolingMap) -> Markup:
    """Say how well neighbours share a family, with the baselines, and over how many proteins."""
    sentences = [text.COUNT.format(count=len(found.labels))]
    if any(found.families):
        shares = [
            text.SHARE.format(share=share, name=pooling_text.SHORT[name])
            for name, share in zip(found.names, found.same_family, strict=True)
        ]
        sentences.append(
            text.FAMILY.format(
                shares=join_with_and(shares),
                composition=found.by_composition,
                chance=found.by_chance,
            )
        )
    return cards.note(sentences)
