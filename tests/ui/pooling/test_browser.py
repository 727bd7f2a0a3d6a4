"""The pooling tab in Chromium."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import pooling_map as map_text
from tests.support.browser import choose, open_tab
from tests.ui.page.test_browser import example_choice, expect_plot, predict, short_example


def open_poolings(page: Any) -> None:
    choose(page, "example", example_choice(short_example()))
    predict(page)
    open_tab(page, text.TAB)
    expect(page.locator("#pooling-summary table")).to_be_visible()


def write_fasta(path: Path, proteins: int) -> Path:
    kinases = [kinase for kinase in load_catalogue() if len(kinase.sequence) < 450][:proteins]
    records = (f">{kinase.gene}\n{kinase.sequence}\n" for kinase in kinases)
    path.write_text("".join(records), encoding="utf-8")
    return path


def test_each_pooling_is_shown_by_itself(page: Any) -> None:
    open_poolings(page)
    expect_plot(page, "#pooling-dots")
    expect_plot(page, "#pooling-similarity")
    expect_plot(page, "#pooling-weights")
    expect(page.locator("#pooling-tables")).to_contain_text(text.HIDING)
    expect(page.locator("#pooling-tables")).to_contain_text(text.NEAREST)
    rule = page.locator("#pooling-summary details")
    expect(rule.locator("div")).to_be_hidden()
    rule.locator("summary").click()
    expect(rule.locator("div")).to_contain_text("The first that holds")
    expect(page.locator("#pooling-study table").first).to_contain_text("random weights")


def test_the_kinome_is_mapped_under_each_pooling(page: Any) -> None:
    open_poolings(page)
    page.locator("#pooling-map-show").click()
    expect_plot(page, "#pooling-maps")
    expect_plot(page, "#pooling-agreement")
    expect(page.locator("#pooling-map-numbers")).to_contain_text(
        "of a kinase's ten nearest", ignore_case=True
    )
    choose(page, "pooling-map-colour", map_text.BY_PKD)
    expect(page.locator("#pooling-maps .js-plotly-plot")).to_contain_text("pKd")


def test_too_few_proteins_of_a_file_are_refused_with_a_sentence(page: Any, tmp_path: Path) -> None:
    open_poolings(page)
    upload = page.locator("#pooling-map-file input[type=file]")
    upload.set_input_files(write_fasta(tmp_path / "few.fasta", 3))
    expect(page.locator("body")).to_contain_text("A map needs at least 11 proteins.")


def test_proteins_of_a_file_are_mapped(page: Any, tmp_path: Path) -> None:
    open_poolings(page)
    upload = page.locator("#pooling-map-file input[type=file]")
    upload.set_input_files(write_fasta(tmp_path / "more.fasta", 12))
    expect(page.locator("#pooling-map-numbers")).to_contain_text("12 proteins.")
