"""Fine-tuning on few pairs, as frozen records: how far it has come, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from dta_demo.inputs.wording import count_of

READING, READOUT, LAYERS = "reading", "readout", "layers"
"""Stages: proteins are read by the frozen layers, then the two phases of training."""

CHANCE_ERRORS = 2.0
"""Standard errors that a gain over the baseline must exceed to be told from chance."""


NOTE = (
    "This is a demonstration on few pairs: it is not the model that predicts on the other tabs, "
    "and its numbers are no affinities to rely on."
)

VERDICTS = {
    "better": "It is better than the mean, by more than chance explains.",
    "worse": "It is worse than the mean, by more than chance explains.",
    "open": "The difference may be chance: nothing is shown to be learned.",
}

SUMMARY = (
    "On the {pairs} pairs of {groups} left out, the mean squared error is {error:.2f} pKd²; the "
    "mean of the training pairs, predicted for each, gives {baseline:.2f}. {verdict}"
)

MOST, MAX_WORDS = 10**9, 100
"""Largest number and longest text that a card may hold."""


@dataclass(frozen=True)
class TuningPoint:
    """Losses after one epoch: mean squared errors, pKd squared.

    Attributes
    ----------
    phase : {"readout", "layers"}
    epoch : int
        From 1, in its phase.
    training : float
        Mean over the steps of the epoch, each before it changed the weights.
    validation : float
        After the epoch, of the pairs left out.
    """

    phase: str
    epoch: int
    training: float
    validation: float


@dataclass(frozen=True)
class TuningProgress:
    """How far a run has come.

    Attributes
    ----------
    stage : {"reading", "readout", "layers"}
    done, total : int
        Steps of the stage.
    points : tuple of TuningPoint
        One for each epoch that has ended, of both phases.
    baseline : float
        Mean squared error of the training pairs' mean on the validation pairs, pKd squared.
    """

    stage: str
    done: int
    total: int
    points: tuple[TuningPoint, ...]
    baseline: float


@dataclass(frozen=True)
class TuningCard:
    """What a tuned readout was made from, and how it did.

    Attributes
    ----------
    pairs, training_pairs, validation_pairs : int
    left_out : {"molecule", "protein"}
        What the validation pairs have that no training pair has.
    groups : int
        Molecules or proteins that were left out.
    cut : int
        Proteins of which only the first letters were read.
    layers, readout_epochs, layer_epochs : int
        Layers of the encoder that were tuned, and epochs of the two phases that were run.
    checkpointed : bool
        Whether layers were computed a second time in the backward pass.
    baseline : float
        As in `TuningProgress`.
    losses : dict of str to dict of str to float
        Last losses of each phase that was run: ``training`` and ``validation``.
    gain, gain_error : float
        Mean over the groups of how much smaller the squared error is than that of the baseline,
        and its standard error.
    encoder : str
        Digest of the encoder's weights, without which the readout means nothing.
    versions : dict of str to str
    """

    pairs: int
    training_pairs: int
    validation_pairs: int
    left_out: str
    groups: int
    cut: int
    seed: int
    layers: int
    readout_epochs: int
    layer_epochs: int
    checkpointed: bool
    baseline: float
    losses: dict[str, dict[str, float]]
    gain: float
    gain_error: float
    encoder: str
    versions: dict[str, str]

    @property
    def verdict(self) -> str:
        """Whether the pairs left out are predicted ``better`` or ``worse`` than by the mean.

        ``open`` where the difference may be chance.
        """
        if abs(self.gain) <= CHANCE_ERRORS * self.gain_error:
            return "open"
        return "better" if self.gain > 0 else "worse"

    @property
    def summary(self) -> str:
        """The verdict, after the numbers that it comes from."""
        return SUMMARY.format(
            pairs=self.validation_pairs,
            groups=count_of(self.groups, self.left_out),
            error=self.losses[LAYERS if self.layers else READOUT]["validation"],
            baseline=self.baseline,
            verdict=VERDICTS[self.verdict],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, with the verdict."""
        return {**asdict(self), "verdict": self.verdict}

    @classmethod
    def from_dict(cls, document: Any) -> TuningCard:
        """Read what `to_dict` gave, from a file that anyone may have written.

        Raises
        ------
        ValueError
            When an entry is missing, or is not as it should be.
        """
        if not isinstance(document, dict):
            raise ValueError("The card is no object.")
        given: dict[str, Any] = {each.name: document.get(each.name) for each in fields(cls)}
        for each in fields(cls):
            if not _FITS[str(each.type)](given[each.name]):
                raise ValueError(f"The card's {each.name} cannot be used.")
        if given["left_out"] not in ("molecule", "protein") or given["pairs"] < 1:
            raise ValueError("The card's split cannot be used.")
        phases = {READOUT, LAYERS} if given["layers"] else {READOUT}
        if set(given["losses"]) != phases or any(
            set(each) != {"training", "validation"} for each in given["losses"].values()
        ):
            raise ValueError("The card's losses cannot be used.")
        return cls(**given)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and math.isfinite(value) and abs(value) <= MOST


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_WORDS and value.isprintable()


_FITS: dict[str, Callable[[Any], bool]] = {
    "int": _is_count,
    "float": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "str": _is_words,
    "dict[str, str]": lambda value: (
        isinstance(value, dict) and all(_is_words(each) for pair in value.items() for each in pair)
    ),
    "dict[str, dict[str, float]]": lambda value: (
        isinstance(value, dict)
        and all(
            isinstance(each, dict) and all(map(_is_number, each.values()))
            for each in value.values()
        )
    ),
}
"""Tests of the entries of a card, by their types."""
