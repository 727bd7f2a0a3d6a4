"""The page: boxes on one side, tabs on the other, and the events that join them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.runtime.limits import Limits
from dta_demo.ui import text
from dta_demo.ui.about.tab import build_about_tab
from dta_demo.ui.attention.tab import build_attention_tab
from dta_demo.ui.explanation.tab import build_explain_tab
from dta_demo.ui.inputs.panel import (
    InputPanel,
    build_inputs,
    drug_preview,
    protein_preview,
    read_boxes,
)
from dta_demo.ui.page.blocks import Page
from dta_demo.ui.page.endpoints import add_endpoints
from dta_demo.ui.page.middleware import build_middleware
from dta_demo.ui.pooling.tab import build_pooling_tab
from dta_demo.ui.prediction.tab import PredictTab, build_predict_tab
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.examples import Example, example_index, load_examples
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.theme import RESIDUE_SCRIPT, STYLE_SHEET, build_theme
from dta_demo.ui.shared.view import View
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.structure.tab import build_structure_tab

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

SPARE_SLOTS = 16
UPLOAD_SECONDS = 600
"""After which an uploaded file that nothing has read is deleted."""

SHOW_RESULT_ON_PHONES = """
() => {
    if (window.innerWidth < 768 && document.querySelector("#result .dta-result"))
        document.getElementById("tabs").scrollIntoView({behavior: "smooth"});
}
"""


FIT_PLOTS = "() => { setTimeout(() => window.dispatchEvent(new Event('resize')), 50); }"
"""A plot that was hidden while the window changed has kept its old width."""


def launch_options(limits: Limits | None = None) -> dict[str, Any]:
    """Return what ``launch`` needs for this page, wherever it is launched from."""
    limits = limits or Limits.from_environment()
    return {
        "theme": build_theme(),
        "css_paths": [STYLE_SHEET],
        "js": RESIDUE_SCRIPT.read_text(encoding="utf-8"),
        "footer_links": ["api"],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "show_error": False,
        "max_file_size": limits.upload_bytes,
        "max_threads": _handler_slots(limits),
        "state_session_capacity": limits.sessions,
        "app_kwargs": {"middleware": build_middleware(limits)},
    }


def build(
    predictor: AffinityPredictor,
    examples: Sequence[Example] | None = None,
    limits: Limits | None = None,
) -> Page:
    """Build the page.

    Parameters
    ----------
    predictor : AffinityPredictor
        The loaded model.
    examples : sequence of Example, optional
        The pairs to start from; those of ``assets/examples.json`` by default.
    limits : Limits, optional
        Those of the environment by default.

    Returns
    -------
    Page
        Queued, ready for ``launch(**launch_options(limits))``.
    """
    examples = load_examples() if examples is None else tuple(examples)
    limits = limits or Limits.from_environment()
    lanes = Lanes(limits)
    with Page(
        lanes,
        title=text.TITLE,
        analytics_enabled=False,
        delete_cache=(UPLOAD_SECONDS, UPLOAD_SECONDS),
    ) as page:
        query = gr.State(None, time_to_live=limits.session_seconds)
        gr.HTML(cards.header(predictor.info()))
        with gr.Row(elem_classes="dta-main-row"):
            with gr.Column(scale=4, min_width=320):
                panel = build_inputs(examples)
            with gr.Column(scale=8, min_width=320, elem_id="results"):
                banner = gr.HTML(elem_id="banner")
                with gr.Tabs(elem_id="tabs"):
                    result = build_predict_tab(predictor, query, lanes)
                    attention = build_attention_tab(predictor, query, lanes)
                    explanation = build_explain_tab(predictor, query, lanes)
                    pooling = build_pooling_tab(predictor, lanes)
                    structure = build_structure_tab(predictor, query, lanes)
                    views = [attention, explanation.view, pooling, structure]
                    about = build_about_tab(predictor)
        _join_boxes(panel, query, banner, examples, lanes)
        _join_tabs(
            panel, query, banner, result, views, [about], explanation.running, examples, lanes
        )
        add_endpoints(predictor, lanes)
    # Requests wait in the lanes, which know visitors and work, and not in Gradio's queue.
    page.queue(max_size=_handler_slots(limits), default_concurrency_limit=None, api_open=False)
    return page


def _handler_slots(limits: Limits) -> int:
    """Handlers that may be under way at once: all that wait in the lanes, and some to refuse."""
    waiting = limits.light_waiting + limits.heavy_waiting + limits.fetch_waiting
    return waiting + SPARE_SLOTS


def _join_boxes(
    panel: InputPanel,
    query: gr.State,
    banner: gr.HTML,
    examples: Sequence[Example],
    lanes: Lanes,
) -> None:
    """Answer to what is typed or picked, before anything is predicted."""

    def fill(index: int | None) -> tuple[str, str]:
        return (
            ("", "") if index is None else (examples[index].protein_text, examples[index].drug_text)
        )

    def follow(protein: str, drug: str, query: Query | None) -> tuple[int | None, str]:
        stale = query is not None and query.is_stale(protein, drug)
        return example_index(examples, protein, drug), cards.stale_banner(stale)

    def preview_protein(protein: str, drug: str, query: Query | None) -> tuple[Any, ...]:
        return (protein_preview(protein), *follow(protein, drug, query))

    def preview_drug(protein: str, drug: str, query: Query | None) -> tuple[Any, ...]:
        return (*drug_preview(drug), *follow(protein, drug, query))

    panel.example.input(
        fill, panel.example, [panel.protein, panel.drug], api_visibility="private", queue=False
    )
    for box, preview, shown in (
        (panel.protein, preview_protein, [panel.protein_note]),
        (panel.drug, preview_drug, [panel.drug_note, panel.drawing]),
    ):
        box.change(
            lanes.handler(preview),
            [panel.protein, panel.drug, query],
            [*shown, panel.example, banner],
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )


def _join_tabs(
    panel: InputPanel,
    query: gr.State,
    banner: gr.HTML,
    result: PredictTab,
    views: Sequence[View],
    plain_tabs: Sequence[gr.Tab],
    running: Sequence[gr.events.Dependency],
    examples: Sequence[Example],
    lanes: Lanes,
) -> None:
    """Predict when the button is pressed; draw a tab when it is opened or open already.

    What is running for seconds about one pair must not appear below the next one.
    """
    active = gr.State("predict", time_to_live=lanes.limits.session_seconds)
    work = WorkEstimate(result.predictor)

    def submit(protein: str, drug: str) -> tuple[Any, ...]:
        reading = read_boxes(protein, drug, examples)
        return (
            reading.query,
            reading.protein_note,
            reading.drug_note,
            reading.drawing,
            "",
            *result.wait(reading.placeholder),
        )

    def draw(query: Query | None) -> Any:
        return (gr.skip(),) * len(result.outputs) if query is None else result.draw(query)

    checked = result.check.click(
        lanes.handler(result.draw_controls, of_query(work.controls)),
        query,
        result.controls,
        api_visibility="private",
    )
    done = panel.predict.click(
        lanes.handler(submit),
        [panel.protein, panel.drug],
        [query, panel.protein_note, panel.drug_note, panel.drawing, banner, *result.outputs],
        api_visibility="private",
        show_progress_on=result.result,
        cancels=[checked, *running],
    ).then(
        lanes.handler(draw, of_query(partial(work.encoding, received=True))),
        query,
        result.outputs,
        api_visibility="private",
        show_progress_on=result.result,
    )
    cleared = panel.clear.click(
        lambda: (None, "", "", None, "", *result.wait(cards.placeholder(text.EMPTY_RESULT))),
        None,
        [panel.example, panel.protein, panel.drug, query, banner, *result.outputs],
        api_visibility="private",
        queue=False,
        cancels=[checked, *running],
    )
    for view in views:
        _join_view(view, query, active, [done, cleared], lanes.limits.session_seconds)
    done.then(None, None, None, js=SHOW_RESULT_ON_PHONES, api_visibility="private")
    for tab in (result.tab, *plain_tabs):
        tab.select(lambda: "", None, active, api_visibility="private", queue=False)


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
    private: dict[str, Any] = {"api_visibility": "private"}
    view.tab.select(open_view, inputs, [active, shown, *view.outputs], **private)
    view.tab.select(None, None, None, js=FIT_PLOTS, api_visibility="private")
    for change in changes:
        change.then(refresh_if_open, [active, *inputs], [shown, *view.outputs], **private)
