"""The figures of attention in words, for who does not see them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dta_demo.encoders.contacts import correct_average_product
from dta_demo.results.heads import HeadStatistics, Statistic
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.figure import NEAR_RESIDUES, shown_maps
from dta_demo.ui.shared.formatting import (
    join_sentences,
    list_residues,
    list_values,
    protein_name,
    say_landmarks,
    write_number,
)
from dta_demo.ui.text import attention as text

NAMED = 5
"""Residues, heads or pairs that are named."""


def describe_attention(view: AttentionView) -> str:
    """Describe the maps of layers and heads and the profile."""
    report, values = view.report, view.values
    return join_sentences(
        [
            text.DESCRIPTIONS[view.choice.what].format(
                protein=protein_name(report.protein),
                words=view.choice.words,
                residues=f"{len(values):,}",
                top=list_residues(report.protein.sequence, values, view.order[:NAMED].tolist()),
                median=f"{np.median(values):.2f}",
            ),
            *_describe_maps(view),
            say_landmarks(report.landmarks),
            text.DESCRIBED_REST,
        ]
    )


def _describe_maps(view: AttentionView) -> Iterator[str]:
    """Name the cell that stands out most in each map."""
    for name, shown in shown_maps(view).items():
        lowest = view.choice.what == "given"
        place = int(shown.argmin() if lowest else shown.argmax())
        row, column = divmod(place, shown.shape[1])
        words = text.DESCRIBED_LAYERS if name == "layers" else text.DESCRIBED_HEADS
        yield words.format(
            residue=f"{view.report.protein.sequence[column]}{column + 1}",
            value=f"{shown[row, column]:.2f}",
            layer=row + 1,
            head=row + 1,
        )


def describe_heads_figure(found: HeadStatistics, name: Statistic) -> str:
    """Describe the grid of one statistic of all heads."""
    values = found.of(name)
    assert values is not None
    best = found.highest(name, NAMED)
    heads = [text.HEAD_OF_LAYER.format(layer=layer, head=head) for layer, head, _ in best]
    return text.HEADS_DESCRIPTION.format(
        name=text.STATISTICS[name],
        layers=values.shape[0],
        heads=values.shape[1],
        lowest=write_number(np.nanmin(values)),
        highest=write_number(np.nanmax(values)),
        top=list_values(heads, [value for _, _, value in best]),
        means=", ".join(map(write_number, np.nanmean(values, axis=1))),
    )


def describe_map(
    full: np.ndarray, view_words: str, protein: str, sequence: str, first: int, corrected: bool
) -> str:
    """Describe a full map by its strongest pairs.

    Parameters
    ----------
    full, sequence, first, corrected
        As of `figure.map_figure`.
    view_words : str
        Name of the layer and head.
    protein : str
        Its name.
    """
    times = full * len(full)
    names = [f"{letter}{number}" for number, letter in enumerate(sequence, start=first)]
    words = {
        "protein": protein, "words": view_words, "start": first, "end": first + len(full) - 1,
        "apart": NEAR_RESIDUES,
    }  # fmt: skip
    if not corrected:
        near = np.abs(np.subtract.outer(range(len(full)), range(len(full)))) < NEAR_RESIDUES
        return text.MAP_DESCRIPTION.format(
            top=_list_pairs(times, names, text.ATTENDS),
            near=f"{full[near].sum() / full.sum():.0%}",
            **words,
        )
    if len(full) <= NEAR_RESIDUES:
        return text.MAP_DESCRIPTION_SHORT.format(**words)
    far = np.triu(np.ones(full.shape, dtype=bool), NEAR_RESIDUES)
    shown = np.where(far, correct_average_product(times), -np.inf)
    return text.MAP_DESCRIPTION_CORRECTED.format(top=_list_pairs(shown, names, text.WITH), **words)


def _list_pairs(values: np.ndarray, names: list[str], words: str) -> str:
    """List the pairs of residues with the highest values that are finite."""
    order = np.argpartition(-values, min(NAMED, values.size - 1), axis=None)[:NAMED]
    order = order[np.argsort(-values.flat[order], kind="stable")]
    places = [divmod(int(place), len(values)) for place in order]
    places = [(row, column) for row, column in places if np.isfinite(values[row, column])]
    pairs = [words.format(one=names[row], other=names[column]) for row, column in places]
    return list_values(pairs, [float(values[place]) for place in places])
