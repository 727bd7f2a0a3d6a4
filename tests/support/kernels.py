"""A small kernel regression, with a panel of pKd alone or with displacement beside it."""

from __future__ import annotations

import numpy as np
import torch

from dta_demo.encoders.drug import DrugEncoder
from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_regression import KernelModel, KernelPrediction, KernelSettings
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.region import RESIDUE_CODES, ProteinRegion
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training.kernel_fit import Grid, KernelTrainer
from dta_demo.training.pairs import Source
from tests.support.tables import make_source

SMILES = ["CCO", "CCN", "c1ccccc1O", "CC(=O)Nc1ccccc1", "CCCCCCCCCCCCCC", "Cc1ccncc1"]
"""One has a fragment more often than is counted."""

BITS = 128
SETTINGS = KernelSettings(
    drug_power=1.5,
    embedding_weight=0.4,
    pocket_share=0.8,
    target_profile=0.4,
    drug_profile=0.5,
    constant=0.1,
    own=0.05,
    ridge=0.1,
    profile_ridge=0.1,
    components=4,
)


def make_region(seed: int, construct: Construct, pocket: bool = True) -> ProteinRegion:
    """Build a region of ten pocket positions, or without a pocket."""
    torch.manual_seed(seed)
    none = torch.full((10,), RESIDUE_CODES - 1)
    codes = torch.randint(0, 20, (10,)) if pocket else none
    return ProteinRegion(construct, torch.randn(20, 8), torch.randn(10, 8), codes)


REGIONS = [make_region(n, Construct(f"M{'A' * n}K")) for n in range(7)]
NEW = make_region(99, Construct("MNEW"))


def make_encoder(bits: int = BITS) -> DrugEncoder:
    """Build an untrained drug encoder; always the same."""
    torch.manual_seed(5)
    return DrugEncoder(output_dim=16, bits=bits, hidden_size=24, networks=2).eval()


def make_sources(measured: tuple[int, int] = (7, 6)) -> list[Source]:
    """Pairs of the first targets with the first drugs, and displacement of all other pairs."""
    random = np.random.default_rng(0)
    protein, drug = (index.ravel() for index in np.indices((7, 6)))
    affinity = 5 + random.random(7)[protein] + random.random(6)[drug] * 2
    whole = make_source(
        affinity, protein=protein, drug=drug, fold=random.integers(0, 2, len(affinity))
    )
    own = (protein < measured[0]) & (drug < measured[1])
    return [whole.take(own), whole.take(~own)] if not own.all() else [whole]


def make_trainer(measured: tuple[int, int] = (7, 6)) -> KernelTrainer:
    """Build the trainer of all targets and drugs, of which pKd was measured of the first."""
    counts = fingerprint_smiles(SMILES, BITS).counts
    grid = Grid.of(make_sources(measured), 5.0)
    embeddings = make_encoder().embed_counts(counts)
    panel = MeasuredPanel.of(REGIONS, SMILES, counts, embeddings, grid.measured)
    return KernelTrainer(SETTINGS, panel, grid)


def make_model(trainer: KernelTrainer) -> KernelModel:
    """Fit all pairs, and all but every other one as fold 0."""
    everything = np.ones(42, dtype=bool)
    targets, drugs = trainer.grid.measured
    folds = {0: trainer.fit(np.arange(42) % 2 == 0)[1][:targets, :drugs]}
    weights = np.array([0.8, 0.5, 0.4, 0.3, 0.2])
    fit, _ = trainer.fit(everything)
    return KernelModel(SETTINGS, trainer.panel, trainer.mean, fit, folds, weights)


def predict(
    model: KernelModel,
    regions: list[ProteinRegion] = REGIONS,
    smiles: list[str] = SMILES,
    fold: int = -1,
) -> KernelPrediction:
    """Predict every region with every molecule."""
    counts = fingerprint_smiles(smiles, BITS).counts
    embeddings = make_encoder().embed_counts(counts)
    return model.predict(regions, model.compare_drugs(smiles, counts, embeddings), fold)
