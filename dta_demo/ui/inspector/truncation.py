"""What the encoder's `forward` cuts of a visitor's own sequences."""

from __future__ import annotations

import re

from markupsafe import Markup

from dta_demo.encoders.truncation import limit_length, truncate
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.ui.shared import cards
from dta_demo.ui.text import inspector as text

MAX_SEQUENCES, SHOWN_SEQUENCES = 1_000, 10

HEADER, LINE_END = re.compile(r"^(?=\s*>)", re.MULTILINE), re.compile(r"\n")
"""Where one record ends and the next begins, in FASTA and otherwise."""

PERCENTILE_FROM = 20
"""Sequences from which the percentile of their lengths counts."""


def draw_truncation(pasted: str, max_length: int, protein: str) -> Markup:
    """Tabulate what is cut, the longest first.

    Parameters
    ----------
    pasted : str
        FASTA, or a sequence or a kinase's name a line; where it is empty, `protein` counts.
    max_length : int
        Longest length that the encoder keeps.

    Raises
    ------
    InputError
        When there is no sequence, one cannot be read, or they are too many.
    """
    proteins = read_sequences(pasted.strip() or protein)
    lengths = [len(each.sequence) for each in proteins]
    limit = limit_length(lengths, int(max_length))
    _, cut = truncate([each.sequence for each in proteins], limit)
    kept = {each.index: each.kept for each in cut}
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])[:SHOWN_SEQUENCES]
    rows = [
        (
            proteins[index].name or text.UNNAMED.format(number=index + 1),
            f"{lengths[index]:,}",
            f"{kept.get(index, lengths[index]):,}",
            f"{lengths[index] - kept.get(index, lengths[index]):,}",
        )
        for index in order
    ]
    sentence = text.LIMIT_BOTH if len(lengths) >= PERCENTILE_FROM else text.LIMIT_LENGTH
    words = sentence.format(
        cut=len(cut),
        count=f"{len(lengths):,}",
        limit=f"{limit:,}",
        percentile=f"{limit_length(lengths, max(lengths)):,}",
        max_length=f"{int(max_length):,}",
    )
    caption = text.CUT_NOTE.format(shown=len(rows), count=f"{len(lengths):,}")
    table = cards.captioned_table(text.CUT_HEADERS, rows, caption)
    return Markup("{}{}").format(cards.finding(words), table)


def read_sequences(pasted: str) -> list[Protein]:
    """Read the records of a FASTA text, or each line by itself."""
    if not pasted.strip():
        raise InputError(text.NO_SEQUENCES)
    pattern = HEADER if HEADER.search(pasted) else LINE_END
    records = [record for record in pattern.split(pasted) if record.strip()]
    if len(records) > MAX_SEQUENCES:
        raise InputError(text.TOO_MANY.format(limit=f"{MAX_SEQUENCES:,}"))
    return [_read(record, number) for number, record in enumerate(records, 1)]


def _read(record: str, number: int) -> Protein:
    try:
        return read_protein(record)
    except InputError as error:
        raise InputError(text.SEQUENCE_FAULT.format(number=number, reason=error)) from None
