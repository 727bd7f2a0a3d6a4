"""The screen of a list, in steps between which others have their turn."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.limits import Limits
from dta_demo.screening.batches import Partner
from dta_demo.screening.crews import OneProcess
from dta_demo.screening.screen import Screen
from dta_demo.screening.sources import MOLECULES, PROTEINS, InputRow, Source
from dta_demo.ui.screening.store import SCREENS, KeptScreen
from dta_demo.ui.screening.tables import draw_progress
from dta_demo.ui.shared import cards
from dta_demo.ui.text import screening as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

STEP_ROWS, STEP_PROTEINS = 512, 8
"""Rows of a step: of molecules, and of proteins, each of which the encoder reads."""

PROTEIN_ROWS = 20
"""Rows of molecules that count as one of proteins."""


def most_rows(limits: Limits, kind: str) -> int:
    """Most rows of a screen on this server."""
    return limits.screen_rows if kind == MOLECULES else max(limits.screen_rows // PROTEIN_ROWS, 1)


def build_run(
    predictor: AffinityPredictor, limits: Limits
) -> Callable[..., Generator[tuple[str | None, Any], None, None]]:
    """Make the function that screens what is given, for `Lanes.stepper`."""

    def run_screen(
        kind: str, pasted: str, upload: str | None, protein: str, molecule: str
    ) -> Generator[tuple[str | None, Any], None, None]:
        """Yield the key of what is kept, and the line that says how far it has come.

        What cannot be read is said in that line, where it stays.
        """
        key = None
        try:
            for key, words in run_list(kind, pasted, upload, protein, molecule):
                yield key, words
        except InputError as error:
            yield key, cards.note([str(error)], kind="error")

    def run_list(
        kind: str, pasted: str, upload: str | None, protein: str, molecule: str
    ) -> Generator[tuple[str | None, Any], None, None]:
        partner = choose_partner(kind, protein, molecule)
        yield None, cards.note([text.READING])
        kept = KeptScreen(kind, protein, molecule, most_rows(limits, kind))
        source = LimitedSource(open_list(pasted, upload), kept, limits.upload_bytes)
        steps = STEP_ROWS if kind == MOLECULES else STEP_PROTEINS
        screen = Screen(source, partner, OneProcess(predictor), batch_rows=steps)
        kept.report = screen.report
        key = SCREENS.keep(kept)
        for rows in screen.batches():
            kept.rows.extend(rows)
            kept.progress = screen.progress
            yield key, draw_progress(kept)
        kept.progress, kept.is_done = screen.progress, True
        yield key, draw_progress(kept)

    return run_screen


def choose_partner(kind: str, protein: str, molecule: str) -> Partner:
    """Choose what every row is paired with.

    Raises
    ------
    InputError
        When its box is empty.
    """
    if kind == MOLECULES:
        if not protein.strip():
            raise InputError(text.NO_PROTEIN)
        return Partner(protein=protein)
    if kind == PROTEINS:
        if not molecule.strip():
            raise InputError(text.NO_MOLECULE)
        return Partner(smiles=molecule)
    return Partner()


def open_list(pasted: str, upload: str | None) -> Path | io.BytesIO:
    """Open the list: the uploaded file where there is one, else what was pasted.

    Raises
    ------
    InputError
        When there is neither.
    """
    if upload is not None:
        return Path(upload)  # Gradio's, of a file that this visitor uploaded.
    if not pasted.strip():
        raise InputError(text.NO_LIST)
    return io.BytesIO(pasted.encode())


class LimitedSource(Source):
    """Rows of a list up to the limit of a screen, which keeps the proteins that they give."""

    def __init__(self, file: Path | io.BytesIO, kept: KeptScreen, limit_bytes: int) -> None:
        super().__init__(file, kept.kind, limit_bytes=limit_bytes)
        self._kept = kept

    def __iter__(self) -> Iterator[InputRow]:
        """Read the rows, once."""
        rows = super().__iter__()
        for row in itertools.islice(rows, self._kept.limit):
            if row.protein:
                self._kept.proteins[row.line] = row.protein
            yield row
        self._kept.is_cut = next(rows, None) is not None
