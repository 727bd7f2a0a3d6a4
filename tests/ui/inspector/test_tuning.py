"""The fine-tuning of the page without a browser: turns, stop, result, files, public servers."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch

from dta_demo.inputs.errors import InputError
from dta_demo.results.tuning import TuningPoint, TuningProgress
from dta_demo.runtime.limits import HOME, PUBLIC
from dta_demo.training.tuning_demo import TuningSettings
from dta_demo.ui.inspector import store, tuning
from dta_demo.ui.inspector.figures import loss_curves
from dta_demo.ui.inspector.store import RUNS, KeptRun
from dta_demo.ui.inspector.tuning import (
    build_run,
    draw_pair_of_run,
    draw_result,
    estimate_pair,
    load_result,
    save_result,
    say_progress,
    stop_run,
)
from dta_demo.ui.page.layout import build
from tests.support.encoders import random_sequence


@pytest.fixture
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of seconds, a turn for each step."""

    def settings(layers: int) -> TuningSettings:
        return TuningSettings(layers, readout_epochs=3, layer_epochs=1)

    monkeypatch.setattr(tuning, "TuningSettings", settings)
    monkeypatch.setattr(tuning, "TURN_SECONDS", 0.0)


@pytest.mark.usefixtures("few_epochs")
def test_a_run_leaves_a_file_and_the_predictor_as_it_was(predictor: Any, tmp_path: Path) -> None:
    before = {name: each.clone() for name, each in predictor.encoder.esm.state_dict().items()}
    affinity = predictor.predict("ABL1", "imatinib").affinity
    drawn = list(build_run(predictor, HOME)(None, 1))
    assert all(torch.equal(before[n], x) for n, x in predictor.encoder.esm.state_dict().items())
    assert predictor.predict("ABL1", "imatinib").affinity == affinity
    assert not predictor.encoder.training
    key = drawn[-1][0]
    words, _, _, card, _ = draw_result(key)
    assert "pairs of" in words
    assert "This is a demonstration on few pairs" in card
    pair = draw_pair_of_run(predictor, key, "ABL1", "imatinib")
    assert "the model of the other tabs" in pair
    assert f"<td>{affinity:.2f}</td>" in pair
    saved = save_result(key)
    assert saved is not None
    path = tmp_path / saved["name"]
    path.write_bytes(base64.b64decode(saved["content"]))
    loaded = load_result(predictor, str(path), "ABL1", "imatinib")
    assert loaded.startswith('<p class="dta-finding">Loaded. On the')
    # Card and predictions are the same as before it was saved.
    assert card in loaded
    assert pair in loaded


@pytest.mark.usefixtures("few_epochs")
def test_a_stopped_run_keeps_what_is_done(predictor: Any) -> None:
    steps = build_run(predictor, HOME)(None, 1)
    key = next(key for key, words, *_ in steps if "Phase one" in words and "epoch 2" in words)
    steps.close()
    assert "Stopped. On the" in stop_run(key)
    assert "Stopped. On the" in draw_result(key)[0]
    run = RUNS.recall(key)
    assert run is not None
    assert run.result is not None
    assert run.result.card.readout_epochs == 2
    assert list(steps) == []


def test_a_run_that_was_stopped_at_once_leaves_nothing(predictor: Any) -> None:
    key = RUNS.keep(KeptRun())
    assert "nothing to keep" in stop_run(key)
    assert save_result(key) is None
    assert save_result(None) is None


def test_a_fault_of_a_table_is_said_and_stays(predictor: Any, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("protein,molecule,affinity\nCDK2,CCO,<b>\n")
    key, words, *_ = list(build_run(predictor, HOME)(str(table), 1))[-1]
    assert key is None
    assert 'role="alert"' in words
    assert "Line 2: The affinity" in words
    assert "<b>" not in words


def test_on_a_public_server_nobody_tunes(predictor: Any) -> None:
    _, words, *_ = list(build_run(predictor, PUBLIC)(None, 1))[-1]
    assert "off on this server" in words
    ids = {
        getattr(block, "elem_id", None)
        for block in build(predictor, examples=[], limits=PUBLIC).blocks.values()
    }
    assert "tuning-off" in ids
    assert not {"tuning-start", "step-measure"} & ids
    on = build(predictor, examples=[], limits=dataclasses.replace(PUBLIC, tuning_pairs=10))
    assert "tuning-start" in {getattr(block, "elem_id", None) for block in on.blocks.values()}


def test_another_file_is_refused_where_it_was_given(predictor: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"no such file")
    assert "no file of a tuned readout" in load_result(predictor, str(path), "", "")
    assert load_result(predictor, None, "", "") == ""


def test_boxes_that_cannot_be_read_are_another_matter(predictor: Any) -> None:
    estimate = estimate_pair(predictor)
    for protein, molecule in (("", "CCO"), ("XYZZY1", "CCO")):
        assert draw_pair_of_run(predictor, None, protein, molecule) == ""
        assert estimate("key", protein, molecule) == 0
    assert estimate(None, random_sequence(900), "CCO") == 0
    assert estimate("key", random_sequence(900), "CCO") >= 900


def test_old_runs_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    first = RUNS.keep(KeptRun())
    for _ in range(store.KEPT_RUNS):
        RUNS.keep(KeptRun())
    with pytest.raises(InputError, match="make room"):
        RUNS.recall(first)
    assert RUNS.recall(None) is None


POINTS = (
    TuningPoint("readout", 1, 2.0, 3.0),
    TuningPoint("readout", 2, 1.0, 2.5),
    TuningPoint("layers", 1, 0.5, 2.0),
)


def test_progress_is_said_with_losses_and_time() -> None:
    progress = TuningProgress("layers", 5, 20, POINTS, 3.5)
    words = say_progress(progress, 12.0)
    assert (
        "step 5 of 20, about 12 s left; training loss 0.50, left out 2.00, baseline 3.50" in words
    )
    assert 'aria-valuenow="40"' in words
    assert "left;" not in say_progress(TuningProgress("reading", 1, 2, (), 3.5), None)


def test_the_curves_are_the_losses_beside_the_baseline() -> None:
    figure = loss_curves(POINTS, 3.5)
    training, validation, baseline = figure.data
    assert list(training.y) == [2.0, 1.0, 0.5]
    assert list(validation.y) == [3.0, 2.5, 2.0]
    assert set(baseline.y) == {3.5}
    assert figure.layout.shapes[0].x0 == 2.5
    assert not loss_curves(POINTS[:2], 3.5).layout.shapes
