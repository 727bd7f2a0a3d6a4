"""Epochs of training on Davis, with the encoder frozen and with its last layers training."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from torch import nn

from dta_demo.benchmarks.plain_tuning import PlainTuningTrainer
from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome, Settings
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.data.affinities import load_affinities
from dta_demo.encoders.devices import MemoryMeter
from dta_demo.evaluation.splits import FOLDS
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.group import Group
from dta_demo.training.batches import shuffled_batches
from dta_demo.training.drug_encoders import DrugEncoders
from dta_demo.training.jobs import Job
from dta_demo.training.member import MemberTrainer
from dta_demo.training.phases import first_phase, second_phase
from dta_demo.training.preparation import Preparation, prepare
from dta_demo.training.settings import MemberSettings, RecipeSettings
from dta_demo.training.tuning import TuningTrainer

FROZEN_SECONDS = 3.0
TUNED_SECONDS = 240.0
"""Bounds of an epoch, on two processor cores."""

TUNED_LAYERS = 4

FROZEN_EPOCHS = 3
"""Epochs with the encoder frozen, short enough that one can be disturbed: the fastest counts."""

QUICK_PAIRS = 32
"""Pairs that a quick run trains on."""

ALL_PAIRS = Job(Group.SEEN, FOLDS)
"""Leaves out a fold that no pair is in."""

GIGABYTE = 1e9

Result = TypeVar("Result")


def measure(settings: Settings) -> Iterator[Outcome]:
    """Measure an epoch of both phases of training, and a step of the second beside a plain one.

    Data that are read and encoded once for all epochs have a figure of their own.
    """
    if settings.data is None:
        reason = "name the folder of the Davis data with --data"
        yield NotMeasured("an epoch of training on Davis", reason)
        return
    with TemporaryDirectory() as folder:
        prepared, set_up = timed(lambda: prepare_run(settings, Path(folder)))
        inputs = DrugEncoders(prepared).inputs()
        trainer = first_phase(prepared, ALL_PAIRS, inputs)
        network = trainer.run()
        seconds = fastest_epoch(trainer)
        yield epoch_figure("encoder frozen", trainer, seconds, FROZEN_SECONDS, settings.quick)
        yield set_up_figure("data, profile, embeddings of all proteins", set_up, seconds)

        tuner, set_up = timed(
            lambda: second_phase(prepared, ALL_PAIRS, inputs, network, TUNED_LAYERS)
        )
        meter = MemoryMeter(prepared.device)
        tuner.run()
        seconds, peak = fastest_epoch(tuner), meter.read().total
        phase = f"last {TUNED_LAYERS} layers unfrozen"
        yield epoch_figure(phase, tuner, seconds, TUNED_SECONDS, settings.quick)
        yield set_up_figure("output of the layers below", set_up, seconds)
        yield from compare_with_plain(tuner, phase, peak, rounds=1 if settings.quick else 3)


def prepare_run(settings: Settings, folder: Path) -> Preparation:
    """Prepare a run of training with the checkpoint's encoder."""
    assert settings.data is not None
    encoder = AffinityPredictor.load(settings.checkpoint, "cpu").encoder
    encoder.esm.save_pretrained(folder / "encoder")
    fraction = QUICK_PAIRS / len(load_affinities(settings.data)) if settings.quick else 1.0
    return prepare(
        RecipeSettings(
            data=(settings.data,),
            encoder=str(folder / "encoder"),
            run=folder / "run",
            output=folder / "checkpoint",
            member=MemberSettings(epochs=1 if settings.quick else FROZEN_EPOCHS),
            tuning_epochs=1,
            device=settings.device,
            sample=fraction,
        )
    )


def fastest_epoch(trainer: MemberTrainer) -> float:
    """Read the seconds of the fastest epoch from a trainer's log."""
    log = (trainer.task.folder / "log.jsonl").read_text(encoding="utf-8")
    return min(json.loads(line)["seconds"] for line in log.splitlines())


def epoch_figure(
    phase: str, trainer: MemberTrainer, seconds: float, bound: float, quick: bool
) -> Figure:
    """Compare an epoch with its bound; nothing is asked of a quick run's few steps."""
    task = trainer.task
    pairs = sum(len(source.affinity) for source in task.sources)
    steps = len(list(shuffled_batches(task.sources, task.settings, 0)))
    epochs = task.settings.epochs
    whole = "an epoch" if epochs == 1 else f"the fastest of {epochs} epochs"
    extent = "a sample, not extrapolated to an epoch" if quick else whole
    what = f"{phase}: {extent} ({pairs} pairs, steps: {steps})"
    return Figure(what, seconds, bound, "s", "bound of an epoch", None if quick else 1.0)


def set_up_figure(what: str, seconds: float, epoch: float) -> Figure:
    """Compare the time of what is done once with that of an epoch as it was measured."""
    return Figure(f"once before the first epoch: {what}", seconds, epoch, "s", "an epoch, as run")


def compare_with_plain(
    tuner: TuningTrainer, phase: str, peak: int, rounds: int
) -> Iterator[Outcome]:
    """Compare with transformers' model run as it comes, on the proteins of one step.

    Parameters
    ----------
    peak : int
        Bytes held at the peak of an epoch of this demo.
    """
    source, rows = next(shuffled_batches(tuner.task.sources, tuner.task.settings, 0))
    tuner.network.train()

    def differentiate(trainer: TuningTrainer) -> None:
        tuner.network.zero_grad()
        trainer.loss(source, rows).backward()
        # As a step does; an accelerator has finished when the norm is there.
        nn.utils.clip_grad_norm_(tuner.network.parameters(), 1.0).item()

    plain = PlainTuningTrainer(tuner)
    meter = MemoryMeter(tuner.task.device)
    differentiate(plain)
    plain_peak = meter.read().total
    seconds = time_side_by_side(
        {"ours": lambda _: differentiate(tuner), "plain": lambda _: differentiate(plain)},
        rounds,
        warm_up=1,
    )
    ours, theirs = (float(seconds[name].min()) for name in ("ours", "plain"))
    against = "transformers' EsmModel, SDPA, all layers, one padded batch"
    yield Figure(f"{phase}: forward and backward of a step", ours, theirs, "s", against)
    yield Figure(
        f"{phase}: peak memory",
        peak / GIGABYTE,
        plain_peak / GIGABYTE,
        "GB",
        f"a step of {against}",
    )


def timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """Call a function; return its result and the seconds it took."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start
