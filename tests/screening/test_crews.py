import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from dta_demo.screening.batches import ModelSettings, Partner
from dta_demo.screening.crews import OneProcess, RayCluster, SeveralProcesses, make_crew
from dta_demo.screening.screen import Screen
from dta_demo.screening.sources import MOLECULES, Source

pytestmark = pytest.mark.checkpoint

SETTINGS = ModelSettings(device="cpu")


@pytest.fixture
def run(molecules, abl1):
    """Screen the molecules by a crew, in batches of 8, and do something after the first."""

    def run(crew, after_first=lambda: None):
        source = Source(molecules, MOLECULES)
        rows = []
        for batch in Screen(source, Partner(abl1), crew, batch_rows=8).batches():
            if not rows:
                after_first()
            rows.extend(batch)
        return rows

    return run


@pytest.fixture
def expected(run, predictor, nothing_remembered):
    return run(OneProcess(predictor))


def kill_one_worker():
    os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)


def test_a_killed_worker_loses_nothing(run, expected):
    assert run(SeveralProcesses(SETTINGS, 2), kill_one_worker) == expected


def test_workers_that_die_again_and_again_end_the_screen(run, monkeypatch):
    class Deadly:
        def submit(self, *arguments):
            raise BrokenProcessPool

        def shutdown(self, **options):
            pass

    monkeypatch.setattr(SeveralProcesses, "_open", lambda self: Deadly())
    with pytest.raises(OSError, match="died 3 times"):
        run(SeveralProcesses(SETTINGS, 1))


@pytest.mark.skipif(sys.platform != "linux", reason="finds Ray's processes in /proc")
def test_a_ray_cluster_gives_the_same_and_runs_a_dead_task_again(run, expected):
    killed = []

    def kill_the_first_task():
        end = time.monotonic() + 60
        while not killed and time.monotonic() < end:
            for process in find_ray_tasks():
                os.kill(process, signal.SIGKILL)
                killed.append(process)
                break
            time.sleep(0.05)

    killer = threading.Thread(target=kill_the_first_task)
    killer.start()
    assert run(RayCluster(SETTINGS, "local", 2)) == expected
    killer.join()
    assert killed


def find_ray_tasks():
    """Processes below this one that run a task of Ray."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_bytes()
            if title.startswith(b"ray::_run_on_ray") and os.getpid() in ancestors(folder):
                yield int(folder.name)
        except OSError:
            continue


def ancestors(folder):
    found = set()
    while folder.name not in ("0", "1") and int(folder.name) not in found:
        found.add(int(folder.name))
        status = (folder / "stat").read_text()
        folder = folder.with_name(status.rsplit(")", 1)[1].split()[1])
    return found


def test_crews_are_made_by_options(monkeypatch):
    assert isinstance(make_crew(SETTINGS), OneProcess)
    assert isinstance(make_crew(SETTINGS, 1), OneProcess)
    assert isinstance(make_crew(SETTINGS, 2), SeveralProcesses)
    assert isinstance(make_crew(SETTINGS, 2, "local"), RayCluster)
    with pytest.raises(ValueError, match="1 worker at least"):
        make_crew(SETTINGS, 0)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ValueError, match=r"requirements-ray\.txt"):
        make_crew(SETTINGS, 2, "local")
