"""The fine-tuning of the encoder tab, in steps between which others have their turn."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.components.plot import PlotData
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.kinases.naming import read_protein
from dta_demo.results.tuning import LAYERS, TuningProgress
from dta_demo.runtime.limits import Limits
from dta_demo.training.tuned_readout import load_tuned
from dta_demo.training.tuning_demo import TuningDemo, TuningSettings
from dta_demo.training.tuning_pairs import (
    TuningPair,
    example_pairs,
    letters_read_by,
    most_pairs,
    read_table,
)
from dta_demo.ui.inspector.card import draw_card, draw_pair
from dta_demo.ui.inspector.descriptions import describe_losses
from dta_demo.ui.inspector.figures import loss_curves
from dta_demo.ui.inspector.store import RUNS, KeptRun
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download
from dta_demo.ui.shared.formatting import say_time
from dta_demo.ui.shared.view import plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import inspector as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

TURN_SECONDS = 0.5
"""Time of one turn of a run, before it shows how far it has come and others have theirs."""

STAGE_SHARES = {"reading": (0.0, 0.1), "readout": (0.1, 0.1), "layers": (0.2, 0.8)}
"""Where each stage begins on the bar, and its part of it."""

FILE_NAME = "tuned_readout.safetensors"

Drawn = tuple[Any, ...]


def build_run(
    predictor: AffinityPredictor, limits: Limits
) -> Callable[..., Generator[Drawn, None, None]]:
    """Make the function that tunes on what is given, for `Lanes.stepper`."""

    def tune(table: str | None, layers: int) -> Generator[Drawn, None, None]:
        """Yield the key of the run, the line that says how far it has come, and the curves.

        What cannot be read is said in that line, where it stays.
        """
        key = None
        try:
            yield key, cards.note([text.STARTING]), gr.skip(), gr.skip()
            pairs = _read_pairs(predictor, limits, table)
            demo = TuningDemo(predictor.encoder.esm, pairs, TuningSettings(layers=int(layers)))
            run = KeptRun()
            key = RUNS.keep(run)
            for drawn in _run(predictor, demo, run):
                yield key, *drawn
        except InputError as error:
            yield key, cards.note([str(error)], kind="error"), gr.skip(), gr.skip()

    return tune


def _read_pairs(
    predictor: AffinityPredictor, limits: Limits, table: str | None
) -> list[TuningPair]:
    most = most_pairs(limits)
    if not most:
        raise InputError(text.TUNING_OFF)
    letters = letters_read_by(predictor)
    if table is None:
        return example_pairs(letters)
    return read_table(Path(table), letters, most)  # Gradio's, of a file that was uploaded.


def _run(predictor: AffinityPredictor, demo: TuningDemo, run: KeptRun) -> Iterator[Drawn]:
    """Run all steps, some in each turn: the status, the column of the curves, and the curves."""
    steps = demo.steps()
    shown, pace = 0, _Pace()
    while progress := _take_turn(predictor, steps):
        run.progress, run.result = progress, demo.result()
        words = say_progress(progress, pace.left(progress))
        if len(progress.points) == shown:
            yield words, gr.skip(), gr.skip()
            continue
        shown = len(progress.points)
        yield words, gr.Column(visible=True), draw_losses(progress)


def draw_losses(progress: TuningProgress) -> PlotData:
    """Draw the losses so far, with their description."""
    losses = progress.points, progress.baseline
    return plot_value(loss_curves(*losses), describe_losses(*losses))


class _Pace:
    """Time that is left of phase two, which takes most of a run, from its steps so far."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def left(self, progress: TuningProgress) -> float | None:
        """Seconds that are left; None where it is too early to tell."""
        if progress.stage != LAYERS:
            return None
        now = time.monotonic()
        if self._first is None:
            self._first = now, progress.done
        began, before = self._first
        if progress.done == before:
            return None
        return (now - began) * (progress.total - progress.done) / (progress.done - before)


def _take_turn(
    predictor: AffinityPredictor, steps: Iterator[TuningProgress]
) -> TuningProgress | None:
    """Run steps for some time; each holds the model, so that others do not wait for the cores."""
    end, last = time.monotonic() + TURN_SECONDS, None
    while last is None or time.monotonic() < end:
        with predictor.hold_model():
            progress = next(steps, None)
        if progress is None:
            break
        last = progress
    return last


def say_progress(progress: TuningProgress, left: float | None) -> Markup:
    """Draw how far a run has come, and say how many seconds are left where that is known."""
    words = text.STAGES[progress.stage].format(done=progress.done, total=progress.total)
    if left is not None:
        words += text.LEFT.format(left=shared_text.LEFT.format(seconds=say_time(left)))
    if progress.points:
        last = progress.points[-1]
        words += text.LOSSES.format(
            training=last.training, validation=last.validation, baseline=progress.baseline
        )
    start, share = STAGE_SHARES[progress.stage]
    return cards.progress_bar(start + share * progress.done / progress.total, words, text.TAB)


def stop_run(key: str | None) -> Markup:
    """Note that a run was stopped, and say what is kept of it."""
    run = RUNS.recall(key)
    if run is None or run.result is None:
        return cards.placeholder(text.STOPPED_EARLY)
    run.is_stopped = True
    return cards.finding(text.STOPPED.format(summary=run.result.card.summary))


def draw_result(key: str | None) -> tuple[Any, ...]:
    """Draw what came of a run: status, curves in their column, card, and what can be saved.

    What was shown last stays where nothing came of it.
    """
    run = RUNS.recall(key)
    if run is None or run.result is None or run.progress is None:
        return (*(gr.skip() for _ in range(3)), Markup(), gr.Column(visible=False))
    summary = run.result.card.summary
    words = text.STOPPED.format(summary=summary) if run.is_stopped else summary
    return (
        cards.finding(words),
        gr.Column(visible=True),
        draw_losses(run.progress),
        draw_card(run.result),
        gr.Column(visible=True),
    )


def draw_pair_of_run(
    predictor: AffinityPredictor, key: str | None, protein: str, molecule: str
) -> Markup:
    """Tabulate what a run predicts for the pair in the boxes, where there is one."""
    run = RUNS.recall(key)
    if run is None or run.result is None:
        return Markup()
    try:
        return draw_pair(predictor, run.result, protein, molecule)
    except InputError:  # The boxes are another matter than the run.
        return Markup()


def estimate_pair(
    predictor: AffinityPredictor,
) -> Callable[[str | None, str, str], int]:
    """Make the estimate of the work of predicting the pair in the boxes."""
    work = WorkEstimate(predictor)

    def estimate(source: str | None, protein: str, molecule: str) -> int:
        if source is None or not protein.strip():
            return 0
        try:
            return work.encoding(read_protein(protein))
        except InputError:
            return 0

    return estimate


def save_result(key: str | None) -> Download | None:
    """Write the file of a run."""
    run = RUNS.recall(key)
    if run is None or run.result is None:
        return None
    return {
        "name": FILE_NAME,
        "type": "application/octet-stream",
        "content": base64.b64encode(run.result.to_bytes()).decode(),
        "is_base64": True,
    }


def load_result(
    predictor: AffinityPredictor, upload: str | None, protein: str, molecule: str
) -> Markup:
    """Load a file that was saved, and show its card and what it predicts for the pair."""
    if upload is None:
        return Markup()
    try:
        tuned = load_tuned(Path(upload), predictor.encoder.esm)
        pair = draw_pair(predictor, tuned, protein, molecule)
    except InputError as error:
        return cards.note([str(error)], kind="error")
    loaded = cards.finding(text.LOADED.format(summary=tuned.card.summary))
    return Markup("{}{}{}").format(loaded, draw_card(tuned), pair)
