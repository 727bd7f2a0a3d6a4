"""The about tab: reading the number, limits, errors and the model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.predictor.model_info import ModelInfo
from dta_demo.results.units import kd_of
from dta_demo.ui.shared import cards
from dta_demo.ui.text import about as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def build_about_tab(predictor: AffinityPredictor) -> gr.Tab:
    """Lay out the tab from its words and the facts about the model."""
    info = predictor.info()
    floor = info.label_range[0]
    with gr.Tab(text.TAB, id="about") as tab:
        gr.Markdown(text.READING.format(floor=f"{floor:g}", floor_kd=kd_of(floor)))
        gr.Markdown(text.LIMITS)
        gr.Markdown(text.ERROR_TITLE)
        gr.HTML(errors_table(info))
        gr.Markdown(text.MODEL_TITLE)
        gr.HTML(cards.definition_list(model_facts(info)))
        gr.Markdown(text.PRIVACY)
        gr.Markdown(text.PROGRAMS)
        if card := model_card(info):
            with gr.Accordion(text.CARD, open=False):
                gr.Markdown(card, elem_id="model-card")
    return tab


def errors_table(info: ModelInfo) -> Markup:
    """Tabulate the cross-validated metrics by group: pairs known, or new in part."""
    groups = info.by_group
    rows = [
        (words, *(_metric(measured.get(key)) for measured in groups.values()))
        for key, words in text.METRICS.items()
        if any(measured.get(key) is not None for measured in groups.values())
    ]
    headers = (text.ERROR_MEASURE, *(text.GROUPS[group] for group in groups))
    return cards.captioned_table(headers, rows, text.ERROR_NOTE)


def _metric(value: float | None) -> str:
    if value is None:
        return shared_text.UNKNOWN
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def model_facts(info: ModelInfo) -> list[tuple[str, str]]:
    """Facts about the model, each with its name."""
    return [(words, _fact(getattr(info, key))) for key, words in text.MODEL_FACTS.items()]


def model_card(info: ModelInfo) -> str:
    """Model card of the checkpoint, in Markdown without its front matter, or an empty string."""
    path = Path(info.checkpoint) / "README.md"
    if not path.is_file():
        return ""
    return re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _fact(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{text.DATASETS.get(name, name)} {_fact(part)}" for name, part in value.items()
        )
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return shared_text.SPAN.format(start=f"{value[0]:g}", end=f"{value[-1]:g}")
    return str(value)
