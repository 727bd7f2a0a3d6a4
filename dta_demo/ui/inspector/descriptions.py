"""The curves of a fine-tuning in words, for who does not see them."""

from __future__ import annotations

from collections.abc import Sequence

from dta_demo.inputs.wording import count_of
from dta_demo.results.tuning import TuningPoint
from dta_demo.ui.shared.formatting import join_sentences
from dta_demo.ui.text import inspector as text


def describe_losses(points: Sequence[TuningPoint], baseline: float) -> str:
    """Describe where the losses of each phase begin and end, and the lowest."""
    if not points:
        return text.NO_EPOCH
    sentences = [text.LOSSES_DESCRIPTION.format(baseline=f"{baseline:.2f}")]
    for phase, words in text.DESCRIBED_PHASES.items():
        own = [point for point in points if point.phase == phase]
        if own:
            lowest = min(own, key=lambda point: point.validation)
            sentences.append(
                words.format(
                    epochs=count_of(len(own), text.EPOCH_NOUN),
                    first_training=f"{own[0].training:.2f}",
                    last_training=f"{own[-1].training:.2f}",
                    first_validation=f"{own[0].validation:.2f}",
                    last_validation=f"{own[-1].validation:.2f}",
                    lowest=f"{lowest.validation:.2f}",
                    epoch=lowest.epoch,
                )
            )
    return join_sentences(sentences)
