"""The encoder as a table: parts, shapes, parameters, bytes, and what trains."""

from __future__ import annotations

from markupsafe import Markup
from transformers import EsmModel

from dta_demo.encoders.inspection import inspect_state
from dta_demo.inputs.wording import count_of
from dta_demo.results.encoder import EncoderPart, EncoderState
from dta_demo.ui.shared import cards
from dta_demo.ui.text import inspector as text

SMALL_BYTES = 1e5
"""Size from which millions of bytes are written."""


def read_state(esm: EsmModel, state: str, layers: int) -> EncoderState:
    """Look at the encoder in the state that was chosen.

    Parameters
    ----------
    state : {"frozen", "layers", "embeddings"}
    layers : int
        Last layers that train, unless all is frozen.
    """
    return inspect_state(esm, 0 if state == "frozen" else int(layers), state == "embeddings")


def draw_parts(found: EncoderState) -> Markup:
    """Say how much is frozen, and tabulate the parts."""
    rows = (
        (
            _name(part),
            f"{part.parameters:,}",
            megabytes(part.nbytes),
            text.TRAINS if part.trains else text.FROZEN,
            shapes_in_words(part),
        )
        for part in found.parts
    )
    table = cards.captioned_table(text.PART_HEADERS, rows, text.PARTS_NOTE)
    return Markup("{}{}").format(cards.finding(_finding(found)), table)


def draw_shares(esm: EsmModel) -> Markup:
    """Tabulate the share that is frozen in every state."""
    rows = (
        (
            f"{layers}",
            *(percent(inspect_state(esm, layers, each).frozen_share) for each in (False, True)),
        )
        for layers in range(esm.config.num_hidden_layers + 1)
    )
    return cards.captioned_table(text.SHARE_HEADERS, rows, text.SHARE_NOTE)


def _finding(found: EncoderState) -> str:
    sentence = text.FINDING if found.trainable else text.FINDING_NOTHING
    return sentence.format(
        frozen=percent(found.frozen_share),
        trainable=f"{found.trainable:,}",
        parameters=f"{found.parameters:,}",
        layers=count_of(found.layers, "layer"),
    )


def _name(part: EncoderPart) -> str:
    if part.name.startswith("layer_"):
        return text.LAYER.format(number=int(part.name.removeprefix("layer_")) + 1)
    return text.PARTS.get(part.name, part.name)


def shapes_in_words(part: EncoderPart) -> str:
    """Write the shapes of the matrices, and how many numbers are in vectors."""
    words = []
    for shape, count in part.shapes:
        if len(shape) > 1:
            written = " × ".join(f"{size:,}" for size in shape)  # noqa: RUF001
            pattern = text.SHAPE if count == 1 else text.SHAPE_TIMES
            words.append(pattern.format(count=count, shape=f"({written})"))
    in_vectors = sum(count * shape[0] for shape, count in part.shapes if len(shape) == 1)
    if in_vectors:
        words.append(text.VECTORS.format(numbers=count_of(in_vectors, "number")))
    return ", ".join(words)


def percent(share: float) -> str:
    """Write a share from 0 to 1 as a percentage."""
    return f"{100 * share:.1f}%"


def megabytes(size: float) -> str:
    """Write bytes in millions, or few of them in thousands."""
    if 0 < size < SMALL_BYTES:
        return text.KILOBYTES.format(size=size / 1e3)
    return text.MEGABYTES.format(size=size / 1e6)
