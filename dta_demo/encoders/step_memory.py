"""Memory of a training step of the protein encoder: predicted by a formula, and measured.

Gradient checkpointing: Chen et al. 2016, arXiv:1604.06174.
"""

from __future__ import annotations

import copy
import math
import time
from typing import Any

import torch
from torch.autograd.profiler import profile
from transformers import EsmConfig, EsmModel

from dta_demo.encoders.batching import TOKEN_BUDGET, plan_batches
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.tokens import SPECIAL_TOKENS, padded_width
from dta_demo.results.encoder import EncoderState, MeasuredStep, StepMemory
from dta_demo.runtime.jobs import check_job

FLOAT_BYTES = 4

LETTERS = "ACDEFGHIKLMNPQRSTVWY"
"""Residues of the sequences of a measured step, again and again."""

READOUT_CHANNELS = 16
"""Channels of the readout of a measured step, small enough not to count."""


def predict_step(
    esm: EsmModel,
    state: EncoderState,
    batch_size: int,
    residues: int,
    checkpointed: bool = False,
) -> StepMemory:
    r"""Predict the memory of a training step on a CPU, in single precision with Adam.

    For each token, with hidden size *h*, intermediate size *i* and *a* heads, the backward pass
    needs :math:`8h + 2i + a + 4` numbers of a layer that trains (inputs of the projections, query,
    key, value and output of the attention with its normaliser, both sides of the GELU, and two
    layer norms), :math:`6h + i + a + 4` of a frozen one above the embeddings that train, *h* of
    one that is checkpointed, and :math:`h + 2` of the final layer norm.

    The encoder runs a call in internal batches (see `batching`) and keeps the activations of all
    of them. While the backward pass goes through the first of these, gradients take the place of
    its activations, and those of the others are still there. The peak is the largest of: all
    activations at the start of the backward pass, gradients and the other batches' activations
    while it ends in the lowest layer, frozen layers of the last batch, and the optimiser's step,
    which holds two copies of one tensor.

    Parameters
    ----------
    state : EncoderState
        What of `esm` trains.
    batch_size, residues : int
        Sequences of the step, and the length of each.
    checkpointed : bool
        Whether layers that train are computed a second time in the backward pass.
    """
    weights = sum(part.nbytes for part in state.parts)
    gradients = sum(part.nbytes for part in state.parts if part.trains)
    inner = _plan(batch_size, residues)
    first, total = inner[0], sum(inner)
    kept, recomputed = _layer_activations(esm.config, state, checkpointed)
    last_norm = FLOAT_BYTES * (esm.config.hidden_size + 2) if state.trainable else 0
    per_token = sum(kept) + last_norm
    activations, others = per_token * total, per_token * (total - first)
    working = (recomputed + _backward_floats(esm.config, bool(kept))) * first
    forward = FLOAT_BYTES * (2 * esm.config.intermediate_size + 3 * esm.config.hidden_size) * first
    lowest = (kept[0] * first if kept else 0) + gradients * (1 - 1 / max(1, len(kept)))
    held = max(
        activations + working,
        others + lowest + working,
        others + gradients,
        others + forward,
        gradients + 2 * _largest_tensor(state),
    )
    return StepMemory(
        weights=weights,
        moments=2 * gradients,
        gradients=gradients,
        activations=activations,
        working=working,
        peak=weights + 2 * gradients + int(held),
        passes=_count_passes(esm.config, state, checkpointed),
    )


def _largest_tensor(state: EncoderState) -> int:
    """Bytes of the largest tensor that trains."""
    shapes = (shape for part in state.parts if part.trains for shape, _ in part.shapes)
    return FLOAT_BYTES * max(map(math.prod, shapes), default=0)


def _plan(batch_size: int, residues: int) -> list[int]:
    """Tokens of each internal batch, padding included."""
    width = padded_width(residues + SPECIAL_TOKENS)
    batches = plan_batches([residues] * batch_size, TOKEN_BUDGET["cpu"])
    return [len(batch) * width for batch in batches]


def _layer_activations(
    config: EsmConfig, state: EncoderState, checkpointed: bool
) -> tuple[list[int], int]:
    """Bytes that each layer keeps of a token, from the lowest, and those that are recomputed."""
    hidden, intermediate = config.hidden_size, config.intermediate_size
    rest = config.num_attention_heads + 4
    trained = FLOAT_BYTES * (8 * hidden + 2 * intermediate + rest)
    passed = FLOAT_BYTES * (6 * hidden + intermediate + rest)
    below = config.num_hidden_layers - state.layers if state.embeddings else 0
    full = [passed] * below + [trained] * state.layers
    if not checkpointed:
        return full, 0
    return [FLOAT_BYTES * hidden] * len(full), max(full, default=0)


def _backward_floats(config: EsmConfig, runs: bool) -> int:
    """Bytes of a token that a layer's backward pass holds for a moment: two gradients."""
    return FLOAT_BYTES * (config.intermediate_size + config.hidden_size) if runs else 0


def _count_passes(config: EsmConfig, state: EncoderState, checkpointed: bool) -> int:
    """Passes of single layers: one forward, two backward, one of them where a layer is frozen."""
    layers = config.num_hidden_layers
    above = layers if state.embeddings else state.layers
    backward = above + state.layers
    return layers + backward + (above if checkpointed else 0)


def measure_step(
    esm: EsmModel, state: EncoderState, batch_size: int, residues: int, checkpointed: bool = False
) -> MeasuredStep:
    """Measure a training step of a copy of the encoder on the CPU.

    torch keeps no statistic of its allocations on a CPU, and the resident memory of the process
    also counts what its allocator keeps of memory that was freed long ago. torch's profiler
    records each allocation and release of this thread: the peak is the largest running sum of
    them in a second step, when Adam's moments exist, with weights and moments added. It is timed
    in a third step, without the profiler.

    Parameters
    ----------
    state, batch_size, residues, checkpointed
        As in `predict_step`.
    """
    encoder = MemoryOptimizedESMEncoder.from_esm(
        copy.deepcopy(esm),
        output_dim=READOUT_CHANNELS,
        pooling_strategy="mean",
        use_gradient_checkpointing=checkpointed,
        max_length=residues,
        device="cpu",
    )
    encoder.unfreeze_esm_layers(state.layers, state.embeddings)
    encoder.train()
    trained = [weights for weights in encoder.parameters() if weights.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=0.0)
    sequences = [(LETTERS * (residues // len(LETTERS) + 1))[:residues]] * batch_size
    _run_step(encoder, optimizer, sequences)
    with profile(profile_memory=True) as recorded:
        _run_step(encoder, optimizer, sequences)
    start = time.perf_counter()
    _run_step(encoder, optimizer, sequences)
    seconds = time.perf_counter() - start
    held = sum(weights.nbytes for weights in encoder.parameters())
    held += 2 * sum(weights.nbytes for weights in trained)
    return MeasuredStep(peak=held + _largest_sum(recorded), seconds=seconds)


def _run_step(
    encoder: MemoryOptimizedESMEncoder, optimizer: torch.optim.Optimizer, sequences: list[str]
) -> None:
    """Run one step, and free its gradients; a job that should stop ends before it."""
    check_job()
    encoder(sequences).square().mean().backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def _largest_sum(recorded: profile) -> int:
    """Largest running sum of what was allocated and released, in bytes."""
    results: Any = recorded.kineto_results
    events = [each for each in results.events() if each.name() == "[memory]"] if results else []
    held = largest = 0
    for event in sorted(events, key=lambda each: each.start_ns()):
        held += event.nbytes()
        largest = max(largest, held)
    return largest
