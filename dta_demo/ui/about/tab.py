"""What the model is, how large its errors are, and what it cannot do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.results.units import kd_of
from dta_demo.ui import text
from dta_demo.ui.shared import cards

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def build_about_tab(predictor: AffinityPredictor) -> gr.Tab:
    """Lay out the tab from the words and from what the predictor says of itself."""
    info = predictor.info()
    floor = info["label_range"][0]
    with gr.Tab(text.TAB_ABOUT, id="about") as tab:
        gr.Markdown(text.ABOUT_READING.format(floor=f"{floor:g}", floor_kd=kd_of(floor)))
        gr.Markdown(text.ABOUT_LIMITS)
        gr.Markdown(text.ABOUT_ERROR_TITLE)
        gr.HTML(errors_table(info))
        gr.Markdown(text.ABOUT_MODEL_TITLE)
        gr.HTML(cards.definition_list(model_facts(info)))
        gr.Markdown(text.ABOUT_PRIVACY)
        if card := model_card(info):
            with gr.Accordion(text.ABOUT_CARD, open=False):
                gr.Markdown(card, elem_id="model-card")
    return tab


def errors_table(info: dict[str, Any]) -> Markup:
    """Tabulate the cross-validated metrics that the predictor knows, by what is new to it."""
    groups: dict[str, dict[str, Any]] = info.get("by_group", {})
    rows = [
        (words, *(_metric(measured.get(key)) for measured in groups.values()))
        for key, words in text.METRICS.items()
        if any(measured.get(key) is not None for measured in groups.values())
    ]
    headers = (text.ABOUT_ERROR_MEASURE, *(text.GROUPS[group] for group in groups))
    return cards.captioned_table(headers, rows, text.ABOUT_ERROR_NOTE)


def _metric(value: float | None) -> str:
    if value is None:
        return text.UNKNOWN
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def model_facts(info: dict[str, Any]) -> list[tuple[str, str]]:
    """List what the predictor says of itself, in words."""
    return [(words, _fact(info[key])) for key, words in text.MODEL_FACTS.items() if info.get(key)]


def model_card(info: dict[str, Any]) -> str:
    """Return the checkpoint's model card without its front matter, or nothing."""
    folder = info.get("checkpoint")
    path = Path(folder) / "README.md" if folder else None
    if path is None or not path.is_file():
        return ""
    return re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _fact(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_fact(part)}" for name, part in value.items())
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (list, tuple)):
        return text.SPAN.format(start=value[0], end=value[-1])
    return str(value)
