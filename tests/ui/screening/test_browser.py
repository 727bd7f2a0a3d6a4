from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.support.browser import box, open_tab


def list_molecules(count: int) -> bytes:
    rows = (
        f"{'C' * (n % 37 + 1)}c1ccc(OC{'N' * (n % 2)}C{'C' * (n % 11)})cc1 m{n}"
        for n in range(count)
    )
    return "\n".join(rows).encode()


def upload(page: Any, content: bytes, name: str = "list.smi") -> None:
    page.locator("#screen-file input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    expect(page.locator("#screen-file")).to_contain_text(name.split(".")[0])


def test_2000_molecules_are_screened_with_progress_filtered_saved_and_opened(
    page: Any, tmp_path: Path
) -> None:
    open_tab(page, "Screen")
    upload(page, list_molecules(1_999) + b"\nimatinib\n")
    page.locator("#screen-start").click()
    expect(page.locator("#screen-status [role=progressbar]")).to_be_visible()
    expect(page.locator("#screen-status")).to_contain_text("2,000 rows in")
    expect(page.locator("#screen-counts")).to_contain_text("2,000 predicted, 0 not readable")
    expect(page.locator("#screen-top figure")).to_have_count(6)
    first = page.locator("#screen-ranking [role=gridcell][aria-colindex='3']").first
    expect(first).to_contain_text("8.62")

    page.locator("#screen-least input[type=number]").fill("8")
    page.locator("#screen-least input[type=number]").press("Enter")
    expect(page.locator("#screen-shown")).to_contain_text("1 of 2,000 rows shown")

    with page.expect_download() as download:
        page.locator("#screen-csv").click()
    download.value.save_as(tmp_path / "screen.csv")
    assert (tmp_path / "screen.csv").read_text(encoding="utf-8").count("\n") == 2_001

    first.click()
    expect(page.locator("#screen-chosen")).to_contain_text("pKd 8.62")
    page.locator("#screen-open").click()
    expect(box(page, "drug")).to_have_value("imatinib")
    expect(page.locator(".dta-result")).to_contain_text("8.62")


def test_a_screen_can_be_stopped_and_keeps_what_is_done(page: Any) -> None:
    open_tab(page, "Screen")
    upload(page, list_molecules(60_000))
    page.locator("#screen-start").click()
    expect(page.locator("#screen-status")).to_contain_text("rows done")
    page.locator("#screen-cancel").click()
    expect(page.locator("#screen-status")).to_contain_text("Stopped after")
    expect(page.locator("#screen-counts")).to_contain_text("predicted")
    expect(page.locator("#screen-counts")).not_to_contain_text("processing")
    stopped = page.locator("#screen-counts").inner_text()
    expect(page.locator("#screen-start")).to_be_visible()
    page.wait_for_timeout(1_500)
    assert page.locator("#screen-counts").inner_text() == stopped


def test_a_list_that_cannot_be_read_is_refused_and_nothing_is_lost(page: Any) -> None:
    open_tab(page, "Screen")
    upload(page, b"PK\x03\x04 spreadsheet", "book.xlsx")
    page.locator("#screen-start").click()
    expect(page.locator("#screen-status")).to_contain_text("save the sheet as CSV")
    expect(page.locator("#screen-start")).to_be_visible()
    expect(box(page, "protein")).not_to_be_empty()
