"""The page on a machine that reaches nothing but itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dta_demo.benchmarks.chromium import find_chromium
from tests.support.namespaces import find_obstacle, shut_in
from tests.support.offline_visit import TABS
from tests.support.paths import ROOT
from tests.support.server import PATIENCE_SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.checkpoint, pytest.mark.slow]

WATCHER = ROOT / "tests" / "support" / "watched_network"
ASK = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"


def run_offline(command: list[str], notes: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that reaches no network, each address that it asks for noted."""
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    notes.touch()
    return subprocess.run(
        shut_in([sys.executable, *command], offline=True),
        env={**os.environ, "PYTHONPATH": str(WATCHER), "OUTSIDE_ADDRESSES": str(notes)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )


def test_what_asks_another_machine_fails_there_and_is_noted(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    done = run_offline(["-c", ASK], notes)
    assert done.returncode == 1
    assert "unreachable" in done.stderr
    assert "socket.connect ('192.0.2.1', 80)" in notes.read_text(encoding="utf-8")


def test_every_tab_works_and_no_other_machine_is_asked(tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("browser tests need Chromium")
    notes = tmp_path / "notes"
    done = run_offline(["-m", "tests.support.offline_visit"], notes)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == list(TABS)
    assert notes.read_text(encoding="utf-8") == ""
