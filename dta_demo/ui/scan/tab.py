"""The mutations tab: a scan on request, with progress, a map, a list and a file."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.results.scan import CSV_HEADERS, MutationScan, csv_rows
from dta_demo.screening.positions import read_choice
from dta_demo.screening.scan import scan_in_steps
from dta_demo.ui.scan.descriptions import describe_scan_map
from dta_demo.ui.scan.figures import scan_figure
from dta_demo.ui.scan.kept import keep_scan
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, add_download, csv_file, safe_file_stem
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.formatting import say_time
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import scan as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class ScanTab:
    """The tab, and the events that are cancelled when another pair is predicted."""

    view: View
    running: list[gr.events.Dependency]


@dataclass(frozen=True)
class _Parts:
    """What is typed and pressed, and what is drawn."""

    status: gr.HTML
    row: gr.Column
    region: gr.Textbox
    mutations: gr.Textbox
    button: gr.Button
    stop: gr.Button
    body: gr.Column
    plot: gr.Plot
    table: gr.HTML
    save: gr.Button


def build_scan_tab(predictor: AffinityPredictor, query: gr.State, lanes: Lanes) -> ScanTab:
    """Lay out the tab; nothing is computed before its button is pressed."""
    with gr.Tab(text.TAB, id="scan") as tab:
        parts = _build_parts()
        found = gr.State(None, time_to_live=lanes.limits.session_seconds)
        scanned = _join_events(predictor, query, lanes, parts, found)
    outputs = [parts.status, parts.row, parts.body]
    return ScanTab(View("scan", tab, lanes.handler(invite), [], outputs), [scanned])


def _build_parts() -> _Parts:
    gr.Markdown(text.INTRO)
    status = gr.HTML(cards.placeholder(text.EMPTY), elem_id="scan-status")
    with gr.Column(visible=False, elem_id="scan-row") as row:
        with gr.Row():
            region = gr.Textbox(
                label=text.REGION, info=text.REGION_HINT, min_width=240, elem_id="scan-region"
            )
            mutations = gr.Textbox(
                label=text.MUTATIONS,
                info=text.MUTATIONS_HINT,
                min_width=240,
                elem_id="scan-mutations",
            )
        with gr.Row():
            button = gr.Button(text.BUTTON, variant="primary", elem_id="scan-button")
            stop = gr.Button(shared_text.STOP, elem_id="scan-stop")
    with gr.Column(visible=False, elem_id="scan-result") as body:
        gr.HTML(cards.heading(text.MAP_TITLE))
        gr.HTML(cards.note([text.MAP_NOTE]))
        plot = build_plot("scan-map")
        gr.HTML(cards.heading(text.STRONGEST))
        table = gr.HTML(elem_id="scan-strongest")
        save = gr.Button(text.DOWNLOAD, size="sm", elem_id="scan-csv")
    return _Parts(status, row, region, mutations, button, stop, body, plot, table, save)


def _join_events(
    predictor: AffinityPredictor, query: gr.State, lanes: Lanes, parts: _Parts, found: gr.State
) -> gr.events.Dependency:
    """Let the buttons start, stop and save a scan; return the event that runs it."""
    work = WorkEstimate(predictor)

    def estimate(query: Query | None, region: str, mutations: str) -> int:
        return work.scan(query.protein, *read_choice(region, mutations)) if query else 0

    scanned = parts.button.click(
        lanes.stepper(partial(draw_scan, predictor), estimate),
        [query, parts.region, parts.mutations],
        [parts.status, parts.body, parts.plot, parts.table, found],
        show_progress="hidden", **PRIVATE,
    )  # fmt: skip
    parts.stop.click(
        lambda: cards.placeholder(text.STOPPED), None, parts.status, queue=False,
        cancels=[scanned], **PRIVATE,
    )  # fmt: skip
    add_download(parts.save, lanes.handler(scan_csv), [found])
    return scanned


def invite(query: Query | None) -> tuple[Any, ...]:
    """Empty the tab, and offer the button where there is something to scan."""
    sentence = text.EMPTY if query is None else text.READY
    return (
        cards.placeholder(sentence),
        gr.Column(visible=query is not None),
        gr.Column(visible=False),
    )


def draw_scan(
    predictor: AffinityPredictor, query: Query | None, region: str, mutations: str
) -> Generator[tuple[Any, ...], None, None]:
    """Scan what the boxes name, say how far it has come, and draw it."""
    if query is None:
        yield (cards.placeholder(text.EMPTY), *(gr.skip() for _ in range(4)))
        return
    choice = read_choice(region, mutations)
    steps = scan_in_steps(predictor, query.protein, query.molecule, *choice)
    found = yield from _say_progress(steps)
    keep_scan(predictor, found)
    apart = sum(mutant.told_apart for mutant in found.mutants)
    sentence = text.DONE.format(
        wild_type=f"{found.wild_type:.2f}", apart=f"{apart:,}", count=f"{len(found.mutants):,}"
    )
    error = predictor.info().mutant_error
    if error is not None:
        large = sum(abs(mutant.change) > error for mutant in found.mutants)
        sentence += " " + text.BEYOND_ERROR.format(large=f"{large:,}", error=f"{error:.2f}")
    yield (
        cards.finding(sentence),
        gr.Column(visible=True),
        plot_value(scan_figure(found), describe_scan_map(found)),
        strongest_table(found),
        found,
    )


def _say_progress(
    steps: Generator[tuple[int, int], None, MutationScan],
) -> Generator[tuple[Any, ...], None, MutationScan]:
    """Say after each step of a scan how many mutants are done, and what is left."""
    start = time.monotonic()
    rest = tuple(gr.skip() for _ in range(4))
    yield (cards.note([text.READING]), *rest)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            found: MutationScan = end.value
            return found
        left = say_time((time.monotonic() - start) * (total - done) / done)
        words = text.PROGRESS.format(
            done=f"{done:,}", total=f"{total:,}", left=shared_text.LEFT.format(seconds=left)
        )
        yield (cards.progress_bar(done / total, words, text.TAB), *rest)


def strongest_table(found: MutationScan) -> str:
    """Write the strongest changes as a table, or all of a list."""
    shown = found.mutants[:100] if found.region == "list" else found.strongest()
    rows = (
        (
            each.name, f"{each.change:+.2f}", f"{each.spread:.2f}", f"{each.affinity:.2f}",
            each.role, each.measured_as,
        )
        for each in shown
    )  # fmt: skip
    return cards.captioned_table(text.HEADERS, rows, text.SPREAD_NOTE)


def scan_csv(found: MutationScan | None) -> Download | None:
    """Write every mutant of a scan."""
    if found is None:
        return None
    stem = safe_file_stem(found.protein.name, "protein")
    return csv_file(f"mutations_{stem}.csv", CSV_HEADERS, csv_rows(found))
