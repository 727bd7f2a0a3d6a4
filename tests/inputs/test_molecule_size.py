from __future__ import annotations

import time

import pytest

from dta_demo.inputs.molecule import parse_molecule, read_molecule
from tests.support.inputs import refusal, ring_line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ring_line(17), "17 rings fused or bridged into one system, and at most 16 are read"),
        (ring_line(50), "50 rings fused"),
        (ring_line(65), "65 rings fused"),
        (ring_line(65)[:-2] + "Cc1", "65 rings fused"),
        ("-".join([ring_line(16)] * 4), "64 rings, and at most 60"),
        (f"CC.{ring_line(50)}", "50 rings fused"),
    ],
)
def test_many_rings_are_refused_at_once(text, words):
    for read in (parse_molecule, read_molecule):
        start = time.thread_time()
        assert words in refusal(read, text)
        assert time.thread_time() - start < 0.1


@pytest.mark.parametrize("name", ["fused_rings_464.smi", "fused_rings_614.smi"])
def test_hostile_files_are_refused_at_once(name, shared_data):
    path = shared_data / "hostile" / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    start = time.thread_time()
    assert "rings fused" in refusal(parse_molecule, path.read_text(encoding="utf-8"))
    assert time.thread_time() - start < 0.1


def test_many_equally_short_rings_are_refused_though_few_are_independent():
    beads = "".join(f"CC%{bead + 11}(C%{bead + 10})" for bead in range(1, 13))
    assert "rings, and at most 60" in refusal(parse_molecule, f"C1%98%11{beads}C1.C%98%23")


def test_as_many_rings_as_are_read_are_read_in_time():
    text = "-".join([ring_line(16)] * 3)
    start = time.thread_time()
    assert parse_molecule(text).smiles
    assert time.thread_time() - start < 0.5
