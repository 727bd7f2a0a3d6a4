"""SECURITY.md: every attack of its tables names a test that is there."""

from __future__ import annotations

import re

import pytest

from tests.support.paths import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in SECURITY.splitlines()
    if line.startswith("| ") and not line.startswith("| attack |")
]
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


def test_there_are_tables() -> None:
    assert len(ROWS) > 40
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_what_a_row_names_is_there(row: list[str]) -> None:
    attack, outcome, tests = row
    assert attack
    assert outcome
    # What has a space is a command, and no test.
    names = [each for each in re.findall(r"`([^`]+)`", tests) if " " not in each]
    paths = re.findall(r"tests/[\w/.]*", tests)
    assert names or paths or "fixture of all browser tests" in tests, "no test is named"
    for name in names:
        assert any(name in test for test in TESTS), name
    for path in paths:
        assert (ROOT / path).exists(), path
