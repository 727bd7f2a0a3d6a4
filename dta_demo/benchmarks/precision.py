"""Protein encoder in bfloat16 against float32: time, and change of the predictions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.encoders.devices import has_fast_bfloat16
from dta_demo.evaluation.metrics import concordance_index
from dta_demo.evaluation.prediction import encode_targets, predict_folds
from dta_demo.predictor.predictor import AffinityPredictor

RESIDUES, ROUNDS = 1022, 15
QUICK_RESIDUES, QUICK_ROUNDS, QUICK_TARGETS = 130, 2, 5
FOLD = 0

MOST_CHANGED, CI_CHANGED = 0.02, 0.001
"""Largest change of a prediction, in pKd, and of the concordance index, that is allowed."""


def measure_precision(predictor: AffinityPredictor, settings: Settings) -> Iterator[Outcome]:
    """Compare bfloat16 with float32: time of a pass, and predictions of a left-out Davis fold."""
    if not has_fast_bfloat16(predictor.encoder.device):
        yield NotMeasured("bfloat16", "this device has no instructions that make it faster")
        return
    encoder = predictor.encoder
    residues = QUICK_RESIDUES if settings.quick else RESIDUES

    def read(number: int, precision: torch.dtype) -> None:
        encoder.precision = precision
        encoder.encode_residues([fresh_protein(residues, number)])

    seconds = time_side_by_side(
        {
            "float32": lambda number: read(number, torch.float32),
            "bfloat16": lambda number: read(number, torch.bfloat16),
        },
        QUICK_ROUNDS if settings.quick else ROUNDS,
    )
    encoder.precision = torch.float32
    half, single = (float(np.median(seconds[name])) for name in ("bfloat16", "float32"))
    yield Figure(f"encoder in bfloat16, {residues:,} residues", half, single, "s", "in float32", 1)
    if settings.data is None:
        yield NotMeasured(
            "predictions in bfloat16", "name the folder of the Davis data with --data"
        )
        return
    yield from _compare_predictions(predictor, _fold(settings))


def _fold(settings: Settings) -> AffinityData:
    assert settings.data is not None
    whole = load_affinities(settings.data)
    targets = QUICK_TARGETS if settings.quick else len(whole.targets)
    return whole.take((whole.fold == FOLD) & (whole.target_index < targets))


def _compare_predictions(predictor: AffinityPredictor, data: AffinityData) -> Iterator[Figure]:
    predicted = {}
    for precision in (torch.float32, torch.bfloat16):
        predictor.encoder.precision = precision
        predicted[precision] = predict_folds(
            predictor, data, encode_targets(predictor, data), (FOLD,)
        )
    predictor.encoder.precision = torch.float32
    changed = np.abs(predicted[torch.bfloat16] - predicted[torch.float32]).max()
    what = f"in bfloat16, {len(data):,} pairs of Davis fold {FOLD}"
    yield Figure(
        f"most that a prediction changes {what}", float(changed), MOST_CHANGED, "pKd", "a bound", 1
    )
    single, half = (concordance_index(data.affinity, values) for values in predicted.values())
    yield Figure(
        f"change of the concordance index {what}", abs(half - single), CI_CHANGED, "", "a bound", 1
    )
