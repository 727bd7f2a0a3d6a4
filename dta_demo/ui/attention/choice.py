"""The choice of attention to show, and the values that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from dta_demo.inputs.protein import Protein
from dta_demo.results.attention import MAXIMUM, MEAN, AttentionReport
from dta_demo.ui.shared.plotting import times_equal
from dta_demo.ui.text import attention as text

if TYPE_CHECKING:
    from dta_demo.ui.attention.source import Source

What = Literal["received", "given", "rollout"]


@dataclass(frozen=True)
class AttentionChoice:
    """Direction, layer and head of the attention that is shown.

    Attributes
    ----------
    what : {"received", "given", "rollout"}
    layer, head : int
        From 1, or `MEAN` for layers or heads, or `MAXIMUM` for heads. Rollout joins all of them.
    """

    what: What = "received"
    layer: int = MEAN
    head: int = MEAN

    @classmethod
    def read(
        cls, report: AttentionReport, what: str | None, layer: int | None, head: int | None
    ) -> AttentionChoice:
        """Choice with received attention, the last layer and the mean where one is missing."""
        layers, heads, _ = report.received.shape
        if what == "rollout":
            return cls("rollout")
        return cls(
            "given" if what == "given" else "received",
            layer if layer is not None and MEAN <= layer <= layers else layers,
            head if head is not None and MAXIMUM <= head <= heads else MEAN,
        )

    @property
    def words(self) -> str:
        """Name of the choice in a sentence: ``layer 3, head 7``."""
        if self.what == "rollout":
            return text.ROLLOUT_WORDS
        layer = (
            text.LAYERS_MEAN if self.layer == MEAN else text.LAYER_WORDS.format(layer=self.layer)
        )
        return f"{layer}, {head_words(self.head)}"

    @property
    def file_words(self) -> str:
        """Name of the choice in a file's name: ``layer3_head_7``."""
        if self.what == "rollout":
            return "rollout"
        return f"layer{number_word(self.layer)}_head_{number_word(self.head)}"


@dataclass(frozen=True)
class AttentionView:
    """A report, what was chosen of it, and the rollout where that was chosen.

    Attributes
    ----------
    rollout : numpy.ndarray or None, shape (residues,)
    """

    report: AttentionReport
    choice: AttentionChoice
    rollout: np.ndarray | None = None

    @classmethod
    def read(
        cls,
        predictor: Source,
        protein: Protein,
        what: str | None = None,
        layer: int | None = None,
        head: int | None = None,
    ) -> AttentionView:
        """Ask the predictor for what a choice needs; see `AttentionChoice.read`."""
        report = predictor.attention(protein)
        choice = AttentionChoice.read(report, what, layer, head)
        asked = choice.what == "rollout"
        return cls(report, choice, predictor.attention_rollout(protein) if asked else None)

    @property
    def values(self) -> np.ndarray:
        """Values by residue: multiples of an equal share, or a percentage for given attention."""
        choice = self.choice
        if choice.what == "rollout":
            assert self.rollout is not None
            return times_equal(self.rollout)
        profile = self.report.profile(choice.what, choice.layer, choice.head)
        return 100 * profile if choice.what == "given" else times_equal(profile)

    @property
    def order(self) -> np.ndarray:
        """Places of the residues from the highest value; for given attention, from the lowest."""
        values = self.values
        return np.argsort(values if self.choice.what == "given" else -values, kind="stable")


def head_words(head: int) -> str:
    """Name of a head in a sentence."""
    if head == MEAN:
        return text.HEADS_MEAN
    return text.HEADS_MAXIMUM if head == MAXIMUM else text.HEAD_WORDS.format(head=head)


def number_word(number: int) -> str:
    """Name of a layer or head in a file."""
    return {MEAN: "mean", MAXIMUM: "maximum"}.get(number, str(number))
