"""The explanation tab as a visitor meets it, in Chromium, with the bundled model."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.explain.attribution import SHARED_ATTRIBUTIONS
from dta_demo.model.pair_function import PairFunction
from dta_demo.ui.text import explanation as text
from tests.support.browser import open_tab, predict

pytestmark = pytest.mark.browser


def test_the_stop_ends_the_work_and_the_button_is_offered_again(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped, read = threading.Event(), threading.Event(), []
    run = PairFunction._run

    def wait(function: Any, letters: Any, first: int, last: int) -> Any:
        read.append(first)
        begun.set()
        assert stopped.wait(600)
        return run(function, letters, first, last)

    monkeypatch.setattr(PairFunction, "_run", wait)
    SHARED_ATTRIBUTIONS.clear()
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#explain-button").click()
    expect(page.locator("#explain-stop")).to_be_visible()
    assert begun.wait(120)
    expect(page.locator("#explain-status")).not_to_contain_text("Error")
    page.locator("#explain-stop").click()
    expect(page.locator("#explain-status")).to_contain_text(text.STOPPED)
    expect(page.locator("#explain-stop")).to_be_hidden()
    page.wait_for_timeout(1_500)
    stopped.set()
    page.wait_for_timeout(1_500)
    assert len(read) == 1
    assert SHARED_ATTRIBUTIONS.nbytes == 0
    expect(page.locator("#explanation")).to_be_hidden()
    page.locator("#explain-button").click()
    expect(page.locator("#verdicts")).to_contain_text("pKd on average")
    expect(page.locator("#explain-stop")).to_be_hidden()
