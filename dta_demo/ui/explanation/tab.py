"""The explanation tab: contributions of residues and atoms, and the test of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
from markupsafe import Markup

from dta_demo.explain import explain
from dta_demo.explain.attribution import attribute
from dta_demo.ui.explanation.card import sums_card
from dta_demo.ui.explanation.descriptions import describe_hiding, describe_residues
from dta_demo.ui.explanation.figures import draw_atoms, hiding_figure, residue_figure
from dta_demo.ui.explanation.files import atoms_csv, residues_csv
from dta_demo.ui.explanation.pocket import pocket_card
from dta_demo.ui.explanation.tables import atom_rows, residue_rows
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, add_download
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_pair
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class ExplainTab:
    """The tab, and what runs in it for seconds.

    Attributes
    ----------
    view : View
    running : list of event dependencies
        To be cancelled when another pair is predicted.
    """

    view: View
    running: list[gr.events.Dependency]


@dataclass(frozen=True)
class _Start:
    """The line that says what is going on, and the buttons that start and stop it."""

    status: gr.HTML
    row: gr.Row
    button: gr.Button
    stop: gr.Button


@dataclass(frozen=True)
class _Maps:
    """The contributions: both maps, their sum and the two tables."""

    body: gr.Column
    atoms: gr.HTML
    numbered: gr.Checkbox
    sums: gr.HTML
    residues: gr.Plot
    top_residues: gr.Dataframe
    top_atoms: gr.Dataframe


@dataclass(frozen=True)
class _Checks:
    """The test of the contributions, and of the attention of a layer and head."""

    body: gr.Column
    layer: gr.Dropdown
    head: gr.Dropdown
    verdicts: gr.HTML
    curves: gr.Plot


def build_explain_tab(
    predictor: AffinityPredictor,
    query: gr.State,
    lanes: Lanes,
    make_report: Callable[[Query | None], Download | None],
) -> ExplainTab:
    """Lay out the tab; nothing is computed before its button is pressed.

    Parameters
    ----------
    make_report : callable
        Writes the report of a query, with its explanation.
    """
    with gr.Tab(text.TAB, id="explain") as tab:
        gr.Markdown(text.INTRO)
        start = _build_start()
        maps = _build_maps(predictor, query, lanes)
        of_checks = of_pair(WorkEstimate(predictor).explanation)
        checks = _build_checks(query, lanes.handler(make_report, of_checks))
    running = _join_events(predictor, query, lanes, start, maps, checks)
    outputs = [start.status, start.row, start.stop, maps.body, checks.body]
    return ExplainTab(View("explain", tab, lanes.handler(invite), [], outputs), running)


# ---- Layout -----------------------------------------------------------------------------------


def _build_start() -> _Start:
    status = gr.HTML(cards.placeholder(text.EMPTY), elem_id="explain-status")
    with gr.Row(visible=False, elem_id="explain-row") as row:
        button = gr.Button(text.BUTTON, variant="primary", elem_id="explain-button")
        gr.HTML(cards.note([text.HINT]), elem_id="explain-hint")
    stop = gr.Button(
        shared_text.STOP, size="md", scale=0, min_width=110, visible=False, elem_id="explain-stop"
    )
    return _Start(status, row, button, stop)


def _build_maps(predictor: AffinityPredictor, query: gr.State, lanes: Lanes) -> _Maps:
    with gr.Column(visible=False, elem_id="explanation") as body:
        with gr.Row():
            with gr.Column(scale=1, min_width=300):
                atoms = gr.HTML(elem_id="atom-map")
                numbered = gr.Checkbox(label=text.NUMBER_ATOMS, elem_id="number-atoms")
            with gr.Column(scale=1, min_width=300):
                sums = gr.HTML(elem_id="explain-sums")
        gr.HTML(cards.heading(text.RESIDUE_MAP))
        residues = build_plot("residue-map")
        with gr.Row():
            top_residues = _table(text.RESIDUE_TABLE, text.TOP_RESIDUES, "residue-contributions")
            top_atoms = _table(text.ATOM_TABLE, text.TOP_ATOMS, "atom-contributions")
        with gr.Row():
            for label, make, elem_id in (
                (shared_text.DOWNLOAD_RESIDUES, residues_csv, "residues-csv"),
                (text.DOWNLOAD_ATOMS, atoms_csv, "atoms-csv"),
            ):
                save = gr.Button(label, size="sm", scale=0, min_width=200, elem_id=elem_id)
                of_maps = of_pair(WorkEstimate(predictor).attribution)
                add_download(save, lanes.handler(partial(make, predictor), of_maps), [query])
        gr.HTML(pocket_card(predictor), elem_id="explain-pocket")
    return _Maps(body, atoms, numbered, sums, residues, top_residues, top_atoms)


def _build_checks(
    query: gr.State, make_report: Callable[..., Awaitable[Download | None]]
) -> _Checks:
    with gr.Column(visible=False, elem_id="faithfulness") as body:
        gr.HTML(cards.heading(text.FAITHFULNESS_TITLE))
        gr.Markdown(text.FAITHFULNESS_INTRO)
        with gr.Row(elem_classes="dta-controls"):
            layer = gr.Dropdown(label=text.CHECKED_LAYER, elem_id="checked-layer")
            head = gr.Dropdown(label=attention_text.HEAD, elem_id="checked-head")
        verdicts = gr.HTML(elem_id="verdicts")
        curves = build_plot("hiding-curves")
        report = gr.Button(text.DOWNLOAD_REPORT, elem_id="explained-report")
        add_download(report, make_report, [query])
    return _Checks(body, layer, head, verdicts, curves)


def _table(label: str, headers: list[str], elem_id: str) -> gr.Dataframe:
    return gr.Dataframe(
        headers=headers,
        datatype=cast(Any, ["str", *["number"] * (len(headers) - 1)]),
        interactive=False,
        label=label,
        show_label=False,
        max_height=420,
        elem_id=elem_id,
        min_width=300,
    )


# ---- Events -----------------------------------------------------------------------------------


def _join_events(
    predictor: AffinityPredictor,
    query: gr.State,
    lanes: Lanes,
    start: _Start,
    maps: _Maps,
    checks: _Checks,
) -> list[gr.events.Dependency]:
    """Draw the maps first, then test them; return what runs for seconds."""
    work = WorkEstimate(predictor)
    of_maps, of_checks = of_pair(work.attribution), of_pair(work.explanation)
    private: dict[str, Any] = {"api_visibility": "private"}
    # Gradio runs what one click starts in turn, each when the one before has ended: this is first.
    start.button.click(lambda: gr.Button(visible=True), None, start.stop, queue=False, **private)
    mapped = start.button.click(
        lanes.handler(partial(draw_maps, predictor), of_maps),
        [query, maps.numbered],
        [start.status, start.row, maps.body, maps.atoms, maps.sums, maps.residues,
         maps.top_residues, maps.top_atoms],
        show_progress_on=start.status,
        **private,
    )  # fmt: skip
    maps.numbered.input(
        lanes.handler(partial(redraw_atoms, predictor), of_maps),
        [query, maps.numbered],
        maps.atoms,
        **private,
    )
    check: dict[str, Any] = {
        "fn": lanes.handler(partial(draw_checks, predictor), of_checks),
        "inputs": [query, checks.layer, checks.head],
        "outputs": [start.status, checks.body, checks.layer, checks.head, checks.verdicts,
                    checks.curves],
        **private,
    }  # fmt: skip
    checked = mapped.success(show_progress_on=start.status, **check)
    _join_stop(start, mapped, checked)
    again = gr.on([checks.layer.input, checks.head.input], show_progress_on=checks.curves, **check)
    return [mapped, checked, again]


def _join_stop(start: _Start, mapped: gr.events.Dependency, checked: gr.events.Dependency) -> None:
    """Let the button stop what runs, and hide it afterwards."""
    quick: dict[str, Any] = {"queue": False, "api_visibility": "private"}
    for end in (mapped.failure, checked.then):
        end(lambda: gr.Button(visible=False), None, start.stop, **quick)
    start.stop.click(
        lambda: (cards.placeholder(text.STOPPED), gr.Row(visible=True), gr.Button(visible=False)),
        None,
        [start.status, start.row, start.stop],
        cancels=[mapped, checked],
        **quick,
    )


# ---- Drawing ----------------------------------------------------------------------------------


def invite(query: Query | None) -> tuple[Any, ...]:
    """Empty the tab, and offer the button where there is something to explain."""
    sentence = text.EMPTY if query is None else text.READY
    hidden, stop = gr.Column(visible=False), gr.Button(visible=False)
    return cards.placeholder(sentence), gr.Row(visible=query is not None), stop, hidden, hidden


def draw_maps(predictor: AffinityPredictor, query: Query | None, numbered: bool) -> tuple[Any, ...]:
    """Attribute the prediction and draw both maps."""
    if query is None:
        return (cards.placeholder(text.EMPTY), *(gr.skip() for _ in range(7)))
    found = attribute(predictor, query.protein, query.molecule)
    landmarks = predictor.attention(found.protein).landmarks
    return (
        cards.note([text.CHECKING]),
        gr.Row(visible=False),
        gr.Column(visible=True),
        draw_atoms(found, numbered),
        sums_card(found),
        plot_value(residue_figure(found, landmarks), describe_residues(found, landmarks)),
        residue_rows(found),
        atom_rows(found),
    )


def redraw_atoms(predictor: AffinityPredictor, query: Query | None, numbered: bool) -> Any:
    """Draw the molecule again, with or without numbers."""
    if query is None:
        return gr.skip()
    return draw_atoms(attribute(predictor, query.protein, query.molecule), numbered)


def draw_checks(
    predictor: AffinityPredictor, query: Query | None, layer: int | None, head: int | None
) -> tuple[Any, ...]:
    """Check the explanation, and the attention of a layer and head, by hiding residues."""
    if query is None:
        return tuple(gr.skip() for _ in range(6))
    found = explain(predictor, query.protein, query.molecule, layer or None, head or 0)
    layers, heads, _ = predictor.attention(query.protein).received.shape
    return (
        Markup(),
        gr.Column(visible=True),
        gr.Dropdown(choices=list(range(1, layers + 1)), value=found.layer),
        gr.Dropdown(
            choices=[(attention_text.HEAD_MEAN, 0), *((str(n), n) for n in range(1, heads + 1))],
            value=found.head,
        ),
        Markup().join(cards.finding(sentence) for sentence in found.verdicts),
        plot_value(hiding_figure(found), describe_hiding(found)),
    )
