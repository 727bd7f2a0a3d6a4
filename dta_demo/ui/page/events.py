"""The events that join the boxes and the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from dta_demo.ui.inputs.lookups import join_look_ups
from dta_demo.ui.inputs.panel import InputPanel, drug_preview, protein_preview, read_boxes
from dta_demo.ui.inputs.sketcher import join_sketcher
from dta_demo.ui.inputs.upload import read_molecule_file
from dta_demo.ui.page.header import stale_banner
from dta_demo.ui.prediction.tab import PredictTab
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.examples import Example, example_index
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.view import View
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import inputs as inputs_text

SHOW_RESULT_ON_PHONES = """
() => {
    if (window.innerWidth < 768 && document.querySelector("#result .dta-result"))
        document.getElementById("tabs").scrollIntoView({behavior: "smooth"});
}
"""

FIT_PLOTS = "() => { setTimeout(() => window.dispatchEvent(new Event('resize')), 50); }"
"""A plot that was hidden while the window changed has kept its old width."""


@dataclass(frozen=True)
class PageParts:
    """Parts of the page that events join.

    Attributes
    ----------
    top : gr.Column
        Between the header and the boxes, empty.
    query : gr.State
        The last query: a `Query`, or None.
    panel : InputPanel
    banner : gr.HTML
        Says that the boxes have changed since the result.
    prediction : PredictTab
    views : tuple of View
        The tabs that are drawn when they are opened.
    others : tuple of gr.Tab
        Tabs that do not show the query.
    running : tuple of event dependencies
        Events that run for seconds about one pair, and are stopped before the next one.
    """

    top: gr.Column
    query: gr.State
    panel: InputPanel
    banner: gr.HTML
    prediction: PredictTab
    views: tuple[View, ...]
    others: tuple[gr.Tab, ...]
    running: tuple[gr.events.Dependency, ...]

    @property
    def tab_labels(self) -> dict[str, str]:
        """Label of each tab by its name."""
        tabs = [self.prediction.tab, *(view.tab for view in self.views), *self.others]
        return {str(tab.id): str(tab.label) for tab in tabs}


def join_events(parts: PageParts, examples: Sequence[Example], lanes: Lanes) -> None:
    """Answer to what is typed, pressed and opened."""
    _join_boxes(parts, examples, lanes)
    check = _join_controls(parts, lanes)
    stopped: list[Any] = [check, *parts.running]
    done = _join_predict(parts, examples, lanes, stopped)
    cleared = _join_clear(parts, stopped)
    active = gr.State("predict", time_to_live=lanes.limits.session_seconds)
    for view in parts.views:
        _join_view(view, parts.query, active, [done, cleared], lanes.limits.session_seconds)
    done.then(None, None, None, js=SHOW_RESULT_ON_PHONES, **PRIVATE)
    for tab in (parts.prediction.tab, *parts.others):
        tab.select(lambda: "", None, active, queue=False, **PRIVATE)


def _join_boxes(parts: PageParts, examples: Sequence[Example], lanes: Lanes) -> None:
    """Answer to what is typed or picked, before anything is predicted."""
    panel = parts.panel

    def follow(protein: str, molecule: str, query: Query | None) -> tuple[int | None, str]:
        stale = query is not None and query.is_stale(protein, molecule)
        return example_index(examples, protein, molecule), stale_banner(stale)

    def preview_protein(protein: str, molecule: str, query: Query | None) -> tuple[Any, ...]:
        return (protein_preview(protein), *follow(protein, molecule, query))

    def preview_drug(protein: str, molecule: str, query: Query | None) -> tuple[Any, ...]:
        return (*drug_preview(molecule), *follow(protein, molecule, query))

    join_sketcher(panel.sketcher, panel.molecule, lanes)
    join_look_ups(panel.look_ups, panel.protein, panel.molecule, lanes)
    panel.upload.upload(lanes.handler(read_molecule_file), panel.upload, panel.molecule, **PRIVATE)
    panel.example.input(
        partial(fill_boxes, examples),
        [panel.example, panel.protein, panel.molecule],
        [panel.protein, panel.molecule],
        queue=False,
        **PRIVATE,
    )
    for box, preview, shown in (
        (panel.protein, preview_protein, [panel.protein_note]),
        (panel.molecule, preview_drug, [panel.drug_note, panel.drawing]),
    ):
        box.change(
            lanes.handler(preview),
            [panel.protein, panel.molecule, parts.query],
            [*shown, panel.example, parts.banner],
            show_progress="hidden",
            trigger_mode="always_last",
            **PRIVATE,
        )


def fill_boxes(
    examples: Sequence[Example], index: int | None, protein: str, molecule: str
) -> tuple[Any, Any]:
    """Texts of a chosen example; the boxes stay as they are where none was chosen.

    Gradio counts it as an input, too, when the list of examples is left as it was.
    """
    if index is None or index == example_index(examples, protein, molecule):
        return gr.skip(), gr.skip()
    return examples[index].protein_text, examples[index].drug_text


def _join_controls(parts: PageParts, lanes: Lanes) -> gr.events.Dependency:
    """Compute the controls of a prediction when they are asked for."""
    tab = parts.prediction
    work = of_query(WorkEstimate(tab.predictor).controls)
    return tab.check.click(
        lanes.handler(tab.draw_controls, work), parts.query, tab.controls, **PRIVATE
    )


def _join_predict(
    parts: PageParts,
    examples: Sequence[Example],
    lanes: Lanes,
    stopped: list[Any],
) -> gr.events.Dependency:
    """Read the boxes when the button is pressed, and predict; return the last event."""
    panel, tab = parts.panel, parts.prediction

    def submit(protein: str, molecule: str) -> tuple[Any, ...]:
        reading = read_boxes(protein, molecule, examples)
        notes = (reading.protein_note, reading.drug_note, reading.drawing)
        return (reading.query, *notes, "", *tab.wait(reading.placeholder))

    def draw(query: Query | None) -> Any:
        return (gr.skip(),) * len(tab.outputs) if query is None else tab.draw(query)

    notes = [panel.protein_note, panel.drug_note, panel.drawing]
    work = of_query(partial(WorkEstimate(tab.predictor).encoding, with_attention=True))
    return panel.predict.click(
        lanes.handler(submit),
        [panel.protein, panel.molecule],
        [parts.query, *notes, parts.banner, *tab.outputs],
        show_progress_on=tab.result,
        cancels=stopped,
        **PRIVATE,
    ).then(
        lanes.handler(draw, work), parts.query, tab.outputs, show_progress_on=tab.result, **PRIVATE
    )


def _join_clear(parts: PageParts, stopped: list[Any]) -> gr.events.Dependency:
    """Empty the boxes and the result."""
    panel, tab = parts.panel, parts.prediction
    empty = cards.placeholder(inputs_text.EMPTY_RESULT)
    return panel.clear.click(
        lambda: (None, "", "", None, "", *tab.wait(empty)),
        None,
        [panel.example, panel.protein, panel.molecule, parts.query, parts.banner, *tab.outputs],
        queue=False,
        cancels=stopped,
        **PRIVATE,
    )


def _join_view(
    view: View,
    query: gr.State,
    active: gr.State,
    changes: Sequence[gr.events.Dependency],
    session_seconds: int,
) -> None:
    """Draw a view when it is opened, and after a change of the query while it is open."""
    shown = gr.State(None, time_to_live=session_seconds)
    nothing = (gr.skip(),) * len(view.outputs)

    async def refresh(query: Query | None, shown: Query | None, *controls: Any) -> tuple[Any, ...]:
        if query == shown:
            return (shown, *nothing)
        return (query, *await view.draw(query, *controls))

    async def open_view(*values: Any) -> tuple[Any, ...]:
        return (view.name, *await refresh(*values))

    async def refresh_if_open(
        active: str, query: Query | None, shown: Query | None, *controls: Any
    ) -> tuple[Any, ...]:
        if active != view.name:
            return (shown, *nothing)
        return await refresh(query, shown, *controls)

    inputs = [query, shown, *view.controls]
    view.tab.select(open_view, inputs, [active, shown, *view.outputs], **PRIVATE)
    view.tab.select(None, None, None, js=FIT_PLOTS, **PRIVATE)
    for change in changes:
        change.then(refresh_if_open, [active, *inputs], [shown, *view.outputs], **PRIVATE)
