"""The attention tab as a visitor meets it, in Chromium, with the bundled model."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.ui.inputs.panel import example_choice
from dta_demo.ui.shared.examples import load_examples
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import shared as shared_text
from tests.support.browser import choose, expect_plot, open_tab, predict
from tests.support.encoders import make_esm, save_esm

pytestmark = pytest.mark.browser

EGFR = next(x for x in load_examples() if x.title == "Erlotinib – EGFR")
GATEKEEPER = 790
PLOT = "#attention-plot .js-plotly-plot"
ZOOM = """([selector, low, high]) => {
    const plot = document.querySelector(selector);
    return window.Plotly.relayout(plot, {"xaxis.range": [low, high]}).then(() => null);
}"""
RANGE = "selector => document.querySelector(selector)._fullLayout.xaxis.range"
VALUE = """([selector, name]) => {
    const profile = document.querySelector(selector)._fullData.at(-1);
    return profile.y[profile.text.indexOf(name)];
}"""


def open_attention(page: Any) -> None:
    predict(page)
    open_tab(page, text.TAB)
    expect_plot(page, "#attention-plot")


def open_egfr(page: Any) -> None:
    choose(page, "example", example_choice(EGFR))
    expect(page.locator("#drug textarea")).to_have_value(EGFR.drug_text)
    open_attention(page)


def show(page: Any, what: str) -> None:
    page.locator("#what").get_by_text(what, exact=True).click()


def titles(page: Any, words: str) -> Any:
    return page.locator("#attention-plot .annotation-text").filter(has_text=words)


def ticks(page: Any, plot: str = "#attention-plot") -> Any:
    """Labels below the lowest row: the only ones of an x axis that are shown."""
    return page.locator(f"{plot} .xaxislayer-above text")


def column(page: Any, number: int) -> Any:
    """Cells of one column of the table, from 1."""
    return page.locator(f"#top-residues [role=gridcell][aria-colindex='{number}']")


def saved(page: Any, press: Callable[[], None]) -> tuple[str, list[dict[str, str]]]:
    with page.expect_download() as download:
        press()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        return download.value.suggested_filename, list(csv.DictReader(file))


def test_letters_appear_when_zoomed_in_and_go_when_zoomed_out(page: Any) -> None:
    open_egfr(page)
    expect(ticks(page).filter(has_text=re.compile("^[A-Z]"))).to_have_count(0)
    page.evaluate(ZOOM, [PLOT, GATEKEEPER - 15.5, GATEKEEPER + 15.5])
    letters = EGFR.sequence[GATEKEEPER - 16 : GATEKEEPER + 15]
    expect(ticks(page)).to_have_count(len(letters))
    shown = [label.split("\n")[0][0] for label in ticks(page).all_text_contents()]
    assert "".join(shown) == letters
    expect(ticks(page).filter(has_text=re.compile(f"^T{GATEKEEPER}$"))).to_have_count(1)
    page.locator(f"{PLOT} .nsewdrag").last.dblclick()
    expect(ticks(page).filter(has_text=re.compile("^[A-Z]"))).to_have_count(0)
    expect(ticks(page).filter(has_text=re.compile(r"^\d+$")).first).to_be_visible()


def test_a_drag_zooms_all_rows(page: Any) -> None:
    open_egfr(page)
    box = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.60 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.63 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(ticks(page).filter(has_text=re.compile("^[A-Z]")).first).to_be_visible()
    low, high = page.evaluate(RANGE, PLOT)
    assert low == pytest.approx(0.60 * 1210, abs=15)
    assert high == pytest.approx(0.63 * 1210, abs=15)


def test_the_zoom_outlasts_another_choice_but_not_another_protein(page: Any) -> None:
    open_egfr(page)
    page.evaluate(ZOOM, [PLOT, 770.0, 810.0])
    choose(page, "layer", "2")
    expect(titles(page, "Heads of layer 2")).to_be_visible()
    choose(page, "head", text.HEAD_MAXIMUM)
    expect(titles(page, "Profile: layer 2, maximum over heads")).to_be_visible()
    show(page, "Rollout")
    expect(titles(page, "Profile: rollout")).to_be_visible()
    expect(ticks(page)).to_have_count(41)
    assert page.evaluate(RANGE, PLOT) == pytest.approx([770, 810])
    page.locator(f"{PLOT} .nsewdrag").last.dblclick()
    expect(ticks(page).filter(has_text=re.compile(r"^\d+$")).first).to_be_visible()
    assert page.evaluate(RANGE, PLOT) == pytest.approx([0.5, 1210.5])
    page.evaluate(ZOOM, [PLOT, 770.0, 810.0])
    page.locator("#protein textarea").fill(">cut\n" + EGFR.sequence[:-5])
    page.locator("#predict").click()
    expect(page.locator("#attention-summary")).to_contain_text("cut: 1,205 residues")
    expect(titles(page, "Profile: rollout")).to_be_visible()
    page.wait_for_function(f"() => ({RANGE})('{PLOT}')[1] === 1205.5")


def test_other_figures_of_residues_have_letters_too(page: Any) -> None:
    open_egfr(page)
    open_tab(page, pooling_text.TAB)
    expect_plot(page, "#pooling-weights")
    expect(ticks(page, "#pooling-weights").first).to_be_visible()
    page.evaluate(ZOOM, ["#pooling-weights .js-plotly-plot", 780.0, 800.0])
    expect(ticks(page, "#pooling-weights")).to_have_count(21)
    expect(ticks(page, "#pooling-weights").filter(has_text="T790")).to_have_count(1)


def test_a_marked_residue_has_one_number_everywhere(page: Any, predictor: Any) -> None:
    """The gatekeeper of EGFR is T790: on the figure, in the table and in both files."""
    open_egfr(page)
    choose(page, "layer", text.LAYER_MEAN)
    expect(titles(page, "Profile: mean over layers, mean over heads")).to_be_visible()
    label = page.locator("#attention-plot .textpoint text").filter(has_text="gatekeeper")
    expect(label).to_have_text("gatekeeper T790")
    received = predictor.attention(EGFR.protein_text).received.mean(axis=(0, 1))
    place = int(received.argsort()[::-1][3])  # one of the table
    name = f"{EGFR.sequence[place]}{place + 1}"
    times = float(received[place]) * len(EGFR.sequence)
    assert page.evaluate(VALUE, [PLOT, name]) == pytest.approx(times, rel=1e-4)
    residue, number, value = (column(page, index).nth(3) for index in (1, 2, 3))
    expect(residue).to_contain_text(f"({EGFR.sequence[place]})")
    expect(number).to_have_text(str(place + 1))
    expect(value).to_have_text(f"{round(times, 2):g}")
    _, top = saved(page, page.locator("#top-csv").click)
    assert (top[3]["Number"], float(top[3][text.TOP_RECEIVED])) == (
        str(place + 1),
        pytest.approx(times, abs=0.006),
    )
    filename, rows = saved(page, page.locator("#attention-csv").click)
    assert filename == "attention_EGFR_layermean_head_mean.csv"
    assert float(rows[place]["received_times_equal_share"]) == pytest.approx(times, rel=1e-3)
    assert [row["residue"] + row["number"] for row in rows if row["landmark"] == "gatekeeper"] == [
        "T790"
    ]


def test_the_table_has_the_chosen_length_and_can_be_sorted(page: Any) -> None:
    open_egfr(page)
    choose(page, "top-count", "10")
    expect(page.locator("#top-title")).to_contain_text("The 10 residues that receive the most")
    numbers = column(page, 2)
    expect(numbers).to_have_count(10)
    before = [int(each) for each in numbers.all_text_contents()]
    assert before != sorted(before)
    page.locator("#top-residues [data-testid=header-1] .cell-menu-button").click()
    page.get_by_role("menuitem", name="Sort ascending").click()
    expect(numbers.first).to_have_text(str(min(before)))
    assert [int(each) for each in numbers.all_text_contents()] == sorted(before)
    filename, rows = saved(page, page.locator("#top-csv").click)
    assert filename == "attention_EGFR_layer6_head_mean_top10.csv"
    assert sorted(int(row["Number"]) for row in rows) == sorted(before)


def test_given_and_rollout_change_figure_table_and_file(page: Any) -> None:
    open_attention(page)
    show(page, "Given")
    expect(titles(page, "Profile: given, layer 6, mean over heads")).to_be_visible()
    expect(page.locator("#attention-meaning")).to_contain_text("special tokens")
    expect(page.locator("#top-title")).to_contain_text("that give the least")
    show(page, "Rollout")
    expect(titles(page, "Profile: rollout")).to_be_visible()
    expect(page.locator("#layer")).to_be_hidden()
    expect(page.locator("#top-residues")).to_contain_text(text.TOP_ROLLOUT)
    filename, rows = saved(page, page.locator("#attention-csv").click)
    assert filename == "attention_ABL1_rollout.csv"
    assert sum(float(row["rollout_share"]) for row in rows) == pytest.approx(1, abs=1e-4)
    show(page, "Received")
    expect(page.locator("#layer input")).to_have_value(text.LAST_LAYER.format(layer=6))


def test_a_map_is_computed_on_request_and_once(
    page: Any, predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    join = predictor.encoder.join_attention

    def count(sequence: str, **options: Any) -> Any:
        runs.append(sequence)
        return join(sequence, **options)

    monkeypatch.setattr(predictor.encoder, "join_attention", count)
    open_egfr(page)
    choose(page, "head", "3")
    expect(titles(page, "Profile: layer 6, head 3")).to_be_visible()
    expect(page.locator("#attention-map")).to_be_hidden()
    assert runs == []
    page.locator("#map-button").click()
    expect_plot(page, "#attention-map")
    expect(page.locator("#map-title")).to_contain_text("Map of layer 6, head 3, residues 1–705.")
    page.locator("#map-apc input").check()
    expect(page.locator("#map-title")).to_contain_text(text.MAP_CORRECTED)
    expect_plot(page, "#attention-map")
    assert runs == [EGFR.sequence[:705]]
    choose(page, "map-window", "506–1210")
    expect(page.locator("#map-title")).to_contain_text("residues 506–1210" + text.MAP_CORRECTED)
    assert runs == [EGFR.sequence[:705], EGFR.sequence[505:]]
    page.locator("#protein textarea").fill(EGFR.sequence[600:])
    page.locator("#predict").click()
    expect(page.locator("#attention-summary")).to_contain_text("610 residues")
    expect(page.locator("#attention-map")).to_be_hidden()
    expect(page.locator("#map-window")).to_be_hidden()


def test_the_joints_of_a_long_protein_are_marked(page: Any) -> None:
    page.locator("#protein textarea").fill(">long\n" + fresh_protein(4000, 5))
    open_attention(page)
    expect(page.locator("#attention-summary")).to_contain_text("read in 5 overlapping windows")
    expect(titles(page, shared_text.OVERLAP)).to_have_count(4)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_telephone_shows_the_map_without_sideways_scrolling(page: Any, theme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0] + f"?__theme={theme}")
    open_attention(page)
    page.locator("#map-button").click()
    expect_plot(page, "#attention-map")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_head_that_is_suggested_is_shown(page: Any) -> None:
    open_attention(page)
    page.locator("#heads-button").click()
    expect_plot(page, "#heads-plot")
    suggestion = page.locator("#heads-suggested label").first
    layer, head = re.findall(r"\d+", suggestion.inner_text())[:2]
    suggestion.click()
    expect(page.locator("#head input")).to_have_value(head)
    expect(page.locator("#layer input")).to_have_value(re.compile(rf"^{layer}\b"))
    words = f"layer {layer}, head {head}"
    expect(titles(page, text.PROFILE.format(words=words))).to_be_visible()
    page.locator("#heads-by").get_by_text(text.STATISTICS["pocket"], exact=True).click()
    expect(page.locator("#heads-meaning")).to_contain_text("1 is what chance would give")


def test_another_encoder_is_shown_in_this_tab_alone(page: Any, tmp_path: Path) -> None:
    folder = save_esm(make_esm(), tmp_path / "esm")
    open_attention(page)
    page.locator("#other-encoder button").first.click()
    box = page.locator("#other-folder textarea, #other-folder input").first
    box.fill(str(tmp_path))
    page.locator("#other-load").click()
    expect(page.locator(".toast-body")).to_contain_text("holds no ESM-2 that can be used")
    box.fill(str(folder))
    page.locator("#other-load").click()
    expect(page.locator("#attention-summary")).to_contain_text("4 layers of 4 heads")
    expect(page.locator("#attention-summary")).to_contain_text(
        "not by the encoder that predictions"
    )
    page.locator("#other-back").click()
    expect(page.locator("#attention-summary")).to_contain_text("6 layers of 20 heads")
