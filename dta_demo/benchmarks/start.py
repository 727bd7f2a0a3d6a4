"""Seconds until the page and the command line answer, against importing their libraries."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from dta_demo.benchmarks.app_process import ROOT, run_app
from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein, molecules

ROUNDS = 7
IMPORTS = "import torch, gradio; from transformers import EsmModel; print('imported', flush=True)"
AGAINST = "a process that only imports torch, gradio and transformers' EsmModel"
HELP_SECONDS = 0.3


def measure(settings: Settings) -> Iterator[Outcome]:
    """Start each of them in turn, and compare medians; a first round is not counted.

    The clock stops for the page at the end of its HTML, which the app serves only once its model
    is loaded; for a command at the first line of its answer; for the libraries when they are
    imported. The time that a process takes to end is in none of them.
    """
    seconds = _start_in_turn(1 if settings.quick else ROUNDS, warm_up=0 if settings.quick else 1)
    imports = seconds["imports"]
    yield Figure("first page of `python app.py`", seconds["page"], imports, "s", AGAINST, 1.3)
    yield Figure("`python -m dta_demo --help`", seconds["help"], HELP_SECONDS, "s", "a bound", 1)
    yield Figure("`python -m dta_demo predict`, cold", seconds["predict"], imports, "s", AGAINST)


def _start_in_turn(rounds: int, warm_up: int) -> dict[str, float]:
    """Median seconds of each."""
    pair = ("--protein", fresh_protein(500, 0), "--smiles", molecules()[0])
    starts: dict[str, Callable[[], float]] = {
        "page": _seconds_to_page,
        "imports": partial(_seconds_to_answer, "-c", IMPORTS),
        "predict": partial(_seconds_to_answer, "-m", "dta_demo", "predict", *pair),
        "help": partial(_seconds_to_answer, "-m", "dta_demo", "--help"),
    }
    taken = [[start() for start in starts.values()] for _ in range(warm_up + rounds)]
    return dict(zip(starts, np.median(taken[warm_up:], axis=0).tolist(), strict=True))


def _seconds_to_page() -> float:
    with run_app() as app:
        return app.seconds


def _seconds_to_answer(*arguments: str) -> float:
    """Time a fresh Python process from its start to the first line that it writes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "GRADIO_ANALYTICS_ENABLED": "False"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    passed = time.perf_counter() - start
    _, complaint = process.communicate()
    if not line:
        raise RuntimeError(f"There was no answer: {complaint.decode()[-2000:]}")
    return passed
