"""What a prediction depends on, residue by residue and atom by atom, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
import numpy as np
from markupsafe import Markup

from dta_demo.explain import attribute, explain
from dta_demo.explain.records import Attribution
from dta_demo.ui import text
from dta_demo.ui.explanation.card import sums_card
from dta_demo.ui.explanation.figures import draw_atoms, hiding_figure, residue_figure
from dta_demo.ui.explanation.files import atoms_csv, residues_csv
from dta_demo.ui.report.report_file import report_file
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_pair
from dta_demo.ui.shared.view import View, add_download, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

TOP = 20


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


def build_explain_tab(predictor: AffinityPredictor, query: gr.State, lanes: Lanes) -> ExplainTab:
    """Lay out the tab; nothing is computed before its button is pressed."""
    work = WorkEstimate(predictor)
    of_maps, of_checks = of_pair(work.attribution), of_pair(work.explanation)
    with gr.Tab(text.TAB_EXPLAIN, id="explain") as tab:
        gr.Markdown(text.EXPLAIN_INTRO)
        status = gr.HTML(cards.placeholder(text.EXPLAIN_EMPTY), elem_id="explain-status")
        with gr.Row(visible=False, elem_id="explain-row") as row:
            start = gr.Button(text.EXPLAIN_BUTTON, variant="primary", elem_id="explain-button")
            gr.HTML(cards.note([text.EXPLAIN_HINT]), elem_id="explain-hint")
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
                top_residues = _table(text.TOP_CONTRIBUTIONS, "residue-contributions")
                top_atoms = _table(text.TOP_ATOMS, "atom-contributions")
            with gr.Row():
                for words, make, elem_id in (
                    (text.DOWNLOAD_RESIDUES, residues_csv, "residues-csv"),
                    (text.DOWNLOAD_ATOMS, atoms_csv, "atoms-csv"),
                ):
                    save = gr.Button(words, size="sm", scale=0, min_width=200, elem_id=elem_id)
                    add_download(save, lanes.handler(partial(make, predictor), of_maps), [query])
        with gr.Column(visible=False, elem_id="faithfulness") as check:
            gr.HTML(cards.heading(text.FAITHFULNESS_TITLE))
            gr.Markdown(text.FAITHFULNESS_INTRO)
            with gr.Row(elem_classes="dta-controls"):
                layer = gr.Dropdown(label=text.CHECKED_LAYER, elem_id="checked-layer")
                head = gr.Dropdown(label=text.HEAD_LABEL, elem_id="checked-head")
            verdicts = gr.HTML(elem_id="verdicts")
            curves = build_plot("hiding-curves")
            report = gr.Button(text.DOWNLOAD_EXPLAINED, elem_id="explained-report")
            make_report = lanes.handler(partial(report_file, predictor, True), of_checks)
            add_download(report, make_report, [query])
    maps = [status, row, body, atoms, sums, residues, top_residues, top_atoms]
    checks = [status, check, layer, head, verdicts, curves]
    private: dict[str, Any] = {"api_visibility": "private"}
    mapped = start.click(
        lanes.handler(partial(draw_maps, predictor), of_maps),
        [query, numbered],
        maps,
        show_progress_on=status,
        **private,
    )
    draw_check = lanes.handler(partial(draw_checks, predictor), of_checks)
    checked = mapped.success(
        draw_check, [query, layer, head], checks, show_progress_on=status, **private
    )
    again = gr.on(
        [layer.input, head.input],
        draw_check,
        [query, layer, head],
        checks,
        show_progress_on=curves,
        **private,
    )
    numbered.input(
        lanes.handler(partial(redraw_atoms, predictor), of_maps),
        [query, numbered],
        atoms,
        **private,
    )
    view = View("explain", tab, lanes.handler(invite), [], [status, row, body, check])
    return ExplainTab(view, [mapped, checked, again])


def _table(headers: list[str], elem_id: str) -> gr.Dataframe:
    return gr.Dataframe(
        headers=headers,
        datatype=cast(Any, ["str", *["number"] * (len(headers) - 1)]),
        interactive=False,
        show_label=False,
        max_height=420,
        elem_id=elem_id,
        min_width=300,
    )


def invite(query: Query | None) -> tuple[Any, ...]:
    """Empty the tab, and offer the button where there is something to explain."""
    sentence = text.EXPLAIN_EMPTY if query is None else text.EXPLAIN_READY
    hidden = gr.Column(visible=False)
    return cards.placeholder(sentence), gr.Row(visible=query is not None), hidden, hidden


def draw_maps(predictor: AffinityPredictor, query: Query | None, numbered: bool) -> tuple[Any, ...]:
    """Attribute the prediction and draw both maps."""
    if query is None:
        return (cards.placeholder(text.EXPLAIN_EMPTY), *(gr.skip() for _ in range(7)))
    found = attribute(predictor, query.protein, query.drug)
    return (
        cards.note([text.EXPLAIN_CHECKING]),
        gr.Row(visible=False),
        gr.Column(visible=True),
        draw_atoms(found, numbered),
        sums_card(found),
        plot_value(residue_figure(found, predictor.attention(query.protein).landmarks)),
        residue_rows(found),
        atom_rows(found),
    )


def redraw_atoms(predictor: AffinityPredictor, query: Query | None, numbered: bool) -> Any:
    """Draw the molecule again, with or without numbers."""
    if query is None:
        return gr.skip()
    return draw_atoms(attribute(predictor, query.protein, query.drug), numbered)


def draw_checks(
    predictor: AffinityPredictor, query: Query | None, layer: int | None, head: int | None
) -> tuple[Any, ...]:
    """Check the explanation, and the attention of a layer and head, by hiding residues."""
    if query is None:
        return tuple(gr.skip() for _ in range(6))
    found = explain(predictor, query.protein, query.drug, layer or None, head or 0)
    layers, heads, _ = predictor.attention(query.protein).received.shape
    return (
        Markup(),
        gr.Column(visible=True),
        gr.Dropdown(choices=list(range(1, layers + 1)), value=found.layer),
        gr.Dropdown(
            choices=[(text.HEAD_MEAN, 0), *((str(n), n) for n in range(1, heads + 1))],
            value=found.head,
        ),
        Markup().join(cards.finding(sentence) for sentence in found.verdicts),
        plot_value(hiding_figure(found)),
    )


def residue_rows(found: Attribution) -> list[list[Any]]:
    """List the residues that contribute most, either way."""
    sequence = found.protein.sequence
    return [
        [
            f"{text.RESIDUE_NAMES.get(sequence[place], '')} ({sequence[place]})",
            place + 1,
            round(float(found.residues[place]), 3),
        ]
        for place in _largest(found.residues)
    ]


def atom_rows(found: Attribution) -> list[list[Any]]:
    """List the atoms that contribute most, either way."""
    return [
        [
            found.symbols[place],
            place + 1,
            round(float(found.atoms[place]), 3),
            round(float(found.removed[place]), 3),
        ]
        for place in _largest(found.atoms)
    ]


def _largest(values: np.ndarray) -> list[int]:
    order: list[int] = np.argsort(-np.abs(values), kind="stable")[:TOP].tolist()
    return order
