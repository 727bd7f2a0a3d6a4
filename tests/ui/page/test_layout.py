from typing import Any

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
