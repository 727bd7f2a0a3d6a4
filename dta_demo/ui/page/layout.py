"""The page: boxes on one side, tabs on the other."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.runtime.limits import Limits, serves_tools
from dta_demo.ui.about.tab import build_about_tab
from dta_demo.ui.attention.tab import build_attention_tab
from dta_demo.ui.explanation.tab import build_explain_tab
from dta_demo.ui.inputs.links import join_links
from dta_demo.ui.inputs.panel import build_inputs
from dta_demo.ui.inspector.tab import build_inspector_tab
from dta_demo.ui.page.blocks import Page
from dta_demo.ui.page.endpoints import add_endpoints
from dta_demo.ui.page.events import PageParts, join_events
from dta_demo.ui.page.header import header
from dta_demo.ui.page.middleware import build_middleware
from dta_demo.ui.pooling.tab import build_pooling_tab
from dta_demo.ui.prediction.tab import build_predict_tab
from dta_demo.ui.profile.tab import build_profile_tab
from dta_demo.ui.report.report_file import report_file
from dta_demo.ui.scan.tab import build_scan_tab
from dta_demo.ui.screening.tab import build_screen_tab
from dta_demo.ui.shared.examples import Example, load_examples
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.theme import build_theme
from dta_demo.ui.static.files import (
    ACCESSIBLE_SCRIPT,
    KEYBOARD_SCRIPT,
    RESIDUE_SCRIPT,
    STYLE_SHEET,
)
from dta_demo.ui.structure.tab import build_structure_tab
from dta_demo.ui.text import page as text
from dta_demo.ui.tour.tour import build_tour, join_tour

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

SPARE_SLOTS = 16
SCRIPTS = (RESIDUE_SCRIPT, ACCESSIBLE_SCRIPT, KEYBOARD_SCRIPT)
"""Scripts that the page runs when it is opened."""

UPLOAD_SECONDS = 600
"""Age at which an uploaded file that nothing has read is deleted."""


def launch_options(limits: Limits | None = None) -> dict[str, Any]:
    """Options of ``launch`` for this page, wherever it is launched from."""
    limits = limits or Limits.from_environment()
    return {
        "theme": build_theme(),
        "css_paths": [STYLE_SHEET],
        "js": "".join(script.read_text(encoding="utf-8") for script in SCRIPTS),
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
        parts = _build_parts(predictor, examples, lanes)
        join_events(parts, examples, lanes)
        panel, tabs = parts.panel, parts.tab_labels
        join_links(page, panel.links, panel.protein, panel.molecule, panel.predict, tabs, lanes)
        with parts.top:
            tour = build_tour(examples, tabs)
        join_tour(page, tour, panel, parts.query, parts.prediction, examples, tabs, lanes)
        add_endpoints(predictor, lanes)
    # Requests wait in the lanes, which know visitors and work, and not in Gradio's queue.
    page.queue(max_size=_handler_slots(limits), default_concurrency_limit=None, api_open=False)
    if serves_tools(os.environ):
        from dta_demo.ui.page.tools import ToolServer

        page.serve_tools(ToolServer(page))
    return page


def _build_parts(
    predictor: AffinityPredictor, examples: Sequence[Example], lanes: Lanes
) -> PageParts:
    """Lay out the header, the boxes and the tabs."""
    query, other = (
        gr.State(None, time_to_live=lanes.limits.session_seconds) for _ in ("query", "encoder")
    )
    report, explained_report = (partial(report_file, predictor, wanted) for wanted in (False, True))
    gr.HTML(header(predictor.info()))
    top = gr.Column(elem_id="tour")
    with gr.Row(elem_classes="dta-main-row"):
        with gr.Column(scale=4, min_width=320):
            panel = build_inputs(examples)
        with gr.Column(scale=8, min_width=320, elem_id="results"):
            banner = gr.HTML(elem_id="banner")
            with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
                prediction = build_predict_tab(predictor, query, lanes, report)
                attention = build_attention_tab(predictor, query, other, lanes)
                explanation = build_explain_tab(predictor, query, lanes, explained_report)
                scanned = build_scan_tab(predictor, query, lanes)
                pooling = build_pooling_tab(predictor, query, other, lanes)
                structure = build_structure_tab(predictor, query, lanes)
                kinome = build_profile_tab(predictor, query, panel, lanes)
                screening = build_screen_tab(predictor, panel, lanes)
                inspector = build_inspector_tab(predictor, panel, lanes)
                about = build_about_tab(predictor)
    views = (attention, explanation.view, scanned.view, pooling, structure, kinome)
    others = (screening, inspector, about)
    running = (*explanation.running, *scanned.running)
    return PageParts(top, query, panel, banner, prediction, views, others, running)


def _handler_slots(limits: Limits) -> int:
    """Number of handlers at once: all that can wait in the lanes, and some more to refuse."""
    waiting = limits.light_waiting + limits.heavy_waiting + limits.fetch_waiting
    return waiting + SPARE_SLOTS
