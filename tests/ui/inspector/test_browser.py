"""The encoder tab in Chromium, from the table of parts to a fine-tuning that is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from dta_demo.ui.text import inspector as text
from tests.support.browser import expect_plot, open_at, open_tab, overflow


def test_the_states_are_switched_and_the_memory_follows(page: Any) -> None:
    open_tab(page, text.TAB)
    parts, memory = page.locator("#encoder-parts"), page.locator("#step-memory")
    expect(parts).to_contain_text("66.7% of the encoder is frozen")
    before = memory.inner_text()
    page.locator("#encoder-layers input[type=number]").fill("4")
    page.locator("#encoder-layers input[type=number]").press("Enter")
    expect(parts).to_contain_text("33.4% of the encoder is frozen")
    expect(memory).not_to_have_text(before)
    page.locator("#encoder-state").get_by_text(text.STATES["frozen"]).click()
    expect(parts).to_contain_text("100.0% of the encoder is frozen")
    expect(memory).to_contain_text(text.SAVES_NOTHING)
    expect(page.locator("#encoder-machine")).to_contain_text("float32")


def test_what_is_cut_is_shown_on_given_sequences(page: Any) -> None:
    open_tab(page, text.TAB)
    page.locator("#cut-button").click()
    expect(page.locator("#cut-table")).to_contain_text("1 of 1 sequences are cut, to 200 residues")
    page.locator("#cut-sequences textarea").fill("\n".join(["CDK2"] * 19 + ["ABL1"]))
    page.locator("#cut-length input[type=number]").fill("1022")
    page.locator("#cut-length input[type=number]").press("Enter")
    page.locator("#cut-button").click()
    expect(page.locator("#cut-table")).to_contain_text("1 of 20 sequences are cut, to 298 residues")
    page.locator("#cut-sequences textarea").fill("XYZZY1")
    page.locator("#cut-button").click()
    expect(page.locator("body")).to_contain_text("Sequence 1: ")


def test_a_fine_tuning_runs_is_saved_and_loaded_again(page: Any, tmp_path: Path) -> None:
    open_tab(page, text.TAB)
    page.locator("#tuning-layers input[type=number]").fill("1")
    page.locator("#tuning-layers input[type=number]").press("Enter")
    page.locator("#tuning-start").click()
    expect(page.locator("#tuning-status [role=progressbar]")).to_be_visible()
    expect(page.locator("#tuning-start")).to_be_hidden()
    expect_plot(page, "#tuning-curves")
    card = page.locator("#tuning-card")
    expect(card).to_contain_text("60 of the readout, 15 of the layers")
    expect(card).to_contain_text("This is a demonstration on few pairs")
    expect(page.locator("#tuning-status")).to_contain_text("pairs of 2 molecules left out")
    expect(page.locator("#tuning-start")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#tuning-save").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.locator("#tuning-load button").first.click()
    page.locator("#tuning-file input[type=file]").set_input_files(path)
    expect(page.locator("#tuning-loaded")).to_contain_text("Loaded. On the")
    assert card.inner_text() in page.locator("#tuning-loaded").inner_text()


def test_a_fine_tuning_is_stopped_and_a_wrong_table_refused(page: Any) -> None:
    open_tab(page, text.TAB)
    page.locator("#tuning-start").click()
    expect(page.locator("#tuning-status")).to_contain_text("Phase two")
    page.locator("#tuning-stop").click()
    expect(page.locator("#tuning-status")).to_contain_text("Stopped. On the")
    expect(page.locator("#tuning-card dl")).to_be_visible()
    expect(page.locator("#tuning-start")).to_be_visible()
    file = {"name": "pairs.csv", "mimeType": "text/csv", "buffer": b"protein,molecule\nCDK2,CCO\n"}
    page.locator("#tuning-pairs input[type=file]").set_input_files(file)
    expect(page.locator("#tuning-pairs")).to_contain_text("pairs")
    page.locator("#tuning-start").click()
    expect(page.locator("#tuning-status")).to_contain_text("no column of affinities")
    expect(page.locator("#tuning-start")).to_be_visible()


def test_on_a_telephone_nothing_is_wider_than_the_window(page: Any) -> None:
    open_at(page, 390)
    open_tab(page, text.TAB)
    expect(page.locator("#encoder-parts table")).to_be_visible()
    assert overflow(page) <= 0
