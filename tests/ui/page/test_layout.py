from typing import Any

import gradio as gr

from dta_demo.ui.page.layout import build, launch_options
from dta_demo.ui.static.files import STYLE_SHEET

ENDPOINTS = {
    "predict", "controls", "attention", "explain", "poolings", "profile", "screen", "scan",
}  # fmt: skip


def test_the_page_builds_and_shows_only_its_endpoints(predictor: Any) -> None:
    blocks = build(predictor, examples=[])
    public = {fn.api_name for fn in blocks.fns.values() if fn.api_visibility == "public"}
    assert public == ENDPOINTS


def test_nothing_of_a_visit_is_kept_or_sent() -> None:
    options = launch_options()
    assert options["run_history"] is False
    assert options["enable_monitoring"] is False
    assert options["ssr_mode"] is False


def test_the_style_sheet_asks_no_other_host() -> None:
    style = STYLE_SHEET.read_text(encoding="utf-8")
    assert "http" not in style
    assert "@import" not in style


def test_nothing_but_tabs_lies_between_the_tabs(predictor: Any) -> None:
    """Whatever else does, such as a state, shifts the places of the tabs after it on the page."""
    blocks = build(predictor, examples=[])
    (tabs,) = [block for block in blocks.blocks.values() if isinstance(block, gr.Tabs)]
    assert [type(child) for child in tabs.children] == [gr.Tab] * 10
