"""The page as a visitor meets it, in Chromium, with the bundled model."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.explain import attribution
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.runtime.jobs import JobStoppedError
from dta_demo.runtime.limits import HOME
from dta_demo.ui.attention import tab as attention_tab
from dta_demo.ui.inputs.panel import ASSAY_FLOOR, example_choice
from dta_demo.ui.page.layout import build
from dta_demo.ui.shared.examples import Example, load_examples
from dta_demo.ui.shared.formatting import shown_interval, shown_pkd
from dta_demo.ui.text import about as about_text
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as explanation_text
from dta_demo.ui.text import inputs as inputs_text
from dta_demo.ui.text import page as text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import prediction as prediction_text
from dta_demo.ui.text import server as server_text
from dta_demo.ui.text import shared as shared_text
from tests.support.browser import (
    box,
    choose,
    expect_plot,
    open_at,
    open_tab,
    overflow,
    predict,
    press_predict,
    watch_page,
)
from tests.support.hostile import HOSTILE
from tests.support.outside import PAIRS
from tests.support.server import launch

pytestmark = pytest.mark.browser

HOSTILE_FIELDS = {
    "FASTA header": (">" + HOSTILE + "\n{sequence}", "{smiles}"),
    "protein": ("{sequence}" + HOSTILE, "{smiles}"),
    "SMILES": ("{sequence}", HOSTILE),
    "name after the SMILES": ("{sequence}", "{smiles} " + HOSTILE),
}
PATIENCE_SECONDS = 60
LOOK = """element => {
    const style = getComputedStyle(element);
    const [size, weight] = [style.fontSize, style.fontWeight].map(parseFloat);
    return {size, weight, colour: style.color};
}"""
NOTE_TITLES_OF_CONTROLS = """() => {
    window.titles = [];
    new MutationObserver(() => {
        const title = document.querySelector("#controls h3");
        if (title) window.titles.push(title.textContent);
    }).observe(document.body, {subtree: true, childList: true});
}"""
PLOTS = ("#attention-plot", "#pooling-dots", "#pooling-similarity", "#pooling-weights")


def example() -> Example:
    return load_examples()[0]


def short_example() -> Example:
    return next(x for x in load_examples() if x.gene == "CDK2")


def plot_titles(page: Any) -> Any:
    return page.locator("#attention-plot .annotation-text")


def test_an_example_is_predicted_with_its_unit_and_interval(page: Any, predictor: Any) -> None:
    predict(page)
    expected = predictor.predict(example().protein_text, example().drug_text)
    card = page.locator(".dta-result")
    expect(card.locator(".dta-main strong")).to_have_text(shown_pkd(expected, expected.affinity))
    expect(card).to_contain_text(kd_of(expected.affinity))
    for words in shown_interval(expected):
        expect(card).to_contain_text(words)
    expect(card.locator(".dta-track .dta-interval")).to_be_visible()
    expect(card).to_contain_text("Measured: pKd " + format_pkd(example().measured_pkd))
    expect(page.locator("#drawing svg")).to_be_visible()


def test_a_picked_example_fills_both_boxes(page: Any) -> None:
    other = next(x for x in load_examples()[1:] if x.measured_pkd > ASSAY_FLOOR)
    choose(page, "example", example_choice(other))
    expect(box(page, "protein")).to_have_value(other.protein_text)
    expect(box(page, "drug")).to_have_value(other.drug_text)
    predict(page)
    expect(page.locator(".dta-title")).to_contain_text(other.gene)
    expect(page.locator(".dta-measured-line")).to_contain_text(format_pkd(other.measured_pkd))


def test_a_changed_box_marks_the_result_as_old_and_drops_the_measured_value(page: Any) -> None:
    predict(page)
    box(page, "drug").fill("CC(=O)Oc1ccccc1C(=O)O aspirin")
    expect(page.locator(".dta-stale")).to_have_text(text.STALE)
    expect(page.locator("#example input")).to_have_value("")
    expect(page.locator("#drug-note")).to_contain_text("C9H8O4")
    press_predict(page)
    expect(page.locator(".dta-title")).to_contain_text("aspirin")
    expect(page.locator(".dta-stale")).to_have_count(0)
    expect(page.locator(".dta-measured-line")).to_have_count(0)


def test_controls_are_computed_on_request(page: Any, predictor: Any) -> None:
    button = page.locator("#controls-button")
    expect(button).to_be_hidden()
    predict(page)
    expect(page.locator("#controls")).to_be_hidden()
    button.click()
    controls = page.locator("#controls")
    expected = predictor.controls(example().protein_text, example().drug_text)
    pair = shared_text.PAIR.format(molecule=example().molecule, protein=example().gene)
    expect(controls.locator("h3")).to_have_text(prediction_text.CONTROLS_TITLE.format(pair=pair))
    expect(controls.locator(".dta-finding")).to_have_text(expected.verdict)
    expect(controls.locator("tbody tr")).to_have_count(5)
    page.locator("#clear").click()
    expect(button).to_be_hidden()
    expect(controls).to_be_hidden()


def test_controls_of_the_last_pair_do_not_appear_below_the_next(
    page: Any, predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute, go_on, done = predictor.controls, threading.Event(), threading.Event()

    def wait(*pair: Any) -> Any:
        go_on.wait(PATIENCE_SECONDS)
        try:
            return compute(*pair)
        finally:
            done.set()

    monkeypatch.setattr(predictor, "controls", wait)
    predict(page)
    page.evaluate(NOTE_TITLES_OF_CONTROLS)
    page.locator("#controls-button").click()
    box(page, "drug").fill("CC(=O)Oc1ccccc1C(=O)O aspirin")
    press_predict(page)
    expect(page.locator(".dta-title")).to_contain_text("aspirin")
    go_on.set()
    assert done.wait(PATIENCE_SECONDS)
    page.locator("#controls-button").click()
    expect(page.locator("#controls h3")).to_contain_text("aspirin")
    assert all("aspirin" in title for title in page.evaluate("window.titles"))


@pytest.mark.parametrize("name", ["caffeine, A2A receptor", "caffeine, ABL1"])
def test_outside_the_domain_the_reason_comes_first_and_the_number_is_muted(
    page: Any, predictor: Any, name: str
) -> None:
    protein, molecule = PAIRS[name]
    reason = predictor.predict(protein, molecule).applicability.reason
    predict(page)
    sure = page.locator(".dta-main strong").evaluate(LOOK)
    box(page, "protein").fill(protein)
    box(page, "drug").fill(molecule)
    press_predict(page)
    card = page.locator(".dta-result.dta-caution")
    expect(card.locator("> :first-child")).to_contain_text(reason)
    expect(card.locator(".dta-main")).to_contain_text(prediction_text.GUESS_WORD)
    muted = card.locator(".dta-main strong").evaluate(LOOK)
    assert muted["size"] < sure["size"]
    assert muted["weight"] < sure["weight"]
    assert muted["colour"] != sure["colour"]
    page.locator("#controls-button").click()
    expect(page.locator("#controls .dta-finding")).to_contain_text("Outside the training domain")


def test_at_the_floor_the_page_gives_bounds(page: Any) -> None:
    floor = next(x for x in load_examples() if x.title == "Imatinib – EGFR")
    choose(page, "example", example_choice(floor))
    predict(page)
    card = page.locator(".dta-result")
    expect(card).to_contain_text("above 10 µM")
    expect(card.locator(".dta-main strong")).to_have_text("≤ 5")
    expect(card.locator(".dta-number").nth(2)).to_contain_text(re.compile("≤ .* or above"))


def test_every_tab_draws(page: Any) -> None:
    predict(page)
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    expect(page.locator("#top-residues")).to_contain_text("Number")
    open_tab(page, pooling_text.TAB)
    for plot in PLOTS[1:]:
        expect_plot(page, plot)
    expect(page.locator("#pooling-summary")).to_contain_text("four answers")
    expect(page.locator("#pooling-scores tbody tr")).to_have_count(5)
    open_tab(page, about_text.TAB)
    expect(page.get_by_role("heading", name="What it cannot do")).to_be_visible()


def test_layer_and_head_change_the_profile_and_the_download(page: Any) -> None:
    predict(page)
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    choose(page, "layer", "1")
    expect(plot_titles(page).filter(has_text="Heads of layer 1")).to_be_visible()
    choose(page, "head", "2")
    expect(plot_titles(page).filter(has_text="Profile: layer 1, head 2")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#attention-csv").click()
    assert re.fullmatch(r"attention_\w+_layer1_head_2\.csv", download.value.suggested_filename)
    rows = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(example().sequence) + 1
    assert rows[1].startswith(f"1,{example().sequence[0]},")


def test_tabs_layers_and_heads_run_no_encoder_and_draw_once(
    page: Any, predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, drawn = [], []
    encode, draw = predictor.encoder.encode_residues, attention_tab.attention_figure

    def count_pass(*arguments: Any, **options: Any) -> Any:
        passes.append(arguments)
        return encode(*arguments, **options)

    def count_drawing(view: Any) -> Any:
        drawn.append((view.choice.layer, view.choice.head))
        return draw(view)

    monkeypatch.setattr(predictor.encoder, "encode_residues", count_pass)
    monkeypatch.setattr(attention_tab, "attention_figure", count_drawing)
    box(page, "protein").fill(">fresh\n" + example().sequence[:-7])
    predict(page)
    open_tab(page, pooling_text.TAB)
    expect_plot(page, "#pooling-weights")
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    for layer, head in (("1", "2"), ("3", "4")):
        choose(page, "layer", layer)
        expect(plot_titles(page).filter(has_text=f"Heads of layer {layer}")).to_be_visible()
        choose(page, "head", head)
        title = f"Profile: layer {layer}, head {head}"
        expect(plot_titles(page).filter(has_text=title)).to_be_visible()
    # The prediction, and the poolings with residues hidden, all at once.
    assert len(passes) == 2
    assert drawn == [(6, 0), (1, 0), (1, 2), (3, 2), (3, 4)]


def test_an_open_tab_follows_the_next_prediction(page: Any) -> None:
    open_tab(page, attention_text.TAB)
    expect(page.locator("#attention-summary")).to_have_text(shared_text.PREDICT_FIRST)
    press_predict(page)
    residues = len(example().sequence)
    expect(page.locator("#attention-summary")).to_contain_text(f"{residues:,} residues")
    box(page, "protein").fill(">cut\n" + example().sequence[:-5])
    press_predict(page)
    expect(page.locator("#attention-summary")).to_contain_text(f"cut: {residues - 5:,} residues")
    page.locator("#clear").click()
    expect(page.locator("#attention-summary")).to_have_text(shared_text.PREDICT_FIRST)
    expect(page.locator("#attention-plot")).to_be_hidden()


def test_bad_input_gets_a_sentence_below_its_box_and_loses_nothing(page: Any) -> None:
    predict(page)
    box(page, "drug").fill("c1ccccc")
    press_predict(page)
    expect(page.locator("#drug-note .dta-error")).to_be_visible()
    expect(page.locator("#result")).to_have_text(
        inputs_text.NO_RESULT.format(part=inputs_text.PART_DRUG), use_inner_text=True
    )
    expect(box(page, "drug")).to_have_value("c1ccccc")
    expect(box(page, "protein")).to_have_value(example().protein_text)
    expect(page.locator("#protein-note .dta-error")).to_have_count(0)


def test_a_failure_gives_a_sentence_and_keeps_the_boxes(
    page: Any, predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr(predictor, "predict", fail)
    press_predict(page)
    expect(page.get_by_test_id("toast-body")).to_contain_text(server_text.FAILED)
    expect(page.locator("body")).not_to_contain_text("a secret of the server")
    expect(box(page, "protein")).to_have_value(example().protein_text)


@pytest.mark.parametrize("field", HOSTILE_FIELDS)
def test_nothing_that_is_typed_runs(page: Any, field: str) -> None:
    protein, molecule = HOSTILE_FIELDS[field]
    sequence, smiles = example().sequence, example().smiles
    box(page, "protein").fill(protein.replace("{sequence}", sequence))
    box(page, "drug").fill(molecule.replace("{smiles}", smiles))
    press_predict(page)
    expect(page.locator(".dta-result, .dta-error").first).to_be_visible()
    for tab in (attention_text.TAB, pooling_text.TAB, prediction_text.TAB):
        open_tab(page, tab)
        expect(page.get_by_role("tab", name=tab, exact=True)).to_have_attribute(
            "aria-selected", "true"
        )
    expect(page.locator("img[src='x']")).to_have_count(0)
    assert page.evaluate("window.hacked === undefined")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_telephone_shows_every_tab_without_sideways_scrolling(page: Any, theme: str) -> None:
    open_at(page, 390, f"?__theme={theme}")
    choose(page, "example", example_choice(short_example()))
    predict(page)
    page.locator("#controls-button").click()
    expect(page.locator("#controls table")).to_be_visible()
    assert overflow(page) <= 0
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    assert overflow(page) <= 0
    open_tab(page, pooling_text.TAB)
    expect_plot(page, "#pooling-weights")
    assert overflow(page) <= 0
    open_tab(page, explanation_text.TAB)
    page.locator("#explain-button").click()
    expect_plot(page, "#hiding-curves")
    assert overflow(page) <= 0
    open_tab(page, about_text.TAB)
    assert overflow(page) <= 0


def test_dark_mode_turns_text_and_plots_light(page: Any) -> None:
    open_at(page, 1280, "?__theme=dark")
    predict(page)
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    labels = page.locator("#attention-plot .xtick text, #attention-plot .x4tick text")
    expect(labels.first).to_have_css("fill", "rgb(241, 245, 249)")
    background = page.locator("#attention-plot .main-svg").first
    expect(background).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_a_plot_fits_after_the_window_changed_while_it_was_hidden(page: Any) -> None:
    predict(page)
    open_tab(page, attention_text.TAB)
    expect_plot(page, "#attention-plot")
    open_tab(page, prediction_text.TAB)
    page.set_viewport_size({"width": 500, "height": 844})
    open_tab(page, attention_text.TAB)
    page.wait_for_function(
        "() => document.querySelector('#attention-plot .main-svg').getBoundingClientRect().width"
        " <= document.querySelector('#attention-plot').getBoundingClientRect().width"
    )


def explain(page: Any) -> None:
    """Predict a short protein, and explain that."""
    choose(page, "example", example_choice(short_example()))
    open_tab(page, explanation_text.TAB)
    press_predict(page)
    page.locator("#explain-button").click()


def test_an_explanation_is_drawn_on_request_with_its_check(page: Any) -> None:
    open_tab(page, explanation_text.TAB)
    expect(page.locator("#explain-status")).to_contain_text(explanation_text.EMPTY)
    expect(page.locator("#explain-button")).to_be_hidden()
    explain(page)
    for plot in ("#residue-map", "#hiding-curves"):
        expect_plot(page, plot)
    expect(page.locator("#atom-map svg.dta-marked")).to_be_visible()
    expect(page.locator("#verdicts .dta-finding")).to_have_count(3)
    before = page.locator("#verdicts .dta-finding").first.inner_text()
    assert "layer 6" in before
    choose(page, "checked-layer", "2")
    expect(page.locator("#verdicts .dta-finding").first).to_contain_text("layer 2")


def test_atoms_are_numbered_on_request(page: Any) -> None:
    explain(page)
    expect_plot(page, "#residue-map")
    drawn = page.locator("#atom-map svg path")
    before = drawn.count()
    page.locator("#number-atoms input").click()
    expect(drawn).not_to_have_count(before)
    assert drawn.count() > before


def test_another_prediction_empties_the_explanation(page: Any) -> None:
    explain(page)
    expect(page.locator("#explanation")).to_be_visible()
    box(page, "drug").fill("CC(=O)Oc1ccccc1C(=O)O aspirin")
    press_predict(page)
    expect(page.locator("#explanation")).to_be_hidden()
    expect(page.locator("#explain-button")).to_be_visible()


@pytest.mark.parametrize("image", ["SVG", "PNG"])
def test_a_figure_is_saved(page: Any, image: str) -> None:
    predict(page)
    open_tab(page, pooling_text.TAB)
    expect_plot(page, "#pooling-dots")
    with page.expect_download() as saved:
        page.get_by_role("button", name=shared_text.SAVE_FIGURE.format(format=image)).first.click()
    assert saved.value.suggested_filename == f"pooling-dots.{image.lower()}"
    content = saved.value.path().read_bytes()
    assert content.startswith(b"<svg" if image == "SVG" else b"\x89PNG")


@pytest.mark.parametrize(
    ("button", "name"),
    [("residues-csv", "residues_CDK2.csv"), ("atoms-csv", "atoms_staurosporine.csv"),
     ("explained-report", "report_staurosporine_CDK2.html")],
)  # fmt: skip
def test_an_explanation_is_taken_along(page: Any, button: str, name: str) -> None:
    explain(page)
    expect_plot(page, "#hiding-curves")
    with page.expect_download() as saved:
        page.locator(f"#{button}").click()
    assert saved.value.suggested_filename == name
    assert saved.value.path().stat().st_size > 500


@pytest.mark.parametrize("leave", ["clear", "predict", "close the tab"])
def test_an_explanation_that_nobody_waits_for_is_stopped(
    chromium: Any, site: str, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    started, stopped = threading.Event(), threading.Event()

    def watch(pair: Any, steps: int) -> None:
        started.set()
        try:
            while True:
                pair.read(pair.unknown_letters[None])
        except JobStoppedError:
            stopped.set()
            raise

    monkeypatch.setattr(attribution, "attribute_residues", watch)
    with watch_page(chromium, site) as page:
        box(page, "protein").fill(f">{leave}\n" + short_example().sequence[len(leave) :])
        predict(page)
        open_tab(page, explanation_text.TAB)
        page.locator("#explain-button").click()
        assert started.wait(PATIENCE_SECONDS)
        if leave == "close the tab":
            page.close()
        else:
            page.locator(f"#{leave}").click()
        assert stopped.wait(PATIENCE_SECONDS)


def test_on_a_space_the_page_asks_no_other_host(
    chromium: Any, predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as space:
        space.setenv("SYSTEM", "spaces")
        space.setenv("SPACE_ID", "someone/demo")
        blocks = build(predictor, limits=HOME)
    refused: list[str] = []
    with launch(blocks, HOME) as url, watch_page(chromium, url) as page:
        # What Gradio asks for on a Space, the page's policy would refuse, which is said here.
        page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else 0)
        page.reload()
        predict(page)
    assert refused == []
