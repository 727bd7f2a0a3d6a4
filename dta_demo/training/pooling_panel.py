"""The panel that poolings are compared on by themselves: proteins, molecules, pairs and folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dta_demo.evaluation.splits import FOLDS
from dta_demo.kinases.completion import complete_construct
from dta_demo.kinases.known import KnownKinases
from dta_demo.model.region import PRESENCE, RESIDUE_CODES
from dta_demo.results.group import Group
from dta_demo.training.drug_encoders import DrugEncoders
from dta_demo.training.jobs import Job
from dta_demo.training.preparation import Preparation, load_kinome, load_training_pairs
from dta_demo.training.readout_training import PairGrid

REGIONS = ("domain", "protein", "first200")
"""Regions that are pooled: the kinase domain read by itself, the whole protein in windows, and
its first 200 residues, which are what the encoder reads by default."""

FIRST_RESIDUES = 200
"""`max_length` of the encoder by default."""


@dataclass(frozen=True)
class PoolingPanel:
    """The first dataset of a run as a grid of proteins and molecules.

    Attributes
    ----------
    letters : dict of str to (list of str)
        What the encoder reads of each protein, by region.
    pocket : Tensor, shape (proteins, positions * codes)
        Letters at the positions of the pocket.
    grids : dict of Group to PairGrid
        With a network for each fold.
    drug_mean, drug_spread : Tensor, shape (channels,)
        By which the molecules' embeddings are standardised where no target is left out.
    """

    letters: dict[str, list[str]]
    pocket: Tensor
    grids: dict[Group, PairGrid]
    drug_mean: Tensor
    drug_spread: Tensor


def build_panel(prepared: Preparation) -> PoolingPanel:
    """Take the panel from what a run was trained on, with its folds and its drug encoders."""
    source = prepared.table.sources[0]
    proteins, protein = np.unique(source.protein, return_inverse=True)
    drugs, drug = np.unique(source.drug, return_inverse=True)
    shape = (len(proteins), len(drugs))
    floor = float(prepared.floors[source.name] or prepared.config.floor)

    def place(values: np.ndarray, missing: float) -> Tensor:
        grid = torch.full(shape, missing)
        grid[protein, drug] = torch.as_tensor(values, dtype=torch.float32)
        return grid

    encoders = DrugEncoders(prepared)
    affinity = place(source.affinity, floor)
    grids = {}
    for group in Group:
        jobs = [Job(group, fold) for fold in range(FOLDS)]
        splits = [prepared.cold_folds.split(job, source) for job in jobs]
        embedded = [encoders.embeddings(job.left_out_targets)[drugs] for job in jobs]
        train, test = (
            torch.stack([place(split[side], 0.0) for split in splits]) for side in (0, 1)
        )
        grids[group] = PairGrid(affinity, train, test, _standardise_drugs(embedded), floor)
    own = torch.from_numpy(encoders.embeddings()[drugs])
    return PoolingPanel(
        _read_letters(prepared, proteins),
        torch.stack([_flatten_codes(prepared.regions[number].pocket_codes) for number in proteins]),
        grids,
        own.mean(dim=0),
        own.std(dim=0),
    )


def _standardise_drugs(embedded: list[np.ndarray]) -> Tensor:
    """Standardise each channel over the molecules: (folds, molecules, channels)."""
    stacked = torch.stack([torch.from_numpy(each) for each in embedded]).float()
    return (stacked - stacked.mean(dim=1, keepdim=True)) / stacked.std(dim=1, keepdim=True)


def _flatten_codes(codes: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(codes, RESIDUE_CODES).flatten() * PRESENCE


def _read_letters(prepared: Preparation, proteins: np.ndarray) -> dict[str, list[str]]:
    """Letters of each protein by region; whole sequences are those of the data, or completed."""
    settings = prepared.settings
    targets = load_training_pairs(settings.data[0], settings.sample).targets
    kinome = load_kinome(settings.kinome)
    known, places = KnownKinases.collect(targets, prepared.profile, kinome)
    whole: dict[object, str] = {}
    for target, place in zip(targets, places, strict=True):
        construct = target.construct
        if kinome:
            construct = complete_construct(target, kinome, prepared.profile)
        whole.setdefault(known[place].form, construct.sequence)
    forms = [prepared.table.proteins[int(number)].form for number in proteins]
    sequences = [whole[form] for form in forms]
    return {
        "domain": [form.letters for form in forms],
        "protein": sequences,
        "first200": [sequence[:FIRST_RESIDUES] for sequence in sequences],
    }
