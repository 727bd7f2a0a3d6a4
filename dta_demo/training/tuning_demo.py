"""Fine-tuning of the encoder on few pairs, in two phases, step by step: a demonstration.

Phase one trains a readout on the frozen encoder, phase two the readout and the encoder's last
layers. The encoder is a copy: the one that predicts is never changed. `TuningDemo.steps` may be
closed at any time, and `TuningDemo.result` gives what the last whole epoch left.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from transformers import EsmModel

from dta_demo.encoders.inspection import inspect_state
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.step_memory import predict_step
from dta_demo.inputs.errors import InputError
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.results.tuning import LAYERS, READING, READOUT, TuningPoint, TuningProgress
from dta_demo.runtime.threads import torch_threads
from dta_demo.training.pair_readout import CHANNELS, FINGERPRINT_BITS, PairReadout, start_readout
from dta_demo.training.tuned_readout import (
    MAX_LAYER_BYTES,
    TunedReadout,
    copy_layers,
    copy_readout,
    digest_encoder,
    make_card,
)
from dta_demo.training.tuning import KEPT_BYTES, MEMBER_LEARNING_RATE
from dta_demo.training.tuning_pairs import MAX_LETTERS, TuningPair, cut_letters, split_pairs

READOUT_LEARNING_RATE, WEIGHT_DECAY = 2e-3, 0.05

ENCODER_LEARNING_RATE = 3e-6
"""Of the layers in phase two. The readout magnifies what tells proteins of a family apart: at 5e-5
the first steps undid what it had learned (training loss 0.02, then 2 to 6); here it stays below 0.3
on most seeds."""

WARM_UP_EPOCHS = 3
"""Epochs over which the learning rates of phase two rise to theirs."""

PROTEINS_A_STEP = 4
"""Proteins that are read together; each meets all its molecules at once."""


@dataclass(frozen=True)
class TuningSettings:
    """What to train.

    Attributes
    ----------
    layers : int
        Last layers of the encoder that phase two trains; 0 leaves it out.
    readout_epochs, layer_epochs : int
        Epochs of phase one and of phase two.
    seed : int
        Of the split, the first weights and the order of the proteins.
    """

    layers: int = 2
    readout_epochs: int = 60
    layer_epochs: int = 15
    seed: int = 0


@dataclass(frozen=True)
class _Set:
    """Pairs in tensors.

    Attributes
    ----------
    protein : numpy.ndarray of int64, shape (pairs,)
        Number of each pair's protein.
    counts : Tensor, shape (pairs, 2 * FINGERPRINT_BITS)
    affinity : Tensor, shape (pairs,)
    """

    protein: np.ndarray
    counts: Tensor
    affinity: Tensor

    @property
    def proteins(self) -> list[int]:
        """Numbers of the proteins that occur."""
        return sorted(set(self.protein.tolist()))

    def of(self, proteins: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Places of the pairs of some proteins, and of their proteins in the list of these."""
        place = {number: row for row, number in enumerate(proteins)}
        rows = [row for row, number in enumerate(self.protein.tolist()) if number in place]
        return torch.tensor(rows), torch.tensor([place[int(self.protein[row])] for row in rows])


@dataclass
class _Done:
    """What the epochs so far left."""

    points: list[TuningPoint] = field(default_factory=list)
    weights: dict[str, Tensor] = field(default_factory=dict)
    predicted: Tensor = field(default_factory=lambda: torch.zeros(0))


class TuningDemo:
    """One run.

    Parameters
    ----------
    esm : EsmModel
        Is copied.
    pairs : sequence of TuningPair
    settings : TuningSettings

    Raises
    ------
    InputError
        When the pairs cannot be split, or the layers are too many or too large.
    """

    def __init__(
        self, esm: EsmModel, pairs: Sequence[TuningPair], settings: TuningSettings
    ) -> None:
        depth = esm.config.num_hidden_layers
        if not 0 <= settings.layers <= depth:
            raise InputError(f"The encoder has {depth} layers: tune 0 to {depth} of them.")
        state = inspect_state(esm, settings.layers)
        if 2 * state.trainable > MAX_LAYER_BYTES:
            raise InputError(
                f"{settings.layers} layers of this encoder would take more than "
                f"{MAX_LAYER_BYTES // 10**6} MB of a file: tune fewer."
            )
        self.settings, self._digest = settings, digest_encoder(esm)
        kept, self._cut = cut_letters(pairs)
        self.split = split_pairs(kept, settings.seed)
        self._letters = sorted({pair.letters for pair in kept})
        longest = max(map(len, self._letters))
        peak = predict_step(esm, state, PROTEINS_A_STEP, longest).peak
        self.encoder = MemoryOptimizedESMEncoder.from_esm(
            copy.deepcopy(esm),
            output_dim=CHANNELS,
            max_length=MAX_LETTERS,
            use_gradient_checkpointing=peak > KEPT_BYTES,
            pooling_strategy="mean",
            dropout=0.0,
        )
        self.encoder.to(esm.device)
        self.readout = PairReadout().to(esm.device)
        self._training, self._validation = map(
            self._stack, (self.split.training, self.split.validation)
        )
        self._mean = float(self._training.affinity.mean())
        self.baseline = float((self._validation.affinity - self._mean).square().mean())
        self._random = random.Random(settings.seed)
        self._done = _Done()
        self._hidden: dict[int, Tensor] = {}

    def _stack(self, pairs: Sequence[TuningPair]) -> _Set:
        number = {letters: place for place, letters in enumerate(self._letters)}
        counts = fingerprint_smiles([pair.smiles for pair in pairs], FINGERPRINT_BITS).counts
        device = self.encoder.device
        return _Set(
            np.array([number[pair.letters] for pair in pairs]),
            torch.from_numpy(counts).to(device),
            torch.tensor([pair.affinity for pair in pairs], device=device),
        )

    # --- The run ------------------------------------------------------------------------------

    def steps(self) -> Iterator[TuningProgress]:
        """Run both phases; yields after each step, and may be closed there.

        On one thread, which leaves the other cores to visitors: two were a third faster on idle
        cores (9 s instead of 14), and three times slower on busy ones, waiting for each other.
        """
        steps = self._steps()
        while True:
            with torch_threads(1):
                progress = next(steps, None)
            if progress is None:
                return
            yield progress

    def _steps(self) -> Iterator[TuningProgress]:
        self.encoder.freeze_esm()
        yield from self._read_frozen()
        yield from self._train_readout()
        if self.settings.layers:
            self.encoder.unfreeze_esm_layers(self.settings.layers)
            yield from self._read_frozen()
            yield from self._train_layers()

    def result(self) -> TunedReadout | None:
        """What the last whole epoch left; None before the first one."""
        done = self._done
        if not done.points:
            return None
        layers = self.settings.layers if done.points[-1].phase == LAYERS else 0
        card = make_card(
            self.split,
            done.points,
            done.predicted.tolist(),
            self._mean,
            seed=self.settings.seed,
            layers=layers,
            cut=self._cut,
            checkpointed=layers > 0 and self.encoder.use_gradient_checkpointing,
            encoder=self._digest,
        )
        return TunedReadout(card, dict(done.weights))

    def _tell(self, stage: str, done: int, total: int) -> TuningProgress:
        return TuningProgress(stage, done, total, tuple(self._done.points), self.baseline)

    def _read_frozen(self) -> Iterator[TuningProgress]:
        """Run the frozen layers on all proteins, a few a step, and keep what they give."""
        self.encoder.eval()
        for start in range(0, len(self._letters), PROTEINS_A_STEP):
            letters = self._letters[start : start + PROTEINS_A_STEP]
            for number, rows in enumerate(self.encoder.embed_frozen(letters), start):
                self._hidden[number] = rows
            yield self._tell(READING, start + len(letters), len(self._letters))

    def _pool(self, proteins: Sequence[int]) -> Tensor:
        """Run the layers that train on some proteins, and pool: (proteins, hidden)."""
        assert self.encoder.pooling is not None
        hidden = [self._hidden[number] for number in proteins]
        pooled: Tensor = self.encoder.pooling(*self.encoder.run_unfrozen(hidden)).vector
        return pooled

    def _pool_in_steps(self, proteins: Sequence[int]) -> Tensor:
        """Pool proteins without a gradient, a few at a time."""
        with torch.no_grad():
            parts = [
                self._pool(proteins[start : start + PROTEINS_A_STEP])
                for start in range(0, len(proteins), PROTEINS_A_STEP)
            ]
        return torch.cat(parts)

    def _predict(
        self, pooled: Tensor, pairs: _Set, proteins: Sequence[int]
    ) -> tuple[Tensor, Tensor]:
        """Predict the pairs of some proteins from their pooled vectors; with the measured ones."""
        assert self.encoder.projection is not None
        rows, place = pairs.of(proteins)
        vectors = self.encoder.projection(pooled)[place]
        return self.readout(vectors, pairs.counts[rows]), pairs.affinity[rows]

    def _train_readout(self) -> Iterator[TuningProgress]:
        """Phase one: all pairs in each step, on vectors that stay the same."""
        seen, held = self._training.proteins, self._validation.proteins
        pooled, held_pooled = self._pool_in_steps(seen), self._pool_in_steps(held)
        start_readout(self.encoder, self.readout, pooled, self._mean, self.settings.seed)
        optimizer = torch.optim.AdamW(
            self._readout_weights(), lr=READOUT_LEARNING_RATE, weight_decay=WEIGHT_DECAY
        )
        for epoch in range(1, self.settings.readout_epochs + 1):
            predicted, measured = self._predict(pooled, self._training, seen)
            loss = self._step(optimizer, predicted, measured)
            self._end_epoch(READOUT, epoch, loss, held_pooled)
            yield self._tell(READOUT, epoch, self.settings.readout_epochs)

    def _train_layers(self) -> Iterator[TuningProgress]:
        """Phase two: a few proteins in each step, with all their pairs."""
        layers = [weights for weights in self.encoder.esm.parameters() if weights.requires_grad]
        optimizer = torch.optim.AdamW(
            [
                {"params": self._readout_weights(), "lr": MEMBER_LEARNING_RATE},
                {"params": layers, "lr": ENCODER_LEARNING_RATE},
            ],
            weight_decay=WEIGHT_DECAY,
        )
        proteins, epochs = self._training.proteins, self.settings.layer_epochs
        steps = -(-len(proteins) // PROTEINS_A_STEP)
        warm_up = torch.optim.lr_scheduler.LinearLR(
            optimizer, 1 / (WARM_UP_EPOCHS * steps), total_iters=WARM_UP_EPOCHS * steps
        )
        for epoch in range(1, epochs + 1):
            self._random.shuffle(proteins)
            self.encoder.train()
            losses, sizes = [], []
            for step in range(steps):
                some = proteins[step * PROTEINS_A_STEP : (step + 1) * PROTEINS_A_STEP]
                predicted, measured = self._predict(self._pool(some), self._training, some)
                losses.append(self._step(optimizer, predicted, measured))
                warm_up.step()
                sizes.append(len(measured))
                if step + 1 < steps:
                    yield self._tell(LAYERS, (epoch - 1) * steps + step + 1, epochs * steps)
            self.encoder.eval()
            held = self._pool_in_steps(self._validation.proteins)
            self._end_epoch(LAYERS, epoch, float(np.average(losses, weights=sizes)), held)
            yield self._tell(LAYERS, epoch * steps, epochs * steps)

    def _readout_weights(self) -> list[torch.nn.Parameter]:
        assert self.encoder.projection is not None
        return [*self.encoder.projection.parameters(), *self.readout.parameters()]

    def _step(self, optimizer: torch.optim.Optimizer, predicted: Tensor, measured: Tensor) -> float:
        """Change the weights once; return the loss before."""
        loss = (predicted - measured).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    @torch.no_grad()
    def _end_epoch(self, phase: str, epoch: int, training: float, held: Tensor) -> None:
        """Note the losses of an epoch, and keep its weights."""
        proteins = self._validation.proteins
        predicted, measured = self._predict(held, self._validation, proteins)
        rows, _ = self._validation.of(proteins)
        in_order = torch.empty_like(predicted)
        in_order[rows] = predicted
        loss = float((predicted - measured).square().mean())
        done = self._done
        weights = copy_readout(self.encoder, self.readout, phase)
        if phase == LAYERS:
            weights |= copy_layers(self.encoder.esm)
        self._done = _Done(
            [*done.points, TuningPoint(phase, epoch, training, loss)],
            done.weights | weights,
            in_order,
        )
