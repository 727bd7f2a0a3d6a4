"""The histogram of a screen in words, for who does not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dta_demo.inputs.wording import count_of
from dta_demo.results.screening import ScreenRow
from dta_demo.results.units import format_pkd
from dta_demo.ui.screening.figures import BIN, count_bins
from dta_demo.ui.shared.formatting import join_sentences, list_values
from dta_demo.ui.text import screening as text


def describe_histogram(rows: Sequence[ScreenRow]) -> str:
    """Write the rows in each bin, which stand nowhere else."""
    if not rows:
        return text.NO_ROWS
    values = _affinities(rows)
    words = text.HISTOGRAM_DESCRIPTION.format(
        rows=count_of(len(values), text.ROW),
        lowest=format_pkd(values.min()),
        highest=format_pkd(values.max()),
        median=format_pkd(float(np.median(values))),
        width=BIN,
    )
    return join_sentences([words, *_describe_bins(rows)])


def _describe_bins(rows: Sequence[ScreenRow]) -> Iterator[str]:
    for inside, words in text.BINS.items():
        own = [row for row in rows if bool(row.in_domain) == inside]
        if own:
            bins = [pair for pair in zip(*count_bins(_affinities(own)), strict=True) if pair[1]]
            names = [
                text.BIN.format(low=format_pkd(low), high=format_pkd(low + BIN)) for low, _ in bins
            ]
            counts = list_values(names, [int(count) for _, count in bins], digits=0)
            yield words.format(rows=count_of(len(own), text.ROW), bins=counts)


def _affinities(rows: Sequence[ScreenRow]) -> np.ndarray:
    return np.array([row.affinity for row in rows], dtype=np.float64)
