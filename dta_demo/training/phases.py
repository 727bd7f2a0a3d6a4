"""The two phases of training: a member on the frozen encoder, then both with its last layers."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from dta_demo.training.jobs import Job
from dta_demo.training.member import MemberTrainer, Network, TrainingTask
from dta_demo.training.pairs import Source
from dta_demo.training.preparation import Preparation
from dta_demo.training.settings import MemberSettings
from dta_demo.training.tuning import TuningTrainer, prepare_windows, unfreeze

COLD_EPOCH_FRACTIONS = (("kiba", 0.3), ("pkis2", 0.25))
"""Fraction of a dataset's batches that an epoch of a cold member takes: there are three times as
many of these members as of those that are released."""

TUNING_PROTEINS = 16
"""Proteins of a step of the second phase."""


def first_phase(prepared: Preparation, job: Job, drug_inputs: Tensor) -> MemberTrainer:
    """Trainer of a job's member on the frozen encoders, on every dataset.

    Parameters
    ----------
    drug_inputs : Tensor, shape (molecules, inputs)
        What the member reads of each molecule, by a drug encoder that the job may use.
    """
    sources = [
        source.take(prepared.cold_folds.split(job, source)[0]) for source in prepared.table.sources
    ]
    settings = prepared.settings.member
    if not job.is_released:
        settings = replace(settings, epoch_fractions=COLD_EPOCH_FRACTIONS)
    return MemberTrainer(_task(prepared, job.name, job.fold, sources, settings, drug_inputs))


def second_phase(
    prepared: Preparation, job: Job, drug_inputs: Tensor, trained: Network, layers: int
) -> TuningTrainer:
    """Trainer of a job's member and the encoder's last layers, on the first dataset.

    Parameters
    ----------
    trained : Network
        Result of the first phase.
    layers : int
        How many of the encoder's last layers to train.
    """
    encoder = copy.deepcopy(prepared.encoder)
    unfreeze(encoder, layers)
    first = prepared.table.sources[0]
    predicted = prepared.table.panels if prepared.settings.tuned_layers else [first]
    wanted = {int(number) for source in predicted for number in source.protein}
    windows = prepare_windows(encoder, prepared.table.proteins, wanted)
    settings = replace(
        prepared.settings.member,
        epochs=prepared.settings.tuning_epochs,
        batch_proteins=TUNING_PROTEINS,
        # A protein meets all molecules at once, so that an epoch runs it only once.
        batch_pairs=TUNING_PROTEINS * len(np.unique(first.drug)),
    )
    trained_on = first.take(prepared.cold_folds.split(job, first)[0])
    task = _task(prepared, f"tuned-{job.fold}", job.fold, [trained_on], settings, drug_inputs)
    return TuningTrainer(task, encoder, windows, trained)


def _task(
    prepared: Preparation,
    name: str,
    fold: int,
    sources: Sequence[Source],
    settings: MemberSettings,
    drug_inputs: Tensor,
) -> TrainingTask:
    """Task of a trainer whose folder has a name; the fold has a seed of its own."""
    return TrainingTask(
        config=prepared.config,
        settings=replace(settings, seed=settings.seed + fold),
        drug_inputs=drug_inputs,
        regions=prepared.regions,
        sources=[source for source in sources if len(source.affinity)],
        folder=prepared.settings.run / name,
        device=prepared.device,
    )
