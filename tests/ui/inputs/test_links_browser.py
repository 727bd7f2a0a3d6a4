"""Links to a pair, and the inputs that the browser keeps, in Chromium."""

import base64
import json
import zlib
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.ui.text import links as text
from tests.support.browser import box, press_predict

SCRIPT = "<img src=x onerror=alert(1)>"


def pack(value: object) -> str:
    """The fragment of a link, as the page writes it."""
    compressor = zlib.compressobj(wbits=-15)
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    packed = compressor.compress(data) + compressor.flush()
    return "#pair=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def open_link(page: Any, end: str) -> None:
    site = page.url.split("?")[0].split("#")[0]
    page.goto("about:blank")
    page.goto(site + end)


def read_clipboard(page: Any) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#copy-link").click()
    expect(page.locator("#link-note")).to_contain_text(text.COPIED)
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_link_of_names_opens_the_pair_and_its_tab(page: Any) -> None:
    open_link(page, "?protein=EGFR&molecule=gefitinib&tab=kinome")
    expect(box(page, "protein")).to_have_value("EGFR")
    expect(page.locator("#kinome-summary")).to_contain_text("efitinib")
    link = read_clipboard(page)
    assert link.endswith("?protein=EGFR&molecule=gefitinib&tab=kinome")


def test_short_sequences_and_smiles_are_no_names(page: Any) -> None:
    """A peptide and aniline are written in letters, as names are."""
    box(page, "protein").fill("MGSNKSKPKDASQRRR")
    box(page, "drug").fill("Nc1ccccc1")
    sent, fragment = read_clipboard(page).split("#")
    assert "MGSNK" not in sent
    assert "Nc1" not in sent
    open_link(page, f"#{fragment}")
    expect(box(page, "protein")).to_have_value("MGSNKSKPKDASQRRR")
    expect(box(page, "drug")).to_have_value("Nc1ccccc1")


def test_a_sequence_goes_into_the_fragment_which_no_browser_sends(page: Any) -> None:
    sequence = ">mine\n" + "MGSNKSKPKDASQRRRSLEPAENVHG" * 4
    box(page, "protein").fill(sequence)
    box(page, "drug").fill("CC(=O)Oc1ccccc1C(=O)O")
    sent, fragment = read_clipboard(page).split("#")
    assert "MGSNK" not in sent
    assert "Oc1" not in sent
    open_link(page, f"#{fragment}")
    expect(box(page, "protein")).to_have_value(sequence)
    expect(box(page, "drug")).to_have_value("CC(=O)Oc1ccccc1C(=O)O")
    expect(page.locator(".dta-result")).to_be_visible()


@pytest.mark.parametrize(
    "end",
    [
        "#pair=AAAA",
        "#pair=%F0%9F%92%A3",
        "#pair=" + "A" * 50_000,
        pack(b"0" * 20_000_000),
        pack(b"not json"),
    ],
    ids=["noise", "letters", "long", "bomb", "not JSON"],
)
def test_a_link_that_cannot_be_read_loses_nothing(page: Any, end: str) -> None:
    before = box(page, "protein").input_value()
    open_link(page, end)
    expect(page.locator("#link-note")).to_contain_text(text.UNREADABLE)
    expect(box(page, "protein")).to_have_value(before)


def test_what_a_link_holds_is_text(page: Any) -> None:
    """A script stays text, and a tab that is none opens none."""
    open_link(page, f"?protein={SCRIPT}&molecule=CCO&tab=constructor")
    expect(box(page, "protein")).to_have_value(SCRIPT)
    expect(page.locator("#protein-note")).to_be_visible()
    assert page.locator("#protein-note img").count() == 0


def test_what_is_no_text_in_a_link_is_left_out(page: Any) -> None:
    open_link(page, pack({"protein": {"toString": 1}, "molecule": "CCN"}))
    expect(box(page, "drug")).to_have_value("CCN")
    expect(box(page, "protein")).to_have_value("")
    open_link(page, pack({"protein": "EGFR", "molecule": ["CCO"]}))
    expect(box(page, "protein")).to_have_value("EGFR")
    expect(box(page, "drug")).to_have_value("")


def test_the_last_inputs_come_back_until_they_are_forgotten(page: Any) -> None:
    first = box(page, "protein").input_value()
    box(page, "protein").fill("SRC")
    box(page, "drug").fill("dasatinib")
    press_predict(page)
    expect(page.locator(".dta-result")).to_be_visible()
    open_link(page, "")
    expect(box(page, "protein")).to_have_value("SRC")
    expect(page.locator("#link-note")).to_contain_text(text.RESTORED)
    page.locator("#forget").click()
    expect(page.locator("#link-note")).to_contain_text(text.FORGOTTEN)
    page.wait_for_function("localStorage.getItem('dta-last-inputs') === null")
    open_link(page, "")
    expect(box(page, "protein")).to_have_value(first)
