"""The search boxes: what they offer, and how a visitor uses them with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.inhibitors import load_inhibitors
from dta_demo.ui.inputs.finders import build_inhibitor_finder, build_kinase_finder, describe_kinase
from dta_demo.ui.text import inputs as text
from tests.support.browser import box, open_at, overflow, press_predict


def test_a_kinase_is_described_by_all_that_it_is_searched_by() -> None:
    catalogue = load_catalogue()
    mek1, abl1 = catalogue.find_gene("MAP2K1"), catalogue.find_gene("ABL1")
    assert mek1 is not None
    assert abl1 is not None
    assert describe_kinase(mek1) == "MAP2K1 · MEK1 · STE, STE7 · Q02750"
    assert "ABL1p" not in describe_kinase(abl1)
    jak2 = catalogue.find_gene("JAK2")
    assert jak2 is not None
    assert describe_kinase(jak2) == "JAK2 · TK, Jak · O60674"


def test_every_choice_can_be_read() -> None:
    kinases, inhibitors = build_kinase_finder(), build_inhibitor_finder()
    assert len(kinases.choices) == len(load_catalogue())
    assert len(inhibitors.choices) == len(load_inhibitors())
    for _, gene in kinases.choices:
        assert read_protein(str(gene)).changes[0].startswith(f"Read as {gene} (")
    assert kinases.value is None
    assert inhibitors.value is None


def search(page: Any, label: str, typed: str) -> Any:
    """Type into a search box, by the name that a screen reader says."""
    finder = page.get_by_role("combobox", name=label, exact=True)
    finder.click()
    page.keyboard.type(typed)
    expect(page.get_by_role("option").first).to_be_visible()
    return finder


@pytest.mark.browser
@pytest.mark.parametrize(("typed", "gene"), [("mek1", "MAP2K1"), ("P00533", "EGFR")])
def test_a_kinase_is_found_by_alias_and_accession(page: Any, typed: str, gene: str) -> None:
    finder = search(page, text.FIND_KINASE, typed)
    page.keyboard.press("Enter")
    expect(box(page, "protein")).to_have_value(gene)
    expect(finder).to_have_value("")
    expect(page.locator("#protein-note")).to_contain_text(f"Read as {gene} (")


@pytest.mark.browser
def test_a_family_offers_its_kinases_and_the_arrows_choose_among_them(page: Any) -> None:
    search(page, text.FIND_KINASE, "TK, Jak")
    expect(page.get_by_role("option")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box(page, "protein")).to_have_value("JAK2")


@pytest.mark.browser
def test_a_kinase_and_an_inhibitor_are_found_and_predicted(page: Any) -> None:
    search(page, text.FIND_KINASE, "ABL1")
    page.keyboard.press("Enter")
    search(page, text.FIND_INHIBITOR, "imat")
    page.keyboard.press("Enter")
    expect(box(page, "drug")).to_have_value("Imatinib")
    expect(page.locator("#drug-note")).to_contain_text("Read as Imatinib (")
    box(page, "protein").fill("ABL1 T315I")
    expect(page.locator("#protein-note")).to_contain_text("with T315I")
    press_predict(page)
    expect(page.locator(".dta-result")).to_contain_text("ABL1(T315I)")


@pytest.mark.browser
def test_what_is_no_kinase_leaves_the_box_as_it_was(page: Any) -> None:
    before = box(page, "protein").input_value()
    page.get_by_role("combobox", name=text.FIND_KINASE, exact=True).click()
    page.keyboard.type("no such kinase")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(box(page, "protein")).to_have_value(before)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1920])
def test_the_list_lies_inside_the_window(page: Any, width: int) -> None:
    open_at(page, width)
    search(page, text.FIND_KINASE, "TK")
    (right,) = page.locator("#find-kinase .options").evaluate_all(
        "lists => lists.map(list => list.getBoundingClientRect().right)"
    )
    assert right <= width
    assert overflow(page) <= 0
