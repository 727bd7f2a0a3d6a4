"""Lines of text from a file or a stream: gzip, encodings, bounds, and how far it was read."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.text import MAX_TEXT_CHARACTERS

GZIP = b"\x1f\x8b"
SPREADSHEETS = {b"PK\x03\x04": "an Excel or OpenDocument", b"\xd0\xcf\x11\xe0": "an old Excel"}
"""First bytes of files that are no text, and what is most often in them."""

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

BUFFER_BYTES = 1 << 16

HEAD_BYTES = 4096
"""Bytes by which an encoding is told."""

TOO_LONG = "\0"
"""Stands for a line that is longer than any that is read."""

_REPLACE_NUL = str.maketrans({"\0": "\ufffd"})


class TextStream:
    """Numbered lines of a text file.

    A line longer than `MAX_TEXT_CHARACTERS` is given as `TOO_LONG`, and never held in memory.

    Parameters
    ----------
    file : Path or BinaryIO
    limit_bytes : int, optional
        Most bytes of text that are read once they are unpacked.

    Raises
    ------
    InputError
        When the file is no text.
    OSError
        When it cannot be opened.
    """

    def __init__(self, file: Path | BinaryIO, limit_bytes: int | None = None) -> None:
        raw = file.open("rb") if isinstance(file, Path) else file
        self._counted = _Counted(raw)
        self._size = _size(raw)
        self.name = file.name if isinstance(file, Path) else ""
        plain = _buffer(self._counted)
        self._is_packed = plain.peek(2)[:2] == GZIP
        if self._is_packed:
            plain = _buffer(_Unpacked(plain))
        bounded = _buffer(_Bounded(plain, limit_bytes))
        head = bounded.peek(HEAD_BYTES)[:HEAD_BYTES]
        encoding = _encoding(head)
        self._text = io.TextIOWrapper(bounded, encoding, errors="replace")
        self._width = 2 if encoding.startswith("utf-16") else 1
        self._given_bytes = 0
        self._is_read = False

    @property
    def fraction(self) -> float | None:
        """Part of the file whose lines were given, about; None where its size is not known."""
        if not self._size:
            return None
        if self._is_read:
            return 1.0
        # Small files are read ahead as a whole; of packed ones nothing else is known.
        done = self._counted.read_bytes if self._is_packed else self._given_bytes
        return min(done / self._size, 1.0)

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def __iter__(self) -> Iterator[str]:
        """Read the lines, without their ends."""
        while line := self._text.readline(MAX_TEXT_CHARACTERS + 1):
            self._given_bytes += len(line) * self._width
            if len(line) > MAX_TEXT_CHARACTERS and not line.endswith("\n"):
                self._skip_line()
                yield TOO_LONG
                continue
            line = line.rstrip("\n")
            yield line.translate(_REPLACE_NUL) if "\0" in line else line
        self._is_read = True

    def _skip_line(self) -> None:
        while part := self._text.readline(MAX_TEXT_CHARACTERS):
            if part.endswith("\n"):
                return


def _buffer(raw: io.RawIOBase) -> io.BufferedReader[Any]:
    return io.BufferedReader(raw, BUFFER_BYTES)


def _size(raw: BinaryIO) -> int | None:
    """Size of a file in bytes, where it is one."""
    try:
        return os.fstat(raw.fileno()).st_size or None
    except (OSError, AttributeError):
        pass
    return len(raw.getbuffer()) or None if isinstance(raw, io.BytesIO) else None


def _encoding(head: bytes) -> str:
    """Tell the encoding of a text by its first bytes."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding
    for mark, what in SPREADSHEETS.items():
        if head.startswith(mark):
            raise InputError(
                f"This is {what} file or another archive, not a text file: save the sheet as CSV."
            )
    if b"\0" not in head:
        return "utf-8"
    # Without a mark, every second byte of Western text in UTF-16 is 0.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) > 0.8 * len(head[start::2]):
            return encoding
    if head.count(0) > 0.05 * len(head):
        raise InputError("This is no text file: give CSV, TSV, SMILES lines, SDF or FASTA.")
    return "utf-8"


class _Reader(io.RawIOBase):
    """Raw reader of another stream."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _take(self, count: int) -> bytes:
        return self._source.read(count) or b""


class _Counted(_Reader):
    """Counts the bytes that were read."""

    read_bytes = 0

    def _take(self, count: int) -> bytes:
        data = super()._take(count)
        self.read_bytes += len(data)
        return data


class _Unpacked(_Reader):
    """Unpacks gzip."""

    def __init__(self, source: io.BufferedReader[Any]) -> None:
        super().__init__(source)
        self._gzip = gzip.GzipFile(fileobj=source)

    def _take(self, count: int) -> bytes:
        try:
            return self._gzip.read1(count)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError("The gzip file is damaged or cut off.") from error


class _Bounded(_Reader):
    """Refuses more bytes than a limit."""

    def __init__(self, source: io.BufferedReader[Any], limit: int | None) -> None:
        super().__init__(source)
        self._limit, self._taken = limit, 0

    def _take(self, count: int) -> bytes:
        data = self._source.read1(count)
        self._taken += len(data)
        if self._limit is not None and self._taken > self._limit:
            raise InputError(
                f"The file holds more than {self._limit / 1e6:,.3g} MB of text, the most that is "
                "read here."
            )
        return data
