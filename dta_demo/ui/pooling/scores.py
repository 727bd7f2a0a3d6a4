"""Cross-validated accuracy of each pooling on its own, and of all together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dta_demo.inputs.wording import count_of
from dta_demo.predictor.model_info import ModelInfo
from dta_demo.ui.shared import cards
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text

TOGETHER = "together"
"""Key beside the names of the poolings, for the mean of all four."""

Metrics = dict[str, float]


@dataclass(frozen=True)
class ScoredRun:
    """Metrics on held-out pairs, with the encoder frozen or its last layers tuned.

    Attributes
    ----------
    scores : dict of str to dict
        For each pooling, and for `TOGETHER`, the metrics by name.
    tuned_layers : int
        0 where the encoder was frozen.
    one_fold : bool
        Whether the pairs are those of one fold only.
    """

    scores: dict[str, Metrics]
    pairs: int
    tuned_layers: int
    one_fold: bool

    @property
    def encoder(self) -> str:
        """State of the encoder, and the pairs where they are not all."""
        state = text.ENCODER_TUNED if self.tuned_layers else text.ENCODER_FROZEN
        return text.ON_ONE_FOLD.format(encoder=state) if self.one_fold else state

    @property
    def note(self) -> str:
        """Sentence on the pairs and the encoder of the metrics."""
        words = text.SCORES_TUNED if self.tuned_layers else text.SCORES_FROZEN
        return words.format(
            encoder=self.encoder.capitalize(),
            pairs=count_of(self.pairs, text.HELD_OUT_PAIR),
            layers=count_of(self.tuned_layers, text.LAYER),
        )

    def cells(self, name: str) -> Iterator[str]:
        """Metrics of one pooling, as text."""
        for metric in text.METRICS:
            value = self.scores.get(name, {}).get(metric)
            yield shared_text.UNKNOWN if value is None else f"{value:.3f}"


def scores_card(info: ModelInfo) -> Markup:
    """Tabulate the metrics by pooling: the encoder frozen on all pairs, and against a tuned one."""
    runs = [_read_run(run) for run in info.pooling_runs]
    headers = [
        text.SCORES_HEADER.format(metric=metric, encoder=run.encoder)
        for run in runs
        for metric in text.METRICS.values()
    ]
    titles = {**text.NAMES, TOGETHER: text.TOGETHER}
    rows = [
        [titles.get(name, name), *(cell for run in runs for cell in run.cells(name))]
        for name in runs[0].scores
    ]
    note = text.SCORES_NOTE + "".join(run.note for run in runs)
    return cards.heading(text.SCORES_TITLE) + cards.captioned_table(
        [text.HEADERS[0], *headers], rows, note
    )


def _read_run(run: dict[str, Any]) -> ScoredRun:
    scores = {**run["by_pooling"], TOGETHER: run}
    return ScoredRun(scores, run["n"], run["layers"], run["one_fold"])
