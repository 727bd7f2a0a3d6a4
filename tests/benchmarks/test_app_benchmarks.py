import math

import pytest

from dta_demo.benchmarks import app_process, chromium, load, page, start
from dta_demo.benchmarks.app_process import run_app
from dta_demo.benchmarks.records import Figure, NotMeasured, Settings

QUICK = Settings(quick=True)


def measure(benchmark):
    """Figures by name, all of them finite."""
    figures = list(benchmark.measure(QUICK))
    for figure in figures:
        assert isinstance(figure, Figure), figure
        assert 0 < figure.ours < math.inf
        assert 0 < figure.reference < math.inf
    assert len({figure.what for figure in figures}) == len(figures)
    return {figure.what: figure for figure in figures}


@pytest.mark.checkpoint
def test_start_compares_page_and_command_line_with_their_imports():
    figures = measure(start)
    assert [figure.asked for figure in figures.values()] == [1.3, 1, None]


@pytest.mark.usefixtures("loaded_once")
def test_every_visitor_gets_the_answer_to_its_own_pair_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figures = measure(load)
    right = figures["right answers, 4 visitors at once"]
    assert (right.ours, right.reference) == (4, 4)


def test_answers_that_were_mixed_up_are_found(predictor):
    pairs = load.choose_pairs(2, seed=0)
    answers = [predictor.predict(*pair).to_dict() for pair in pairs]
    load.check_answers(pairs, answers)
    with pytest.raises(RuntimeError, match="Visitor 0 got"):
        load.check_answers(pairs, answers[::-1])


def test_answers_agree_to_a_millionth():
    answer = {"affinity": 7.5, "interval": [6.0, 9.0], "unit": "pKd"}
    assert load.agree({**answer, "affinity": 7.5 + 1e-7}, answer)
    assert not load.agree({**answer, "affinity": 7.5001}, answer)
    assert not load.agree({**answer, "interval": [6.0]}, answer)
    assert not load.agree({**answer, "unit": "pKi"}, answer)
    assert not load.agree({"affinity": 7.5}, answer)


def test_no_two_rounds_ask_for_the_same_protein():
    asked = [protein for seed in range(8) for protein, _ in load.choose_pairs(32, seed)]
    assert len(set(asked)) == len(asked)


def test_memory_that_the_system_does_not_tell_is_not_measured():
    assert app_process.read_memory(process=-1, field="VmHWM") is None
    assert isinstance(load.compare_memory("peak", None, None), NotMeasured)
    bounded = load.compare_memory("peak", before=600.0, peak=700.0)
    assert isinstance(bounded, Figure)
    assert bounded.met


def test_an_app_that_does_not_start_says_why(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text("raise SystemExit('no model here')")
    monkeypatch.setattr(app_process, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match="no model here"), run_app():
        pass


def test_without_chromium_the_page_is_not_measured(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    (outcome,) = page.measure(QUICK)
    assert isinstance(outcome, NotMeasured)
    assert "Chromium" in outcome.reason or "playwright" in outcome.reason


class SilentPage:
    """A page whose requests the test makes up."""

    def __init__(self):
        self.context, self.send = self, {}.get
        self.tell = {}

    def new_cdp_session(self, page):
        return self

    def on(self, name, handler):
        self.tell[name.removeprefix("Network.")] = handler

    def evaluate(self, script):
        return None


def test_bytes_of_an_open_stream_are_counted_once():
    page = SilentPage()
    traffic = chromium.Traffic(page)
    page.tell["requestWillBeSent"]({"requestId": "1", "request": {"url": "/queue/data"}})
    page.tell["dataReceived"]({"requestId": "1", "dataLength": 100, "encodedDataLength": 0})
    assert traffic.take() == 100
    page.tell["loadingFinished"]({"requestId": "1", "encodedDataLength": 130})
    assert traffic.take() == 30
    assert traffic.take() == 0


@pytest.mark.browser
def test_the_page_in_chromium():
    if (obstacle := chromium.find_obstacle()) is not None:
        pytest.skip(obstacle)
    figures = measure(page)
    passes = figures["encoder passes: a prediction, all tabs, 2 layers and 1 heads"]
    # The prediction reads a domain, that of a mutant and its wild type, and the tabs the whole;
    # the comparison of poolings reads it with thirteen sets of residues hidden.
    assert passes.ours == passes.reference <= 3 + 13
    assert all(figure.met for figure in figures.values() if figure.unit == "MB" and figure.asked)
