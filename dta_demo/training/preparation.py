"""Preparation of a training run: data, folds, kinase profile, encoded proteins, configuration."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import EsmModel

from dta_demo.data.affinities import AffinityData, DataError, load_affinities
from dta_demo.data.files import read_text
from dta_demo.encoders.devices import resolve_device
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import load_esm
from dta_demo.evaluation.folds import fold_digest
from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.model.config import DTAConfig
from dta_demo.model.labels import LABELS
from dta_demo.model.region import ProteinRegion
from dta_demo.training.frozen import encode_regions
from dta_demo.training.jobs import ColdFolds
from dta_demo.training.molecule_sources import ACTIVITY, read_molecule_sources
from dta_demo.training.molecules import MoleculeSource
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
    molecules : list of MoleculeSource
        What the drug encoder learns from.
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
    molecules: list[MoleculeSource]
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
    panels = [data for data in datasets if data.label in LABELS]
    paired = [data for data in datasets if data.label != ACTIVITY]
    device = resolve_device(settings.device)
    settings.save()
    profile = load_or_build_profile(paired, settings.run)
    table = build_table(paired, profile, load_kinome(settings.kinome))
    cold_folds = ColdFolds.of(table)
    esm = _round_to_half(load_esm(settings.encoder)[0])
    encoder = MemoryOptimizedESMEncoder.from_esm(esm, pooling_strategy=None, device=device)
    config = _configure(settings, table.sources, esm)
    return Preparation(
        settings=settings,
        device=device,
        table=table,
        cold_folds=cold_folds,
        molecules=read_molecule_sources(
            [data for data in datasets if data not in panels],
            panels,
            table,
            cold_folds,
            config.fingerprint_bits,
        ),
        floors={data.name: data.floor for data in datasets},
        not_applied=_list_not_applied(panels, table),
        fold_digests={
            data.name: {str(fold): fold_digest(data, fold) for fold in settings.folds}
            for data in panels
        },
        profile=profile,
        encoder=encoder,
        regions=encode_regions(encoder, table.proteins, pocket_columns(), settings.run),
        config=config,
    )


def load_kinome(path: Path | None) -> Kinome | None:
    """Read whole kinases from a CSV file with a column ``sequence``; None for None.

    Raises
    ------
    DataError
        When the file cannot be read or has no such column.
    """
    if path is None:
        return None
    with io.StringIO(read_text(path), newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "sequence" not in rows[0]:
        raise DataError(f"{path} has no column 'sequence'.")
    return Kinome([row["sequence"] for row in rows])


def load_training_pairs(folder: Path, sample: float) -> AffinityData:
    """Read a dataset without its published test fold, or an even sample of it."""
    data = load_affinities(folder)
    data = data.take(~data.is_test)
    if sample >= 1:
        return data
    return data.take(np.arange(len(data)) % round(1 / sample) == 0).without_unused()


def load_or_build_profile(datasets: Sequence[AffinityData], run: Path) -> KinaseProfile:
    """Read the kinase profile from the run's folder, where it is built the first time."""
    path = run / PROFILE_FILE
    if not path.exists():
        build_profile(target.sequence for data in datasets for target in data.targets).save(path)
    return KinaseProfile.load(path)


def _list_not_applied(datasets: Sequence[AffinityData], table: PairTable) -> dict[str, str]:
    """Mutations that no sequence took, a dataset's own or that of the whole kinase."""
    own = {name for kinase in table.proteins if not kinase.is_wild_type for name in kinase.names}
    return {
        target.name: target.not_applied
        for data in datasets
        for target in data.targets
        if target.not_applied and target.name not in own
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
    for source in reversed([source for source in sources if not source.auxiliary]):
        means[LABELS[source.label]] = round(float(source.affinity.mean()), 4)
    return means


def _round_to_half(esm: EsmModel) -> EsmModel:
    """Round the weights as the checkpoint will hold them, so that training sees the same."""
    with torch.no_grad():
        for parameter in esm.parameters():
            parameter.copy_(parameter.half().float())
    return esm
