"""Sources of the rows of a screen: tables, SMILES lines, SDF and FASTA, read as a stream."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.text import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS
from dta_demo.inputs.wording import count_of, plain_line
from dta_demo.results.screening import SourceReport
from dta_demo.screening.columns import (
    DELIMITERS,
    find_column,
    find_columns,
    find_delimiter,
    split_cells,
)
from dta_demo.screening.streams import TOO_LONG, TextStream

MOLECULES, PROTEINS, PAIRS, MEASURED = "molecules", "proteins", "pairs", "measured pairs"

NEEDED = {
    MOLECULES: ("smiles",),
    PROTEINS: ("protein",),
    PAIRS: ("protein", "smiles"),
    MEASURED: ("protein", "smiles", "affinity"),
}
"""What the rows of each kind of input must have."""

CELLS = {"smiles": "SMILES", "protein": "protein", "affinity": "affinity"}

SUFFIXES = {
    ".csv": "table", ".tsv": "table", ".tab": "table", ".smi": "SMILES lines",
    ".smiles": "SMILES lines", ".ism": "SMILES lines", ".sdf": "SDF", ".sd": "SDF", ".mol": "SDF",
    ".fasta": "FASTA", ".fa": "FASTA", ".faa": "FASTA",
}  # fmt: skip

FOR_KIND = {
    MOLECULES: ("table", "SMILES lines", "SDF"),
    PROTEINS: ("table", "FASTA"),
    PAIRS: ("table",),
    MEASURED: ("table",),
}
"""Formats that can hold each kind of input."""

HEAD_LINES, HEAD_CHARACTERS = 300, 100_000
"""Lines by which a format is told where the name of the file does not tell it."""

Lines = Iterator[tuple[int, str]]
Reader = Callable[[Lines, str], "tuple[SourceReport, Iterator[InputRow]]"]

RECORD_END = "$$$$"
LONG = f"The line has more than {MAX_TEXT_CHARACTERS:,} characters, which are not read."


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row of an input.

    Attributes
    ----------
    line : int
        Line, or number of the record in SDF and FASTA, from 1.
    smiles, protein : str
        Texts to be read; empty where it is the one of the whole screen.
    affinity : str
        Cell of the measured affinity, where the rows have one.
    block : str
        Record of an SDF, in the place of the SMILES.
    fault : str
        Why the row cannot be read, or empty.
    """

    line: int
    id: str = ""
    smiles: str = ""
    protein: str = ""
    affinity: str = ""
    block: str = ""
    fault: str = ""


class Source:
    """Rows of an input.

    Parameters
    ----------
    file : Path or BinaryIO
    kind : {"molecules", "proteins", "pairs", "measured pairs"}
        What each row gives.
    name : str
        Name of a stream's file, whose suffix tells the format.
    limit_bytes : int, optional
        Most bytes of text that are read once they are unpacked.

    Raises
    ------
    InputError
        When the input is empty, no text, or lacks a column.
    """

    def __init__(
        self,
        file: Path | BinaryIO,
        kind: str,
        name: str = "",
        limit_bytes: int | None = None,
    ) -> None:
        self.kind = kind
        self._stream = TextStream(file, limit_bytes)
        try:
            lines = enumerate(self._stream, 1)
            head = _head(lines)
            first = next((i for i, (_, line) in enumerate(head) if line.strip()), None)
            if first is None:
                raise InputError("The file is empty.")
            found = _format(name or self._stream.name, [line for _, line in head[first:]], kind)
            self.report, self._rows = READERS[found](
                itertools.chain(head if found == "SDF" else head[first:], lines), kind
            )
        except BaseException:
            self.close()
            raise

    @property
    def fraction(self) -> float | None:
        """Part of the input that was read; None where its size is not known."""
        return self._stream.fraction

    def __iter__(self) -> Iterator[InputRow]:
        """Read the rows, once."""
        return self._rows

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _head(lines: Lines) -> list[tuple[int, str]]:
    """First lines of an input, few enough to be held."""
    head: list[tuple[int, str]] = []
    characters = 0
    for number, line in lines:
        head.append((number, line))
        characters += len(line)
        if len(head) == HEAD_LINES or characters > HEAD_CHARACTERS:
            break
    return head


def _format(name: str, head: list[str], kind: str) -> str:
    """Format of an input, by the name of its file or by its first lines."""
    suffixes = [suffix for suffix in Path(name.lower()).suffixes if suffix != ".gz"]
    found = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if found is None:
        found = _guess_format(head, kind)
    if found not in FOR_KIND[kind]:
        wanted = ", ".join("CSV or TSV" if each == "table" else each for each in FOR_KIND[kind])
        raise InputError(f"{kind.capitalize()} are read from {wanted}, and this is {found}.")
    return found


def _guess_format(head: list[str], kind: str) -> str:
    if head[0].startswith(">"):
        return "FASTA"
    if any(line.startswith(("M  END", RECORD_END)) for line in head):
        return "SDF"
    delimiter = find_delimiter(head[0], NEEDED[kind])
    cells = split_cells(head[0], delimiter)
    has_columns = all(find_column(what, cells) is not None for what in NEEDED[kind])
    return "table" if has_columns or kind != MOLECULES else "SMILES lines"


def _read_table(lines: Lines, kind: str) -> tuple[SourceReport, Iterator[InputRow]]:
    _, first = next(lines)
    delimiter = find_delimiter(first, NEEDED[kind])
    header = [cell.strip() for cell in split_cells(first, delimiter)]
    places = find_columns(header, NEEDED[kind])
    columns = {what: plain_line(header[place], 60) for what, place in places.items()}
    report = SourceReport(f"table, {DELIMITERS[delimiter]} between cells", columns)
    return report, _table_rows(lines, delimiter, places)


def _table_rows(lines: Lines, delimiter: str, places: dict[str, int]) -> Iterator[InputRow]:
    width = max(place for what, place in places.items() if what != "id") + 1
    for number, line in lines:
        if line == TOO_LONG:
            yield InputRow(number, fault=LONG)
            continue
        if not line.strip():
            continue
        cells = split_cells(line, delimiter)
        if len(cells) < width:
            yield InputRow(
                number,
                fault=f"The line has {count_of(len(cells), 'cell')}, and column {width} is needed.",
            )
            continue
        taken = {what: cells[place].strip() for what, place in places.items() if place < len(cells)}
        taken["id"] = plain_line(taken.get("id", ""), MAX_NAME_CHARACTERS)
        empty = [what for what in CELLS if what in places and not taken[what]]
        fault = f"The cell of the {CELLS[empty[0]]} is empty." if empty else ""
        yield InputRow(number, **taken, fault=fault)


def _read_smiles(lines: Lines, kind: str) -> tuple[SourceReport, Iterator[InputRow]]:
    number, first = next(lines)
    notes: tuple[str, ...] = ()
    words = first.split()
    if find_column("smiles", words[:1]) is not None and len(words[0]) > 1:
        notes = ("The first line was taken for a header.",)
    else:
        lines = itertools.chain([(number, first)], lines)
    return SourceReport("SMILES lines", {}, notes), _smiles_rows(lines)


def _smiles_rows(lines: Lines) -> Iterator[InputRow]:
    for number, line in lines:
        if line == TOO_LONG:
            yield InputRow(number, fault=LONG)
        elif line := line.strip():
            yield InputRow(number, smiles=line)


def _read_sdf(lines: Lines, kind: str) -> tuple[SourceReport, Iterator[InputRow]]:
    return SourceReport("SDF", {}), _sdf_rows(line for _, line in lines)


def _sdf_rows(lines: Iterator[str]) -> Iterator[InputRow]:
    for number in itertools.count(1):
        block, characters = [], 0
        line = None
        for line in lines:
            if line.startswith(RECORD_END):
                break
            characters += MAX_TEXT_CHARACTERS + 1 if line == TOO_LONG else len(line)
            if characters <= MAX_TEXT_CHARACTERS:
                block.append(line)
        if line is None or not (line.startswith(RECORD_END) or any(map(str.strip, block))):
            return
        title = plain_line(block[0], MAX_NAME_CHARACTERS) if block else ""
        if characters > MAX_TEXT_CHARACTERS:
            yield InputRow(number, title, fault=LONG.replace("line", "record"))
        else:
            yield InputRow(number, title, block="\n".join(block))


def _read_fasta(lines: Lines, kind: str) -> tuple[SourceReport, Iterator[InputRow]]:
    return SourceReport("FASTA", {}), _fasta_rows(line for _, line in lines)


def _fasta_rows(lines: Iterator[str]) -> Iterator[InputRow]:
    number, record, characters = 0, list[str](), 0
    for line in itertools.chain(lines, [">"]):
        if line.startswith(">") and (record or number):
            yield _fasta_row(number, record, characters)
            record, characters = [], 0
        number += line.startswith(">") or number == 0
        characters += MAX_TEXT_CHARACTERS + 1 if line == TOO_LONG else len(line)
        if characters <= MAX_TEXT_CHARACTERS:
            record.append(line)


def _fasta_row(number: int, record: list[str], characters: int) -> InputRow:
    name = plain_line(record[0].removeprefix(">"), MAX_NAME_CHARACTERS) if record else ""
    if characters > MAX_TEXT_CHARACTERS:
        return InputRow(number, name, fault=LONG.replace("line", "record"))
    return InputRow(number, name, protein="\n".join(record))


READERS: dict[str, Reader] = {
    "table": _read_table,
    "SMILES lines": _read_smiles,
    "SDF": _read_sdf,
    "FASTA": _read_fasta,
}
