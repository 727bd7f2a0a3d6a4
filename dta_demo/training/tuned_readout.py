"""A tuned readout with its tuned layers: predictions, and a file that is checked on loading."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor
from transformers import EsmModel

from dta_demo.encoders.inspection import copy_shapes
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import quote
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.results.tuning import LAYERS, NOTE, READOUT, TuningCard, TuningPoint
from dta_demo.runtime.machine import read_versions
from dta_demo.training.pair_readout import CHANNELS, FINGERPRINT_BITS, PairReadout
from dta_demo.training.tuning_pairs import MAX_LETTERS, SplitPairs

FORMAT = "dta_demo tuned readout 1"

MAX_LAYER_BYTES = 60_000_000
"""Largest size of the tuned layers in half precision: all of the bundled encoder takes 15 MB."""

MAX_FILE_BYTES = MAX_LAYER_BYTES + 4_000_000

MAX_CARD_CHARACTERS = 20_000


@dataclass(frozen=True)
class TunedReadout:
    """What a run left.

    Attributes
    ----------
    weights : dict of str to Tensor
        ``readout.…`` of phase one, ``layers.readout.…`` of phase two, both float32 with the
        encoder's projection, and ``layers.esm.…``, the tuned layers as float16.
    """

    card: TuningCard
    weights: Mapping[str, Tensor]

    @property
    def phases(self) -> tuple[str, ...]:
        """Phases that were run."""
        return (READOUT, LAYERS) if self.card.layers else (READOUT,)

    @torch.no_grad()
    def predict(self, esm: EsmModel, pairs: Sequence[tuple[str, str]], phase: str) -> np.ndarray:
        """Predict pKd of pairs of the letters of a protein and a canonical SMILES: (pairs,).

        Parameters
        ----------
        esm : EsmModel
            The encoder that was tuned; is copied.
        phase : {"readout", "layers"}
            Whose readout predicts.
        """
        encoder = MemoryOptimizedESMEncoder.from_esm(
            copy.deepcopy(esm), output_dim=CHANNELS, pooling_strategy="mean", dropout=0.0,
            max_length=MAX_LETTERS,
        ).eval()  # fmt: skip
        prefix = f"{LAYERS}.esm."
        if phase == LAYERS:
            tuned = take(self.weights, prefix)
            encoder.esm.load_state_dict({name: each.float() for name, each in tuned.items()}, False)
        readout = PairReadout()
        known = take(self.weights, _prefix(phase))
        readout.load_state_dict(take(known, "pair."))
        assert encoder.projection is not None
        encoder.projection.load_state_dict(take(known, "projection."))
        encoder.to(esm.device)
        readout.to(esm.device)
        counts = fingerprint_smiles([smiles for _, smiles in pairs], FINGERPRINT_BITS).counts
        # One at a time: in a call of many, proteins would be cut to a percentile of the lengths.
        vectors = torch.cat([encoder([letters]) for letters, _ in pairs])
        read = readout(vectors, torch.from_numpy(counts).to(esm.device))
        return np.asarray(read.cpu().numpy())

    def to_bytes(self) -> bytes:
        """Write a safetensors file with the card in its metadata."""
        metadata = {"format": FORMAT, "card": json.dumps(self.card.to_dict()), "note": NOTE}
        return save({name: each.contiguous() for name, each in self.weights.items()}, metadata)


def take(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Tensors under a prefix, without it."""
    return {
        name.removeprefix(prefix): each for name, each in weights.items() if name.startswith(prefix)
    }


def _prefix(phase: str) -> str:
    return f"{READOUT}." if phase == READOUT else f"{LAYERS}.readout."


def copy_readout(
    encoder: MemoryOptimizedESMEncoder, readout: PairReadout, phase: str
) -> dict[str, Tensor]:
    """Copy the weights of a readout and of the encoder's projection, by their names in a file."""
    assert encoder.projection is not None
    parts = {"projection": encoder.projection, "pair": readout}
    return {
        f"{_prefix(phase)}{part}.{name}": weights.detach().cpu().clone()
        for part, module in parts.items()
        for name, weights in module.state_dict().items()
    }


def copy_layers(esm: EsmModel) -> dict[str, Tensor]:
    """Copy the layers that train as float16, by their names in a file."""
    return {
        f"{LAYERS}.esm.{name}": weights.detach().half().cpu()
        for name, weights in esm.named_parameters()
        if weights.requires_grad
    }


# --- The card -----------------------------------------------------------------------------------


def make_card(
    split: SplitPairs,
    points: Sequence[TuningPoint],
    predicted: Sequence[float],
    mean: float,
    **made: Any,
) -> TuningCard:
    """Write the card of a run.

    Parameters
    ----------
    predicted : sequence of float
        Of the validation pairs, after the last epoch.
    mean : float
        Mean of the training pairs, the baseline.
    **made
        The card's ``seed``, ``layers``, ``cut``, ``checkpointed`` and ``encoder``.
    """
    gains: dict[str, list[float]] = {}
    for pair, value in zip(split.validation, predicted, strict=True):
        gain = (pair.affinity - mean) ** 2 - (pair.affinity - value) ** 2
        gains.setdefault(split.group(pair), []).append(gain)
    by_group = np.array([np.mean(each) for each in gains.values()])
    # Of a single group nothing can be told: its error is taken to be as large as the gain.
    error = abs(by_group[0])
    if len(by_group) > 1:
        error = by_group.std(ddof=1) / len(by_group) ** 0.5
    last = {point.phase: point for point in points}
    return TuningCard(
        pairs=len(split.training) + len(split.validation),
        training_pairs=len(split.training),
        validation_pairs=len(split.validation),
        left_out=split.left_out,
        groups=len(by_group),
        readout_epochs=sum(point.phase == READOUT for point in points),
        layer_epochs=sum(point.phase == LAYERS for point in points),
        baseline=float(np.mean([(pair.affinity - mean) ** 2 for pair in split.validation])),
        losses={
            phase: {"training": point.training, "validation": point.validation}
            for phase, point in last.items()
        },
        gain=float(by_group.mean()),
        gain_error=float(error),
        versions=read_versions(),
        **made,
    )


def digest_encoder(esm: EsmModel) -> str:
    """SHA-256 of the encoder's weights."""
    digest = hashlib.sha256()
    for name, weights in esm.named_parameters():
        digest.update(name.encode())
        digest.update(weights.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()


# --- Loading ------------------------------------------------------------------------------------

NO_SUCH_FILE = "This is no file of a tuned readout: give one that was saved here."


def load_tuned(path: Path, esm: EsmModel) -> TunedReadout:
    """Load a file of `TunedReadout.to_bytes`.

    Parameters
    ----------
    esm : EsmModel
        The encoder that it was tuned from.

    Raises
    ------
    InputError
        When it is no such file, too large, was made with another encoder, or holds tensors of
        other names, shapes or types, or values that are not finite.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(
                f"The file has more than {MAX_FILE_BYTES // 10**6} MB, which no tuned readout has."
            )
        with safe_open(path, "pt") as file:
            card = _read_card(file.metadata() or {}, esm)
            wanted = _expect(card.layers, esm)
            if set(file.keys()) != set(wanted):
                raise InputError("The file lacks weights of a tuned readout, or holds others.")
            weights = {name: file.get_tensor(name) for name in wanted}
    except InputError:
        raise
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(NO_SUCH_FILE) from None
    for name, (shape, kind) in wanted.items():
        if tuple(weights[name].shape) != shape or weights[name].dtype != kind:
            raise InputError(f"The weights {quote(name)} of the file have another shape or type.")
        if not torch.isfinite(weights[name]).all():
            raise InputError(f"The weights {quote(name)} of the file are not all finite.")
    return TunedReadout(card, weights)


def _read_card(metadata: Mapping[str, str], esm: EsmModel) -> TuningCard:
    text = metadata.get("card", "")
    if metadata.get("format") != FORMAT or len(text) > MAX_CARD_CHARACTERS:
        raise InputError(NO_SUCH_FILE)
    card = TuningCard.from_dict(json.loads(text))
    if card.encoder != digest_encoder(esm):
        raise InputError("The file was made with another encoder than the one that is loaded.")
    if card.layers > esm.config.num_hidden_layers:
        raise InputError(NO_SUCH_FILE)
    return card


def _expect(layers: int, esm: EsmModel) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    """Shape and type of each tensor of a file, by its name."""
    encoder = MemoryOptimizedESMEncoder.from_esm(
        copy_shapes(esm).esm, output_dim=CHANNELS, pooling_strategy="mean"
    )
    encoder.unfreeze_esm_layers(layers)
    phases = (READOUT, LAYERS) if layers else (READOUT,)
    readout = PairReadout()
    expected = {
        name: (tuple(weights.shape), torch.float32)
        for phase in phases
        for name, weights in copy_readout(encoder, readout, phase).items()
    }
    return expected | {
        f"{LAYERS}.esm.{name}": (tuple(weights.shape), torch.float16)
        for name, weights in encoder.esm.named_parameters()
        if weights.requires_grad
    }
