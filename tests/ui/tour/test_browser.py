"""The tour in Chromium."""

from typing import Any

from playwright.sync_api import expect

from dta_demo.ui.text import tour as text
from tests.support.browser import box


def open_story(page: Any, step: str) -> None:
    site = page.url.split("?")[0]
    page.goto("about:blank")
    page.goto(f"{site}?step={step}")


def test_the_tour_is_out_of_the_way_until_it_is_asked_for(page: Any) -> None:
    expect(page.locator("#tour-open")).to_have_text(text.OPEN)
    expect(page.locator("#tour-body")).to_have_count(0)
    page.locator("#tour-open").click()
    expect(page.locator("#tour-body")).to_be_visible()
    page.locator("#tour-open").click()
    expect(page.locator("#tour-body")).to_be_hidden()


def test_a_click_shows_a_story_and_what_the_model_says(page: Any) -> None:
    page.locator("#tour-open").click()
    page.locator("#tour-show-1").click()
    expect(page.locator("#tour-said")).to_contain_text(text.SAYS)
    expect(page.locator(".dta-result")).to_contain_text("LCK")
    page.locator("#tour-next-1").click()
    page.locator("#tour-show-2").click()
    expect(page.locator("#tour-said")).to_contain_text("at most 5")
    box(page, "protein").fill("SRC")
    page.locator("#predict").click()
    expect(page.locator("#tour-said")).not_to_contain_text(text.SAYS)


def test_a_step_has_a_link_which_moves_through_the_real_tabs(page: Any) -> None:
    open_story(page, "5")
    expect(page.locator("#tour-said")).to_contain_text(text.SAYS)
    expect(page.locator("#kinome-summary")).to_contain_text("Lapatinib and Sunitinib differ")
    page.locator("#tour-5-screen").click()
    expect(page.get_by_role("tab", name="Screen").first).to_have_attribute("aria-selected", "true")


def test_the_last_story_is_declined_on_the_page(page: Any) -> None:
    open_story(page, "7")
    expect(page.locator("#tour-said")).to_contain_text("Outside the training domain.")


def test_a_step_that_is_not_there_opens_nothing(page: Any) -> None:
    open_story(page, "__proto__")
    expect(page.locator("#tour-open")).to_have_text(text.OPEN)
    page.wait_for_timeout(1_000)
    expect(page.locator("#tour-body")).to_have_count(0)
