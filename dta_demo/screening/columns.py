"""Columns of a table, found by their names."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import MAX_LISTED, plain_line, quote

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

NAMES = {
    "smiles": (
        "smiles", "canonicalsmiles", "isomericsmiles", "smi", "structure", "ligandsmiles",
        "compoundsmiles", "drugsmiles", "moleculesmiles", "molecule", "ligand", "drug", "compound",
    ),
    "protein": (
        "sequence", "proteinsequence", "targetsequence", "protein", "target", "fasta", "gene",
        "genesymbol", "kinase", "targetname", "proteinname", "uniprot", "uniprotid",
        "uniprotaccession", "accession",
    ),
    "affinity": ("pkd", "affinitypkd", "measuredpkd", "affinity", "measured", "label", "value"),
    "id": (
        "id", "name", "compoundid", "compoundname", "moleculeid", "moleculename",
        "moleculechemblid", "chemblid", "zincid", "catalogid", "drugid", "drugname", "ligandid",
        "ligandname", "title", "pairid", "entry", "compound", "molecule", "ligand", "drug", "gene",
        "target", "kinase", "uniprot", "uniprotid", "accession",
    ),
}  # fmt: skip
"""Names of columns in the order of preference, in small letters and digits."""

WHAT = {"smiles": "SMILES", "protein": "proteins", "affinity": "affinities"}

EXAMPLES = {"smiles": "smiles", "protein": "sequence", "affinity": "pkd"}

_OTHER = re.compile(r"[^a-z0-9]")


def split_cells(line: str, delimiter: str) -> list[str]:
    """Split a line of a table into its cells; a record is one line, also where a quote is open."""
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])


def find_delimiter(header: str, needed: Sequence[str]) -> str:
    """Find the delimiter by which a header has the columns that are needed.

    Where none has them, it is the one that gives the most columns.
    """
    split = {mark: split_cells(header, mark) for mark in DELIMITERS}
    for mark, cells in split.items():
        if all(find_column(what, cells) is not None for what in needed):
            return mark
    return max(split, key=lambda mark: len(split[mark]))


def find_column(what: str, header: Sequence[str], taken: Sequence[int] = ()) -> int | None:
    """Place of the column of one thing in a header, None where there is none."""
    plain = [_OTHER.sub("", cell.lower()) for cell in header]
    for name in NAMES[what]:
        for place, cell in enumerate(plain):
            if cell == name and place not in taken:
                return place
    return None


def find_columns(header: Sequence[str], needed: Sequence[str]) -> dict[str, int]:
    """Places of the columns that are needed, and of the ids where there are any.

    Raises
    ------
    InputError
        When one is missing.
    """
    found: dict[str, int] = {}
    for what in needed:
        place = find_column(what, header, list(found.values()))
        if place is None:
            raise InputError(_missing(what, header))
        found[what] = place
    place = find_column("id", header, list(found.values()))
    return found if place is None else found | {"id": place}


def _missing(what: str, header: Sequence[str]) -> str:
    example = EXAMPLES[what]
    if len(header) == 1:
        return (
            f"The table has no column of {WHAT[what]}, such as '{example}': its first line is "
            f"{quote(header[0])}, one column, and holds none of the delimiters that are known "
            "(comma, semicolon, tab, bar)."
        )
    names = [quote(cell) for cell in header[: 2 * MAX_LISTED]]
    more = f" and {len(header) - len(names):,} more" if len(header) > len(names) else ""
    return (
        f"The table has no column of {WHAT[what]}, such as '{example}'; the columns found are "
        f"{plain_line(', '.join(names), 300)}{more}."
    )
