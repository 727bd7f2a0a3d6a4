"""The protein encoder in figures: its parts, what of it trains, and what a training step takes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class EncoderPart:
    """One part of the encoder, which freezes as a whole.

    Attributes
    ----------
    name : str
        As in `dta_demo.encoders.freezing.FrozenStatus`.
    shapes : tuple of (tuple of int, int)
        Shape of its tensors, and how many have it.
    trains : bool
        Whether its parameters are trained.
    """

    name: str
    shapes: tuple[tuple[tuple[int, ...], int], ...]
    parameters: int
    nbytes: int
    trains: bool


@dataclass(frozen=True)
class EncoderState:
    """The encoder with its last layers unfrozen.

    Attributes
    ----------
    layers : int
        Last layers that train, with the final layer norm; 0 for none.
    embeddings : bool
        Whether the token embeddings train.
    parts : tuple of EncoderPart
        From the input to the output.
    """

    layers: int
    embeddings: bool
    parts: tuple[EncoderPart, ...]

    @property
    def parameters(self) -> int:
        """Parameters of all parts."""
        return sum(part.parameters for part in self.parts)

    @property
    def trainable(self) -> int:
        """Parameters that train."""
        return sum(part.parameters for part in self.parts if part.trains)

    @property
    def frozen_share(self) -> float:
        """Share of the parameters that is frozen, 0 to 1."""
        return 1 - self.trainable / self.parameters


@dataclass(frozen=True)
class StepMemory:
    """Memory of one training step, in bytes.

    Attributes
    ----------
    weights, moments, gradients : int
        All weights, and the two moments of Adam and the gradient of each one that trains.
    activations : int
        What the forward pass keeps for the backward pass.
    working : int
        What is held for a moment beside them, at the start of the backward pass.
    peak : int
        Most that is held at once. It is less than the sum: gradients take the place of
        activations.
    passes : int
        Layers that a step computes, in forward passes of one layer.
    """

    weights: int
    moments: int
    gradients: int
    activations: int
    working: int
    peak: int
    passes: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


@dataclass(frozen=True)
class MeasuredStep:
    """One training step that was run: its peak memory in bytes, and its time in seconds."""

    peak: int
    seconds: float
