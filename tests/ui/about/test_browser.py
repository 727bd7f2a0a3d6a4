"""The about tab in Chromium."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from dta_demo.ui.text import about as text
from tests.support.browser import open_tab


def test_programs_are_led_to_the_endpoints(page: Any) -> None:
    open_tab(page, text.TAB)
    described = page.get_by_role("link", name="description as OpenAPI")
    answer = page.request.get(described.evaluate("link => link.href"))
    assert "/gradio_api/call/v2/predict" in answer.json()["paths"]
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_text("/screen").first).to_be_visible(timeout=60_000)
