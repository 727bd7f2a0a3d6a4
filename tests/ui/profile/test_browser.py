from __future__ import annotations

import random
import re
from typing import Any

from playwright.sync_api import expect

from dta_demo.ui.text.shared import STOPPED
from tests.support.browser import box, choose, open_tab, predict


def cell(page: Any, row: int, column: int) -> Any:
    cells = page.locator(f"#kinome-ranking [role=gridcell][aria-colindex='{column}']")
    return cells.nth(row)


def test_a_profile_is_drawn_filtered_compared_and_opened(page: Any) -> None:
    predict(page)
    open_tab(page, "Kinome")
    expect(page.locator("#kinome-summary")).to_contain_text("9 of 522 kinases")
    expect(page.locator("#kinome-picture .js-plotly-plot .points path")).to_have_count(522)
    expect(page.locator("#kinome-scores")).to_contain_text("Entropy")

    choose(page, "kinome-group", "CMGC")
    expect(page.locator("#kinome-shown")).to_contain_text("of 522 shown")
    expect(page.locator("#kinome-picture .js-plotly-plot .points path")).not_to_have_count(522)
    choose(page, "kinome-group", "all groups")

    page.locator("#kinome-other textarea, #kinome-other input").first.fill("dasatinib")
    page.locator("#kinome-show").click()
    expect(page.locator("#kinome-summary")).to_contain_text("imatinib and Dasatinib differ")

    first = cell(page, 0, 1)
    expect(first).to_contain_text("DDR1")
    first.click()
    expect(page.locator("#kinome-chosen")).to_contain_text("DDR1: pKd 8.83")
    page.locator("#kinome-open").click()
    expect(box(page, "protein")).to_have_value("DDR1")
    expect(page.locator(".dta-result")).to_contain_text("DDR1")


def test_what_is_no_molecule_is_refused_in_a_sentence_and_the_profile_stays(page: Any) -> None:
    predict(page)
    open_tab(page, "Kinome")
    expect(page.locator("#kinome-summary")).to_contain_text("of 522 kinases")
    page.locator("#kinome-other textarea, #kinome-other input").first.fill("C1CC")
    page.locator("#kinome-show").click()
    expect(page.locator(".toast-body")).to_contain_text("ring number 1")
    expect(page.locator("#kinome-summary")).to_contain_text("of 522 kinases")


def test_an_uploaded_file_takes_the_place_of_the_kinome(page: Any, examples: Any) -> None:
    predict(page)
    open_tab(page, "Kinome")
    sequence = examples["Imatinib – EGFR"]["sequence"]
    page.locator("#kinome-file input[type=file]").set_input_files(
        {"name": "a.fasta", "mimeType": "text/plain", "buffer": f">mine\n{sequence}\n".encode()}
    )
    expect(page.locator("#kinome-summary")).to_contain_text("0 of 1 kinases")
    expect(cell(page, 0, 1)).to_contain_text("mine")


def test_many_proteins_say_what_time_is_left_and_can_be_stopped(page: Any) -> None:
    predict(page)
    open_tab(page, "Kinome")
    expect(page.locator("#kinome-summary")).to_contain_text("9 of 522 kinases")
    draw = random.Random(7)
    proteins = "".join(
        f">p{number}\n{''.join(draw.choices('ACDEFGHIKLMNPQRSTVWY', k=900))}\n"
        for number in range(900)
    )
    page.locator("#kinome-file input[type=file]").set_input_files(
        {"name": "a.fasta", "mimeType": "text/plain", "buffer": proteins.encode()}
    )
    progress = page.locator("#kinome-summary [role=progressbar]")
    expect(progress).to_have_attribute("aria-label", re.compile(r"^about \d+ (s|min) left$"))
    page.locator("#kinome-stop").click()
    expect(page.locator(".toast-body")).to_contain_text(STOPPED)
    expect(progress).to_be_hidden()
    expect(page.locator("#kinome-summary")).to_contain_text("9 of 522 kinases")
