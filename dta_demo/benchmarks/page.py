"""Seconds that a visitor waits on the page, and megabytes received, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dta_demo.benchmarks.app_process import run_app
from dta_demo.benchmarks.chromium import find_obstacle, open_page
from dta_demo.benchmarks.passes import read_sequences
from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome, Settings
from dta_demo.benchmarks.visit import Visit
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import pooling as pooling_text

ROUNDS, QUICK_ROUNDS = 15, 2
RESIDUES = 500
LENGTHS, QUICK_LENGTHS = (500, 1022, 4000), (500,)
CLICK_SECONDS = 0.6
VIEW_MEGABYTES = 2.0
LAYERS, QUICK_LAYERS = (1, 2, 3, 4, 5, 6), (1, 2)
HEADS, QUICK_HEADS = (1, 2, 3), (1,)


def measure(settings: Settings) -> Iterator[Outcome]:
    """Visit the app, which runs in a process of its own, and count its passes in this one.

    The boxes are filled, and their previews have arrived, before the button is pressed: the
    seconds are counted from the press. The megabytes are those of a view for each new protein,
    once the page's own code is loaded.
    """
    obstacle = find_obstacle()
    if obstacle is not None:
        yield NotMeasured("the page in a browser", obstacle)
        return
    full = (ROUNDS, LENGTHS, LAYERS, HEADS)
    quick = (QUICK_ROUNDS, QUICK_LENGTHS, QUICK_LAYERS, QUICK_HEADS)
    rounds, lengths, layers, heads = quick if settings.quick else full
    with run_app() as app, open_page(app.url) as (page, traffic):
        visit = Visit(page, traffic)
        yield from _first_loads(visit)
        yield _seconds(
            "click on Predict to the drawn result",
            [visit.predict(RESIDUES) for _ in range(rounds)],
            asked=1,
        )
        for residues in lengths:
            yield from _views(visit, residues)
        yield from _choices(visit, layers, heads)
    read = read_sequences(layers, heads)
    yield Figure(
        f"encoder passes: a prediction, all tabs, {len(layers)} layers and {len(heads)} heads",
        len(read),
        len(set(read)),
        "passes",
        "one for each sequence that is read",
        1,
    )


def _first_loads(visit: Visit) -> Iterator[Figure]:
    """Open everything once, so that later views are measured without the page's own code."""
    yield _megabytes("first load of the page", visit.traffic.take(), asked=None)
    visit.predict(RESIDUES)
    visit.traffic.take()
    visit.open_tab(attention_text.TAB)
    yield _megabytes("first plot, with Plotly's code", visit.traffic.take(), asked=None)
    visit.open_tab(pooling_text.TAB)


def _views(visit: Visit, residues: int) -> Iterator[Figure]:
    visit.predict(residues)
    yield _megabytes(f"result, {residues:,} residues", visit.traffic.take())
    for tab in (attention_text.TAB, pooling_text.TAB):
        visit.open_tab(tab)
        yield _megabytes(f"{tab} tab, {residues:,} residues", visit.traffic.take())


def _choices(visit: Visit, layers: Sequence[int], heads: Sequence[int]) -> Iterator[Figure]:
    """Time other layers and heads of a protein that was read before."""
    visit.predict(RESIDUES)
    visit.open_tab(attention_text.TAB)
    visit.traffic.take()
    by_layer = [visit.choose_layer(layer) for layer in layers]
    received = visit.traffic.take() // len(layers)
    by_head = [visit.choose_head(head) for head in heads]
    yield _seconds("click on a layer to the drawn maps", by_layer, asked=None)
    yield _seconds("click on a head to the drawn profile", by_head, asked=None)
    yield _megabytes(f"another layer, {RESIDUES:,} residues", received)


def _seconds(what: str, seconds: list[float], asked: float | None) -> Figure:
    median = float(np.median(seconds))
    return Figure(f"{what}, {RESIDUES:,} residues", median, CLICK_SECONDS, "s", "a bound", asked)


def _megabytes(what: str, received: int, asked: float | None = 1) -> Figure:
    return Figure(what, received / 1e6, VIEW_MEGABYTES, "MB", "a bound", asked)
