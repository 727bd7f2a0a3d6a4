"""Hostile files at every door of the page: a sentence in seconds, and no markup."""

from __future__ import annotations

import gzip
import html
import io
import os
import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.limits import Limits
from dta_demo.screening.sources import MOLECULES, PAIRS, PROTEINS
from dta_demo.training.tuning_pairs import letters_read_by, read_table
from dta_demo.ui.inputs.upload import read_molecule_file
from dta_demo.ui.inspector.tuning import load_result
from dta_demo.ui.pooling.map_section import read_proteins_to_map
from dta_demo.ui.screening.running import build_run
from dta_demo.ui.shared.protein_files import read_upload
from dta_demo.ui.structure.sources import read_file

pytestmark = pytest.mark.checkpoint

LIMITS = Limits.from_environment({"DTA_PUBLIC": "1", "DTA_TUNING_PAIRS": "300"})
SECONDS = 5.0
"""Processor time of one file; the slowest takes about half a second."""

MOST_BYTES = 200 * 2**20
"""Memory of one file: less than the text of a bomb that is unpacked."""

SCRIPT = "<img src=x onerror=window.stolen=1>"
MILLION = 1_000_000


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pairs.csv", b"0" * 10_000_000)
    return file.getvalue()


ATTACKS: dict[str, Callable[[], bytes]] = {
    "bomb": lambda: gzip.compress(b"\0" * 300_000_000, 1),
    "bomb of rows": lambda: gzip.compress(b"smiles,sequence\n" + b"CCO,MKV\n" * 20_000_000, 1),
    "bomb in a bomb": lambda: gzip.compress(gzip.compress(b"0" * 100_000_000, 1)),
    "one line": lambda: b"C" * 40_000_000,
    "a million molecules": lambda: b"smiles,id\n" + b"CCO,a\n" * MILLION,
    "a million proteins": lambda: b"sequence,id\n" + b"MKV,a\n" * MILLION,
    "a million pairs": lambda: b"protein,molecule,affinity\n" + b"ABL1,CCO,7\n" * MILLION,
    "millions of columns": lambda: b"," * 5_000_000 + b"\n" + b"," * 5_000_000,
    "an open quotation": lambda: b'protein,smiles,affinity\nABL1,"' + b"CCO\n" * 2 * MILLION,
    "script in names": lambda: f"id,sequence,smiles,affinity\n{SCRIPT},MKV,CCO,7\n".encode(),
    "script in cells": lambda: f"id,sequence,smiles,affinity\na,{SCRIPT},{SCRIPT},7\n".encode(),
    "script in the header": lambda: f"{SCRIPT},other\na,b\n".encode(),
    "zeros": lambda: b"\0" * MILLION,
    "noise": lambda: os.urandom(MILLION),
    "archive": zipped,
    "nothing": lambda: b"",
}


def at_screen(kind: str) -> Callable[[Any, Path], Any]:
    def screen(predictor: Any, path: Path) -> Any:
        run = build_run(predictor, LIMITS)
        return [said for _, said in run(kind, "", str(path), "ABL1", "imatinib")][-1]

    return screen


DOORS: dict[str, Callable[[Any, Path], Any]] = {
    "Kinome": lambda _, path: read_upload(LIMITS.upload_bytes, str(path)),
    "Pooling": lambda _, path: read_proteins_to_map(LIMITS.upload_bytes, str(path)),
    "molecule": lambda _, path: read_molecule_file(str(path)),
    "Structure": lambda _, path: read_file(path.read_bytes(), None)[1],
    "fine-tuning": lambda model, path: read_table(path, letters_read_by(model), 300),
    "tuned readout": lambda model, path: load_result(model, str(path), "ABL1", "imatinib"),
    "Screen of molecules": at_screen(MOLECULES),
    "Screen of proteins": at_screen(PROTEINS),
    "Screen of pairs": at_screen(PAIRS),
}


@pytest.fixture(scope="module", params=ATTACKS)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    path = tmp_path_factory.mktemp("hostile") / "upload.csv"
    path.write_bytes(ATTACKS[request.param]())
    yield request.param, path
    path.unlink()


@pytest.mark.parametrize("door", DOORS)
def test_a_hostile_file_gets_a_sentence_in_seconds(predictor, hostile, door: str) -> None:
    name, path = hostile
    tracemalloc.start()
    begun = time.process_time()
    try:
        said = str(DOORS[door](predictor, path))
    except InputError as refusal:
        said = html.escape(str(refusal))
        assert 10 < len(said) < 600
    taken, (_, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < SECONDS, (name, door)
    assert most < MOST_BYTES, (name, door)
    if door not in ("Kinome", "Pooling", "molecule", "fine-tuning"):
        assert not re.search(r"<(img|script)", said), said
