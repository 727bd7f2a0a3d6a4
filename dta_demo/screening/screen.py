"""Screens: from a source of rows to predicted rows, in batches and in their order."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dta_demo.inputs.errors import InputError
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.screening import ScreenProgress, ScreenRow, SourceReport
from dta_demo.screening.batches import ModelSettings, Partner
from dta_demo.screening.crews import Crew, OneProcess
from dta_demo.screening.sources import MOLECULES, PAIRS, PROTEINS, InputRow, Source

BATCH_ROWS = 512
"""Rows that are predicted together and written together."""

IDS_COMPARED = 200_000
"""Ids among which repeated ones are told: all of them would take ever more memory."""


class Screen:
    """Screen of the rows of a source, which runs while it is iterated over.

    Closing it, or the iterator, stops it; what it gave before stands.

    Parameters
    ----------
    source : Source
    partner : Partner
    crew : Crew
    batch_rows : int
        Rows that are predicted together.

    Attributes
    ----------
    progress : ScreenProgress
        How far it has come.
    """

    def __init__(
        self,
        source: Source,
        partner: Partner,
        crew: Crew,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        self._source, self._partner, self._crew = source, partner, crew
        self._batch_rows = batch_rows
        self._ids: set[int] = set()
        self._repeated = 0
        self.progress = ScreenProgress()

    @property
    def report(self) -> SourceReport:
        """What was understood of the input."""
        return self._source.report

    def __iter__(self) -> Iterator[ScreenRow]:
        """Predict the rows, in their order."""
        for rows in self.batches():
            yield from rows

    def batches(self, skip: int = 0) -> Iterator[list[ScreenRow]]:
        """Predict the rows, some hundred at a time, in their order.

        Parameters
        ----------
        skip : int
            Rows at the start that were predicted before, which are passed over.
        """
        start = time.monotonic()
        rows, faults = skip, 0
        predicted = self._crew.run(self._partner, self._read_batches(skip))
        try:
            for batch in predicted:
                rows += len(batch)
                faults += sum(bool(row.fault) for row in batch)
                seconds = time.monotonic() - start
                self.progress = ScreenProgress(
                    rows=rows,
                    faults=faults,
                    repeated=self._repeated,
                    seconds=seconds,
                    fraction=self._source.fraction,
                    rate=(rows - skip) / max(seconds, 1e-9),
                )
                yield batch
        finally:
            close = getattr(predicted, "close", None)
            if close is not None:
                close()
            self.close()

    def close(self) -> None:
        """Close the input."""
        self._source.close()

    def _read_batches(self, skip: int) -> Iterator[list[InputRow]]:
        rows = itertools.islice(map(self._note_id, self._source), skip, None)
        while batch := list(itertools.islice(rows, self._batch_rows)):
            yield batch

    def _note_id(self, row: InputRow) -> InputRow:
        if row.id:
            digest = hash(row.id)
            if digest in self._ids:
                self._repeated += 1
            elif len(self._ids) < IDS_COMPARED:
                self._ids.add(digest)
        return row


def screen_file(
    file: str | Path | BinaryIO,
    *,
    protein: str | None = None,
    smiles: str | None = None,
    predictor: AffinityPredictor | None = None,
    crew: Crew | None = None,
    name: str = "",
    limit_bytes: int | None = None,
) -> Screen:
    """Predict one protein with a file of molecules, one molecule with proteins, or pairs.

    The values are those of `AffinityPredictor.predict`, to 4 decimals.

    Parameters
    ----------
    file : str, Path or BinaryIO
        A path, or an open binary stream: CSV, TSV, lines of SMILES, SDF or FASTA, each also as
        gzip. Text that was pasted is given as ``io.BytesIO(text.encode())``.
    protein, smiles : str, optional
        What all rows are paired with; with neither, the file is a table of pairs.
    predictor : AffinityPredictor, optional
        A loaded model; the one that comes with the code is loaded otherwise.
    crew : Crew, optional
        In the place of the predictor: several processes or a Ray cluster, see `make_crew`.
    name : str
        Name of a stream's file, whose suffix tells the format; else the first lines do.
    limit_bytes : int, optional
        Most bytes of text that are read once they are unpacked.

    Returns
    -------
    Screen
        To be iterated over once, row by row; its `progress` says how far it has come, its `report`
        what was understood of the file.

    Raises
    ------
    InputError
        At once when the file is empty, no text or lacks a column; while it is read when it is
        longer than the limit, is a damaged archive, or the protein is none.
    """
    if protein is not None and smiles is not None:
        raise InputError("Give a protein or a molecule for all rows of the file, not both.")
    kind = MOLECULES if protein is not None else PROTEINS if smiles is not None else PAIRS
    source = Source(Path(file) if isinstance(file, str) else file, kind, name, limit_bytes)
    crew = crew or OneProcess(predictor or ModelSettings())
    return Screen(source, Partner(protein, smiles), crew)
