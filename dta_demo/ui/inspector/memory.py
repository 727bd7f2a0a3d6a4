"""The memory of a training step: predicted for every choice, and measured on request."""

from __future__ import annotations

from markupsafe import Markup
from transformers import EsmModel

from dta_demo.encoders.step_memory import measure_step, predict_step
from dta_demo.inputs.errors import InputError
from dta_demo.ui.inspector.parts import megabytes, percent, read_state
from dta_demo.ui.shared import cards
from dta_demo.ui.text import inspector as text

MAX_MEASURED_BYTES = 2e9
"""Largest predicted peak of a step that is run."""


def draw_memory(esm: EsmModel, state: str, layers: int, batch: int, residues: int) -> Markup:
    """Tabulate the memory of a step, plain and with checkpointing.

    Parameters
    ----------
    state, layers
        As in `parts.read_state`.
    batch, residues : int
        Proteins of the step, and residues of each.
    """
    found = read_state(esm, state, layers)
    plain, saving = (
        predict_step(esm, found, int(batch), int(residues), each) for each in (False, True)
    )
    sizes = (plain.to_dict(), saving.to_dict())
    rows = [
        (cards.row_name(*words), *(megabytes(each[name]) for each in sizes))
        for name, words in text.MEMORY_ROWS.items()
    ]
    passes = (f"{plain.passes}", f"{saving.passes}")
    rows.append((cards.row_name(*text.PASSES), *passes))
    saved = plain.peak - saving.peak
    words = text.SAVES_NOTHING
    if saved > 0:
        words = text.SAVES.format(
            saved=megabytes(saved),
            peak=megabytes(plain.peak),
            share=percent(saved / plain.peak),
            more=percent(saving.passes / plain.passes - 1),
        )
    table = cards.captioned_table(text.MEMORY_HEADERS, rows, text.MEMORY_NOTE)
    return Markup("{}{}").format(cards.finding(words), table)


def draw_measured(esm: EsmModel, state: str, layers: int, batch: int, residues: int) -> Markup:
    """Run the step on a copy, plain and with checkpointing, and compare with the prediction.

    Raises
    ------
    InputError
        When it would take more memory than a laptop has to spare.
    """
    found = read_state(esm, state, layers)
    size = int(batch), int(residues)
    peak = predict_step(esm, found, *size).peak
    if peak > MAX_MEASURED_BYTES:
        raise InputError(
            text.TOO_LARGE.format(peak=megabytes(peak), most=megabytes(MAX_MEASURED_BYTES))
        )
    words: dict[str, str] = {}
    for name, checkpointed in (("plain", False), ("checkpointed", True)):
        measured = measure_step(esm, found, *size, checkpointed)
        predicted = predict_step(esm, found, *size, checkpointed)
        words[name] = megabytes(measured.peak)
        words[f"{name}_time"] = text.TIME.format(seconds=measured.seconds)
        words[f"{name}_off"] = percent(abs(predicted.peak / measured.peak - 1))
    return cards.note([text.MEASURED.format(**words)])
