"""Preparation of a training run: data, folds, kinase profile, encoded proteins, configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import EsmModel

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.encoders.devices import resolve_device
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import load_esm
from dta_demo.evaluation.folds import fold_digest
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.model.config import DTAConfig
from dta_demo.model.labels import LABELS
from dta_demo.model.region import ProteinRegion
from dta_demo.training.frozen import encode_regions
from dta_demo.training.jobs import ColdFolds
from dta_demo.training.pairs import PairTable, Source, build_table
from dta_demo.training.profile import build_profile, pocket_columns
from dta_demo.training.settings import RecipeSettings

PROFILE_FILE = "kinase.hmm"


@dataclass(frozen=True)
class Preparation:
    """Everything that members are trained from, and that the record tells of the data.

    Attributes
    ----------
    table : PairTable
        Proteins, molecules and pairs of all datasets.
    cold_folds : ColdFolds
        Folds of the cold splits.
    floors : dict of str to (float or None)
        Floor of each dataset's label.
    not_applied : dict of str to str
        Targets whose named mutations could not be applied, and why.
    fold_digests : dict of str to dict
        For each dataset the digest of every fold that a released member leaves out.
    encoder : MemoryOptimizedESMEncoder
        Frozen; its weights rounded as the checkpoint will hold them.
    regions : list of ProteinRegion
        The region of each protein of the table.
    config : DTAConfig
        Configuration of the released model.
    """

    settings: RecipeSettings
    device: torch.device
    table: PairTable
    cold_folds: ColdFolds
    floors: dict[str, float | None]
    not_applied: dict[str, str]
    fold_digests: dict[str, dict[str, str]]
    profile: KinaseProfile
    encoder: MemoryOptimizedESMEncoder
    regions: list[ProteinRegion]
    config: DTAConfig


def prepare(settings: RecipeSettings) -> Preparation:
    """Read the data and encode its proteins, or take them from the run's cache.

    Raises
    ------
    ValueError
        When the encoder is to be tuned and more than one fold left out.
    DataError
        When a dataset cannot be read.
    """
    if settings.tuned_layers and len(settings.folds) != 1:
        raise ValueError("A tuned encoder can leave only one fold out: name it with --folds.")
    datasets = [load_training_pairs(folder, settings.sample) for folder in settings.data]
    table = build_table(datasets)
    device = resolve_device(settings.device)
    settings.save()
    profile = load_or_build_profile(table, settings.run)
    esm = _round_to_half(load_esm(settings.encoder)[0])
    encoder = MemoryOptimizedESMEncoder.from_esm(esm, pooling_strategy=None, device=device)
    return Preparation(
        settings=settings,
        device=device,
        table=table,
        cold_folds=ColdFolds.of(table),
        floors={data.name: data.floor for data in datasets},
        not_applied=_list_not_applied(datasets),
        fold_digests={
            data.name: {str(fold): fold_digest(data, fold) for fold in settings.folds}
            for data in datasets
        },
        profile=profile,
        encoder=encoder,
        regions=encode_regions(encoder, profile, table.proteins, pocket_columns(), settings.run),
        config=_configure(settings, table.sources, esm),
    )


def load_training_pairs(folder: Path, sample: float) -> AffinityData:
    """Read a dataset without its published test fold, or an even sample of it."""
    data = load_affinities(folder)
    data = data.take(~data.is_test)
    if sample >= 1:
        return data
    return data.take(np.arange(len(data)) % round(1 / sample) == 0).without_unused()


def load_or_build_profile(table: PairTable, run: Path) -> KinaseProfile:
    """Read the kinase profile from the run's folder, where it is built the first time."""
    path = run / PROFILE_FILE
    if not path.exists():
        build_profile(protein.sequence for protein in table.proteins).save(path)
    return KinaseProfile.load(path)


def _list_not_applied(datasets: Sequence[AffinityData]) -> dict[str, str]:
    return {
        target.name: target.not_applied
        for data in datasets
        for target in data.targets
        if target.not_applied
    }


def _configure(settings: RecipeSettings, sources: Sequence[Source], esm: EsmModel) -> DTAConfig:
    return DTAConfig(
        # Where the encoder came from on this machine is nobody else's business.
        esm={**esm.config.to_dict(), "_name_or_path": ""},
        pocket_columns=pocket_columns(),
        label_mean=_average_labels(sources),
        tuned_layers=settings.tuned_layers,
        member_records=[
            {"left_out_fold": fold, "seed": settings.member.seed + fold} for fold in settings.folds
        ],
    )


def _average_labels(sources: Sequence[Source]) -> dict[str, float]:
    """Mean of each label, over the first dataset that has it."""
    means = dict.fromkeys(LABELS, 0.0)
    for source in reversed(sources):
        means[LABELS[source.label]] = round(float(source.affinity.mean()), 4)
    return means


def _round_to_half(esm: EsmModel) -> EsmModel:
    """Round the weights as the checkpoint will hold them, so that training sees the same."""
    with torch.no_grad():
        for parameter in esm.parameters():
            parameter.copy_(parameter.half().float())
    return esm
