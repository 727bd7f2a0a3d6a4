"""The kinome tab."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.predictor.kinome import list_kinome
from dta_demo.results.units import format_pkd
from dta_demo.screening.profile_file import write_profile
from dta_demo.ui.inputs.panel import PLAIN_TYPING, InputPanel
from dta_demo.ui.profile.choice import Choice, profile_other, recall_profile
from dta_demo.ui.profile.descriptions import describe_picture
from dta_demo.ui.profile.figures import kinome_picture
from dta_demo.ui.profile.tables import ranking_rows, score_table, summary
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, add_download
from dta_demo.ui.shared.events import PRESS_PREDICT, PRIVATE, join_stop
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.protein_files import Proteins, read_upload, work_of
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.text import profile as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class _Controls:
    """What is chosen in the tab."""

    other: gr.Textbox
    proteins: gr.State
    upload: gr.File
    show: gr.Button
    stop: gr.Button
    filters: tuple[gr.Dropdown, gr.Slider, gr.Checkbox, gr.Checkbox]

    @property
    def inputs(self) -> list[gr.components.Component]:
        """Inputs of `draw_profile` after the query."""
        return [self.other, self.proteins, *self.filters]


@dataclass(frozen=True)
class _Results:
    """What is drawn."""

    summary: gr.HTML
    body: gr.Column
    picture: gr.Plot
    scores: gr.HTML
    shown: gr.HTML
    ranking: gr.Dataframe
    chosen: gr.HTML
    open: gr.Button

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """In the order of `draw_profile`."""
        return [self.summary, self.body, self.picture, self.scores, self.shown, self.ranking]


def build_profile_tab(
    predictor: AffinityPredictor, query: gr.State, panel: InputPanel, lanes: Lanes
) -> View:
    """Lay out the tab."""
    seconds = lanes.limits.session_seconds
    with gr.Tab(text.TAB, id="kinome") as tab:
        gr.Markdown(text.INTRO.format(count=len(list(list_kinome(load_catalogue())))))
        results_summary = gr.HTML(cards.placeholder(text.EMPTY), elem_id="kinome-summary")
        with gr.Column(visible=False, elem_id="kinome-results") as body:
            controls = _build_controls(seconds)
            results = _build_results(results_summary, body)
            save = gr.Button(text.CSV, size="sm", scale=0, min_width=200, elem_id="kinome-csv")
            file = lanes.handler(partial(profile_csv, predictor), work_of_proteins)
            add_download(save, file, [query, controls.other, controls.proteins])
    draw = lanes.handler(partial(draw_profile, predictor), work_of_proteins)
    inputs = [query, *controls.inputs]
    of_file = controls.upload.change(
        lanes.handler(partial(read_upload, lanes.limits.upload_bytes)),
        controls.upload,
        controls.proteins,
        **PRIVATE,
    ).success(draw, inputs, results.outputs, show_progress_on=results.summary, **PRIVATE)
    drawn = gr.on(
        [controls.show.click, controls.other.submit, *(each.change for each in controls.filters)],
        draw, inputs, results.outputs, show_progress_on=results.summary,
        trigger_mode="always_last", **PRIVATE,
    )  # fmt: skip
    join_stop(controls.stop, [of_file, drawn])
    with tab:
        _join_ranking(predictor, query, panel, lanes, controls, results, seconds)
    return View("kinome", tab, draw, controls.inputs, results.outputs)


# ---- Layout -----------------------------------------------------------------------------------


def _build_controls(seconds: int) -> _Controls:
    with gr.Row(elem_classes="dta-controls"):
        other = gr.Textbox(
            label=text.OTHER, placeholder=text.OTHER_PLACEHOLDER, lines=1, max_lines=1, scale=3,
            min_width=220, elem_id="kinome-other", html_attributes=PLAIN_TYPING,
        )  # fmt: skip
        with gr.Column(scale=0, min_width=90):
            show = gr.Button(text.SHOW, elem_id="kinome-show")
            stop = gr.Button(shared_text.STOP, size="sm", elem_id="kinome-stop")
        upload = gr.File(
            label=text.UPLOAD, type="filepath", scale=2, min_width=200, height=120,
            elem_id="kinome-file",
        )  # fmt: skip
    groups = sorted({kinase.group for kinase in load_catalogue()})
    with gr.Row(elem_classes="dta-controls", elem_id="kinome-filters"):
        group = gr.Dropdown(
            [(text.ALL_GROUPS, ""), *((each, each) for each in groups)],
            value="", label=text.GROUP, elem_id="kinome-group", min_width=140,
        )  # fmt: skip
        least = gr.Slider(
            4, 11, value=4, step=0.5, label=text.LEAST, elem_id="kinome-least", min_width=180
        )
        inside = gr.Checkbox(label=text.ONLY_INSIDE, elem_id="kinome-inside", min_width=150)
        measured = gr.Checkbox(label=text.ONLY_MEASURED, elem_id="kinome-measured", min_width=150)
    proteins = gr.State(None, time_to_live=seconds)
    return _Controls(other, proteins, upload, show, stop, (group, least, inside, measured))


def _build_results(summary_box: gr.HTML, body: gr.Column) -> _Results:
    gr.HTML(cards.heading(text.PICTURE))
    gr.HTML(cards.note([text.PICTURE_HELP]))
    picture = build_plot("kinome-picture")
    gr.HTML(cards.heading(text.SELECTIVITY))
    scores = gr.HTML(elem_id="kinome-scores")
    gr.HTML(cards.heading(text.RANKING))
    shown = gr.HTML(elem_id="kinome-shown")
    ranking = gr.Dataframe(
        headers=text.HEADERS, interactive=False, label=text.RANKING, show_label=False,
        max_height=480,
        elem_id="kinome-ranking", show_search="filter",
    )  # fmt: skip
    with gr.Row(elem_classes="dta-actions"):
        chosen = gr.HTML(elem_id="kinome-chosen")
        button = gr.Button(
            text.OPEN, scale=0, min_width=180, interactive=False, elem_id="kinome-open"
        )
    return _Results(summary_box, body, picture, scores, shown, ranking, chosen, button)


def _join_ranking(
    predictor: AffinityPredictor,
    query: gr.State,
    panel: InputPanel,
    lanes: Lanes,
    controls: _Controls,
    results: _Results,
    seconds: int,
) -> None:
    """Open the kinase of a row as a prediction."""
    label = gr.State(None, time_to_live=seconds)

    def choose(event: gr.SelectData) -> tuple[Any, ...]:
        kinase, pkd = str(event.row_value[0]), float(event.row_value[1])
        words = text.CHOSEN.format(kinase=kinase, pkd=format_pkd(pkd))
        return kinase, cards.note([words]), gr.Button(interactive=True, variant="primary")

    results.ranking.select(choose, None, [label, results.chosen, results.open], **PRIVATE)
    results.open.click(
        lanes.handler(partial(open_kinase, predictor)),
        [query, label, controls.proteins], panel.protein, **PRIVATE,
    ).success(None, None, None, js=PRESS_PREDICT, **PRIVATE)  # fmt: skip


# ---- What is shown ----------------------------------------------------------------------------


def work_of_proteins(query: Query | None, other: str, proteins: Proteins, *filters: Any) -> int:
    """Work of encoding the proteins of an uploaded file, in residues; the kinome takes none."""
    return work_of(proteins)


def draw_profile(
    predictor: AffinityPredictor,
    query: Query | None,
    other: str,
    proteins: Proteins,
    group: str,
    least: float,
    only_inside: bool,
    only_measured: bool,
) -> tuple[Any, ...]:
    """Draw the profile of the query's molecule, in the order of `_Results.outputs`."""
    if query is None:
        skipped = (gr.skip() for _ in range(4))
        return (cards.placeholder(text.EMPTY), gr.Column(visible=False), *skipped)
    found = recall_profile(predictor, query.molecule, proteins)
    beside = profile_other(predictor, other, proteins)
    kinases = Choice(group or "", least, only_inside, only_measured).apply(found)
    headers = [*text.HEADERS, *(text.OTHER_HEADERS if beside else ())]
    shown = text.SHOWN.format(shown=f"{len(kinases):,}", total=f"{len(found.kinases):,}")
    return (
        summary(found, beside),
        gr.Column(visible=True),
        plot_value(kinome_picture(kinases, found.floor), describe_picture(kinases)),
        score_table(found.selectivity, beside.selectivity if beside else ()),
        cards.note([shown]),
        gr.Dataframe(value=ranking_rows(kinases, beside), headers=headers),
    )


def profile_csv(
    predictor: AffinityPredictor, query: Query | None, other: str, proteins: Proteins
) -> Download | None:
    """Write every kinase of the profile; None without a query."""
    if query is None:
        return None
    found = recall_profile(predictor, query.molecule, proteins)
    content = write_profile(found, profile_other(predictor, other, proteins))
    return {"name": "kinome.csv", "type": "text/csv", "content": content}


def open_kinase(
    predictor: AffinityPredictor, query: Query | None, label: str | None, proteins: Proteins
) -> Any:
    """Text of the protein box for the kinase of a row."""
    if query is None or label is None:
        return gr.skip()
    found = recall_profile(predictor, query.molecule, proteins)
    return next((each.protein for each in found.kinases if each.label == label), gr.skip())
