"""A loaded checkpoint on its device: networks, kernel regression, kinase profile and trust."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from dta_demo.checkpoint.reading import load_known, load_profile, load_record
from dta_demo.checkpoint.seal import check_seal
from dta_demo.encoders.devices import has_fast_bfloat16, resolve_device
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KNOWN_KINASES, KnownKinases
from dta_demo.model.ensemble import AffinityEnsemble
from dta_demo.model.labels import LABELS, PKD
from dta_demo.runtime.jobs import TurnLock
from dta_demo.trust.assessment import Trust

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class LoadedModel:
    """Everything that was read from one checkpoint, and the lock around the model.

    Attributes
    ----------
    folder : Path
        Where the checkpoint lies.
    digest : str
        SHA-256 of its sealed configuration: what makes two checkpoints the same.
    profile : KinaseProfile
        Finds kinase domains and aligns their pockets.
    known : KnownKinases
        The kinases that were measured, among which a given one is recognised.
    record : dict
        What training wrote down: data, folds, errors in cross-validation.
    lock : TurnLock
        Held while the model runs.
    """

    folder: Path
    digest: str
    ensemble: AffinityEnsemble
    profile: KinaseProfile
    known: KnownKinases
    trust: Trust
    record: dict[str, Any]
    lock: TurnLock = field(default_factory=TurnLock)

    @property
    def encoder(self) -> MemoryOptimizedESMEncoder:
        """The protein encoder."""
        return self.ensemble.model.encoder

    @property
    def pocket_columns(self) -> list[int]:
        """Columns of the kinase profile whose residues line the binding pocket."""
        return self.ensemble.model.config.pocket_columns

    @property
    def floor(self) -> float:
        """Lowest pKd that the training data measured."""
        return self.ensemble.model.config.floor

    @property
    def identity(self) -> Hashable:
        """Key by which results of two loaded models are told apart."""
        encoder = self.encoder
        return (self.digest, self.ensemble.model.dtype, encoder.precision, encoder.device)


def load_model(folder: Path, device: str | torch.device, precision: str) -> LoadedModel:
    """Load a checkpoint, for inference.

    Parameters
    ----------
    precision : {"float32", "bfloat16"}
        Of the protein encoder.

    Raises
    ------
    FileNotFoundError
        When the folder holds no checkpoint.
    ValueError
        When the device is not there, bfloat16 would not be faster on it, or the checkpoint is not
        as it was sealed or holds what cannot be used (`CheckpointError`).
    """
    place = resolve_device(device)
    if precision not in PRECISIONS:
        raise ValueError(f"The precision must be one of {', '.join(PRECISIONS)}.")
    if precision == "bfloat16" and not has_fast_bfloat16(place):
        raise ValueError(
            f"bfloat16 is not faster on this {place.type}: leave the precision at float32."
        )
    digest = check_seal(folder)
    ensemble = AffinityEnsemble.load(folder)
    model = ensemble.model
    torch.nn.Module.to(model, place)
    model.encoder.precision = PRECISIONS[precision]
    profile = load_profile(folder / "kinase.hmm", model.config.pocket_columns)
    return LoadedModel(
        folder=folder,
        digest=digest,
        ensemble=ensemble,
        profile=profile,
        known=load_known(folder / KNOWN_KINASES, profile),
        trust=Trust.load(folder, model.config.esm["hidden_size"], LABELS[PKD]),
        record=load_record(folder / "training.json"),
    )
