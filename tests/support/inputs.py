"""Texts that visitors give, and what their refusals must be like."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dta_demo.inputs.errors import InputError

KINASE = "MKKFFDSRREQGGSGLGSGSSGGGGSTSGLGSGYIGRVFGIGRQQVTVDEVLAEGGFAIVFLVRTSNGMK"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
DATASETS = ("davis", "kiba", "bdb")


def read_column(path: Path, name: str) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def refusal(parse: Callable[[str], object], text: str) -> str:
    """Return the sentence of a refusal, after checking that it is one."""
    with pytest.raises(InputError) as caught:
        parse(text)
    sentence = str(caught.value)
    assert sentence.isprintable(), "no line break or control character reaches the page"
    assert sentence.endswith(".")
    assert len(sentence) < 260
    assert not re.search(r"Error|Exception|Traceback", re.sub("'.*'", "", sentence))
    return sentence


def is_kept(change: str) -> bool:
    """Tell whether a change points at something unusual that is still there."""
    return change.startswith("Kept ")


def ring_line(rings: int) -> str:
    """Spell aromatic rings fused in a line, the last one of four atoms."""
    numbers = [f"%{ring + 10}" for ring in range(1, rings)]
    there = "".join(f"cc{number}" for number in numbers)
    back = "".join(f"c{number}c" for number in reversed(numbers))
    return f"c1{there}cc{back}c1"
