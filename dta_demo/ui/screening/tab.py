"""The screening tab: a list in, a ranking out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.inhibitors import load_inhibitors
from dta_demo.results.screening import ScreenRow
from dta_demo.results.units import format_pkd
from dta_demo.ui.inputs.panel import PLAIN_TYPING, InputPanel
from dta_demo.ui.screening.descriptions import describe_histogram
from dta_demo.ui.screening.figures import draw_top, histogram
from dta_demo.ui.screening.files import FILES
from dta_demo.ui.screening.running import build_run, most_rows
from dta_demo.ui.screening.store import SCREENS
from dta_demo.ui.screening.tables import (
    SHOWN_ROWS,
    Choice,
    draw_counts,
    draw_progress,
    fault_rows,
    ranking_rows,
)
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import add_download
from dta_demo.ui.shared.events import PRESS_PREDICT, PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.view import build_plot, plot_value
from dta_demo.ui.text import screening as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class _List:
    """What is screened."""

    kind: gr.Radio
    pasted: gr.Textbox
    upload: gr.File
    inhibitors: gr.Button
    start: gr.Button
    cancel: gr.Button


@dataclass(frozen=True)
class _Results:
    """What came of it."""

    body: gr.Column
    counts: gr.HTML
    top: gr.HTML
    histogram: gr.Plot
    choices: tuple[gr.Dropdown, gr.Slider, gr.Checkbox]
    shown: gr.HTML
    ranking: gr.Dataframe
    chosen: gr.HTML
    open: gr.Button
    faults: gr.Column
    fault_table: gr.Dataframe
    fault_note: gr.HTML

    @property
    def drawn(self) -> list[gr.blocks.Block]:
        """What is drawn anew for another choice."""
        return [self.top, self.histogram, self.shown, self.ranking]

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """What is drawn when a screen ends."""
        rest = [self.counts, self.faults, self.fault_table, self.fault_note, self.chosen, self.open]
        return [self.body, *self.drawn, *rest]


def build_screen_tab(predictor: AffinityPredictor, panel: InputPanel, lanes: Lanes) -> gr.Tab:
    """Lay out the tab."""
    seconds = lanes.limits.session_seconds
    with gr.Tab(text.TAB, id="screen") as tab:
        gr.Markdown(text.INTRO)
        given = _build_list()
        rows, proteins = (f"{most_rows(lanes.limits, kind):,}" for kind in ("molecules", "pairs"))
        empty = cards.placeholder(text.EMPTY.format(rows=rows, proteins=proteins))
        status = gr.HTML(empty, elem_id="screen-status")
        key = gr.State(None, time_to_live=seconds)
        results = _build_results(key, lanes)
        _join_list(given)
        _join_run(predictor, panel, lanes, given, key, status, results)
        _join_rows(panel, lanes, key, results, seconds)
    return tab


# ---- Layout -----------------------------------------------------------------------------------


def _build_list() -> _List:
    kind = gr.Radio(
        [(words, name) for name, words in text.KINDS.items()],
        value="molecules", label=text.KIND, elem_id="screen-kind",
    )  # fmt: skip
    with gr.Row():
        pasted = gr.Textbox(
            label=text.LIST, placeholder=text.PLACEHOLDERS["molecules"], lines=6, max_lines=6,
            elem_id="screen-list", elem_classes="dta-mono", scale=3, min_width=260,
            html_attributes=PLAIN_TYPING,
        )  # fmt: skip
        upload = gr.File(
            label=text.UPLOAD, elem_id="screen-file", type="filepath", scale=1, min_width=180,
            height=190,
        )  # fmt: skip
    with gr.Row(elem_classes="dta-actions"):
        named = text.INHIBITORS.format(count=len(load_inhibitors()))
        inhibitors = gr.Button(named, size="sm", scale=0, min_width=220, elem_id="screen-named")
        cancel = gr.Button(
            shared_text.STOP, scale=0, min_width=100, elem_id="screen-cancel", visible=False
        )
        start = gr.Button(
            text.START, variant="primary", scale=0, min_width=160, elem_id="screen-start"
        )
    return _List(kind, pasted, upload, inhibitors, start, cancel)


def _build_results(key: gr.State, lanes: Lanes) -> _Results:
    with gr.Column(visible=False, elem_id="screen-results") as body:
        counts = gr.HTML(elem_id="screen-counts")
        with gr.Row(elem_classes="dta-save"):
            for label, elem_id, make in FILES:
                button = gr.Button(label, size="sm", scale=0, min_width=130, elem_id=elem_id)
                add_download(button, lanes.handler(make), [key])
        gr.HTML(cards.heading(text.TOP))
        top = gr.HTML(elem_id="screen-top")
        gr.HTML(cards.heading(text.HISTOGRAM))
        bars = build_plot("screen-histogram")
        gr.HTML(cards.heading(text.RANKING))
        choices = _build_choices()
        shown = gr.HTML(elem_id="screen-shown")
        ranking = _table(text.RANKING, text.HEADERS, "screen-ranking", "filter")
        with gr.Row(elem_classes="dta-actions"):
            chosen = gr.HTML(elem_id="screen-chosen")
            button = gr.Button(
                text.OPEN, scale=0, min_width=180, interactive=False, elem_id="screen-open"
            )
        with gr.Column(visible=False, elem_id="screen-faults") as faults:
            gr.HTML(cards.heading(text.FAULTS))
            fault_table = _table(text.FAULTS, text.FAULT_HEADERS, "screen-fault-table", "none")
            fault_note = gr.HTML()
    return _Results(
        body, counts, top, bars, choices, shown, ranking, chosen, button, faults, fault_table,
        fault_note,
    )  # fmt: skip


def _build_choices() -> tuple[gr.Dropdown, gr.Slider, gr.Checkbox]:
    with gr.Row(elem_classes="dta-controls"):
        sort = gr.Dropdown(
            [(words, name) for name, words in text.SORTS.items()],
            value="affinity", label=text.SORT, elem_id="screen-sort", min_width=180,
        )  # fmt: skip
        least = gr.Slider(
            4, 11, value=4, step=0.5, label=text.LEAST, elem_id="screen-least", min_width=180
        )
        inside = gr.Checkbox(label=text.ONLY_INSIDE, elem_id="screen-inside", min_width=160)
    return sort, least, inside


def _table(label: str, headers: list[str], elem_id: str, search: Any) -> gr.Dataframe:
    return gr.Dataframe(
        headers=headers, interactive=False, label=label, show_label=False, max_height=480,
        elem_id=elem_id, show_search=search, wrap=False,
    )  # fmt: skip


# ---- Events -----------------------------------------------------------------------------------


def _join_list(given: _List) -> None:
    """Follow the kind of the list, and fill in the inhibitors."""
    given.kind.change(
        lambda kind: gr.Textbox(placeholder=text.PLACEHOLDERS[kind]),
        given.kind, given.pasted, queue=False, **PRIVATE,
    )  # fmt: skip
    given.inhibitors.click(
        lambda: ("molecules", list_inhibitors(), None),
        None, [given.kind, given.pasted, given.upload], queue=False, **PRIVATE,
    )  # fmt: skip


def _join_run(
    predictor: AffinityPredictor,
    panel: InputPanel,
    lanes: Lanes,
    given: _List,
    key: gr.State,
    status: gr.HTML,
    results: _Results,
) -> None:
    """Screen when the button is pressed, and stop when the other one is."""
    buttons: list[gr.blocks.Block] = [given.start, given.cancel]
    draw = {
        "fn": lanes.handler(draw_results), "inputs": [key, *results.choices],
        "outputs": [status, *results.outputs], **PRIVATE,
    }  # fmt: skip
    begun = given.start.click(
        lambda: (None, gr.Column(visible=False), gr.Button(visible=False), gr.Button(visible=True)),
        None, [key, results.body, *buttons], queue=False, **PRIVATE,
    )  # fmt: skip
    run = begun.then(
        lanes.stepper(build_run(predictor, lanes.limits)),
        [given.kind, given.pasted, given.upload, panel.protein, panel.molecule],
        [key, status],
        show_progress="hidden",
        **PRIVATE,
    )
    run.failure(_let_start, None, buttons, queue=False, **PRIVATE)
    run.then(**draw).then(_let_start, None, buttons, queue=False, **PRIVATE)
    given.cancel.click(
        lanes.handler(stop_screen), key, status, cancels=[run], **PRIVATE
    ).then(**draw).then(_let_start, None, buttons, queue=False, **PRIVATE)  # fmt: skip


def _join_rows(
    panel: InputPanel, lanes: Lanes, key: gr.State, results: _Results, seconds: int
) -> None:
    """Draw another choice of rows, and open one of them."""
    gr.on(
        [choice.change for choice in results.choices],
        lanes.handler(draw_choice), [key, *results.choices], results.drawn,
        show_progress="hidden", trigger_mode="always_last", **PRIVATE,
    )  # fmt: skip
    line = gr.State(None, time_to_live=seconds)

    def choose(key: str | None, event: gr.SelectData) -> tuple[Any, ...]:
        return choose_row(key, int(event.row_value[0]))

    results.ranking.select(choose, key, [line, results.chosen, results.open], **PRIVATE)
    results.open.click(
        lanes.handler(open_row), [key, line], [panel.protein, panel.molecule], **PRIVATE
    ).success(None, None, None, js=PRESS_PREDICT, **PRIVATE)


# ---- What is shown ----------------------------------------------------------------------------


def _let_start() -> tuple[gr.Button, gr.Button]:
    """Offer to start, and no longer to stop."""
    return gr.Button(visible=True), gr.Button(visible=False)


def list_inhibitors() -> str:
    """Write the named inhibitors as a list to be screened."""
    return "\n".join(f"{each.smiles} {each.name}" for each in load_inhibitors())


def stop_screen(key: str | None) -> Markup:
    """Note that a screen was stopped, and say how far it came."""
    kept = SCREENS.recall(key)
    if kept is None:
        return Markup()
    kept.is_stopped = True
    return draw_progress(kept)


def draw_results(key: str | None, sort: str, least: float, only_inside: bool) -> tuple[Any, ...]:
    """Draw what came of a screen: the status, and the rest in the order of `_Results.outputs`."""
    kept = SCREENS.recall(key)
    if kept is None or not kept.rows:
        return (gr.skip(), gr.Column(visible=False), *(gr.skip() for _ in range(10)))
    faults = fault_rows(kept)
    note = text.FAULTS_SHOWN.format(shown=f"{len(faults):,}", total=f"{len(kept.faults):,}")
    # What a stopped step had sent may have come after the word that it was stopped.
    ended = kept.is_done or kept.is_stopped
    return (
        draw_progress(kept) if ended else gr.skip(),
        gr.Column(visible=True),
        *draw_choice(key, sort, least, only_inside),
        draw_counts(kept),
        gr.Column(visible=bool(faults)),
        faults,
        cards.note([note] if len(faults) < len(kept.faults) else []),
        Markup(),
        gr.Button(interactive=False),
    )


def draw_choice(key: str | None, sort: str, least: float, only_inside: bool) -> tuple[Any, ...]:
    """Draw the ranking that was chosen, in the order of `_Results.drawn`."""
    kept = SCREENS.recall(key)
    if kept is None:
        return tuple(gr.skip() for _ in range(4))
    rows = Choice(sort, least, only_inside).apply(kept)
    shown = text.SHOWN.format(
        shown=f"{min(len(rows), SHOWN_ROWS):,}", total=f"{len(kept.predicted):,}"
    )
    bars = plot_value(histogram(rows), describe_histogram(rows))
    return draw_top(rows), bars, cards.note([shown]), ranking_rows(rows)


def choose_row(key: str | None, line: int) -> tuple[Any, ...]:
    """Say which row was chosen, and offer to open it."""
    kept = SCREENS.recall(key)
    row = next((row for row in kept.predicted if row.line == line), None) if kept else None
    if row is None or row.affinity is None:
        return None, Markup(), gr.Button(interactive=False)
    words = text.CHOSEN.format(
        line=f"{line:,}", name=row.id or row.smiles or row.protein, pkd=format_pkd(row.affinity)
    )
    return line, cards.note([words]), gr.Button(interactive=True, variant="primary")


def open_row(key: str | None, line: int | None) -> tuple[Any, ...]:
    """Texts of both boxes for a row."""
    kept = SCREENS.recall(key)
    row = next((row for row in kept.predicted if row.line == line), None) if kept else None
    if kept is None or row is None:
        return gr.skip(), gr.skip()
    return kept.proteins.get(row.line, kept.protein), _molecule_text(row) or kept.molecule


def _molecule_text(row: ScreenRow) -> str:
    """Text of the molecule box for a row: its SMILES with its name, or the name it was given by."""
    try:
        parse_molecule(row.smiles)
    except InputError:
        return row.smiles
    return f"{row.smiles} {row.id}".strip()
