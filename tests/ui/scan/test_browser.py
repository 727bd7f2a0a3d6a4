from typing import Any

from playwright.sync_api import expect

from dta_demo.ui.text import scan as text
from tests.support.browser import choose, open_tab
from tests.ui.page.test_browser import example_choice, expect_plot, predict, short_example


def test_a_scan_of_the_pocket_shows_its_progress_and_can_be_stopped(page: Any) -> None:
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#scan-button").click()
    expect(page.locator("#scan-status [role=progressbar]")).to_be_visible()
    expect(page.locator("#scan-status")).to_contain_text("of 1,634 mutants done, about")
    page.locator("#scan-stop").click()
    expect(page.locator("#scan-status")).to_contain_text(text.STOPPED)
    page.wait_for_timeout(1_500)
    expect(page.locator("#scan-result")).to_be_hidden()
    # The server has stopped, too: a prediction is not kept waiting.
    page.locator("#scan-region textarea, #scan-region input").fill("315-315")
    page.locator("#scan-button").click()
    expect(page.locator("#scan-status")).to_contain_text("of 19 mutants")


def test_a_small_region_is_scanned_on_request(page: Any) -> None:
    choose(page, "example", example_choice(short_example()))
    predict(page)
    open_tab(page, text.TAB)
    page.locator("#scan-region textarea, #scan-region input").fill("80-81")
    page.locator("#scan-button").click()
    expect_plot(page, "#scan-map")
    expect(page.locator("#scan-status")).to_contain_text("of 38 mutants")
    expect(page.locator("#scan-strongest table")).to_be_visible()
    page.locator("#scan-region textarea, #scan-region input").fill("1-99999")
    page.locator("#scan-button").click()
    expect(page.locator("body")).to_contain_text("does not lie in the sequence")
