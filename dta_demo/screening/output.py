"""Output of a screen that goes on after a kill, with no row lost or repeated.

Rows are added to ``NAME.part`` a batch at a time. After each batch, ``NAME.part.json`` says how
many rows and bytes are sure; what was written after that is cut off when the screen goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from dta_demo.inputs.errors import InputError
from dta_demo.results.screening import ScreenRow
from dta_demo.screening.sinks import Sink, write_parquet

HEAD_BYTES = 2**20
"""Bytes of an input by which it is told from another, beside its size."""


def identify_file(path: Path) -> str:
    """Digest of a file's size and of its first megabyte.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = os.fstat(file.fileno()).st_size
    return hashlib.sha256(f"{size} ".encode() + head).hexdigest()


def identify(*texts: object) -> str:
    """Digest of what else a screen's rows depend on."""
    return hashlib.sha256(json.dumps([str(text) for text in texts]).encode()).hexdigest()


@dataclass(frozen=True)
class Journal:
    """What is sure of an output that is not finished.

    Attributes
    ----------
    identity : str
        Of the input, the model and the question.
    """

    identity: str
    rows: int
    faults: int
    bytes: int


class Output:
    """File of predicted rows.

    Parameters
    ----------
    path : Path
    identity : str
        Of the screen; a part of another one is not gone on with.

    Attributes
    ----------
    journal : Journal
        Rows that an earlier run wrote count.

    Raises
    ------
    InputError
        When the name tells no format, or there is a part of another screen.
    OSError
        When the file cannot be written.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self.path, self._sink = path, Sink(path)
        self.part = path.with_name(path.name + ".part")
        self._note = path.with_name(path.name + ".part.json")
        self.journal = self._recall(identity)
        self._file: BinaryIO = self.part.open("r+b" if self.journal.bytes else "wb")
        self._file.truncate(self.journal.bytes)
        self._file.seek(self.journal.bytes)
        if not self.journal.bytes:
            self._commit(self._sink.head(), 0, 0)

    def add(self, rows: Sequence[ScreenRow]) -> None:
        """Add a batch, and make sure that it stays."""
        faults = sum(bool(row.fault) for row in rows)
        self._commit(self._sink.write(rows), len(rows), faults)

    def finish(self) -> None:
        """Give the file its name."""
        self._file.close()
        if self._sink.is_parquet:
            whole = self.path.with_name(self.path.name + ".part.parquet")
            with self.part.open(encoding="utf-8") as lines:
                write_parquet(lines, whole)
            os.replace(whole, self.path)
            self.part.unlink()
        else:
            os.replace(self.part, self.path)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file, as far as it was written; one without a row is removed."""
        self._file.close()
        if not self.journal.rows:
            self.part.unlink(missing_ok=True)
            self._note.unlink(missing_ok=True)

    def _recall(self, identity: str) -> Journal:
        fresh = Journal(identity, 0, 0, 0)
        if not (self.part.exists() and self._note.exists()):
            return fresh
        try:
            found = Journal(**json.loads(self._note.read_text(encoding="utf-8")))
            whole = 0 <= found.bytes <= self.part.stat().st_size
        except (ValueError, TypeError):
            whole = False
        if not whole:
            raise InputError(f"{self._note} is damaged: delete it and {self.part} to begin anew.")
        if found.identity != identity:
            raise InputError(
                f"{self.part} belongs to a screen of another input, protein, molecule or model: "
                f"delete it and {self._note}, or choose another output."
            )
        return found

    def _commit(self, data: bytes, rows: int, faults: int) -> None:
        self._file.write(data)
        self._file.flush()
        os.fsync(self._file.fileno())
        before = self.journal
        self.journal = Journal(
            before.identity, before.rows + rows, before.faults + faults, self._file.tell()
        )
        _replace_text(self._note, json.dumps(asdict(self.journal)))


def _replace_text(path: Path, text: str) -> None:
    """Write a file so that it holds the old or the new text, whenever the process is killed."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
