"""The steps of the Dockerfile without Docker: nobody's privileges, and a read-only file system."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from dta_demo.benchmarks.app_process import find_free_port, read_memory
from dta_demo.runtime.limits import MEGABYTE
from tests.support.namespaces import find_obstacle, shut_in
from tests.support.paths import ROOT
from tests.support.server import PATIENCE_SECONDS, ask, until

STEPS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    if re.match(r"[A-Z]+ ", line)
]
MEMORY = 16_000 * MEGABYTE


def arguments(instruction: str) -> list[str]:
    """What stands after each instruction of a kind."""
    return [rest for name, rest in STEPS if name == instruction]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the steps copy, where they copy them."""
    folder = tmp_path_factory.mktemp("image")
    ignored = shutil.ignore_patterns("__pycache__")
    for rest in arguments("COPY"):
        source, goal = rest.split()
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / goal, ignore=ignored)
        else:
            shutil.copy(ROOT / source, folder / goal)
    return folder


@contextmanager
def run_shut_in(image: Path, temporary: Path) -> Iterator[tuple[str, int]]:
    """The command of the image, which can write into one folder only; its address and process."""
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    port = find_free_port()
    settings = dict(pair.split("=") for pair in " ".join(arguments("ENV")).split())
    (command,) = map(json.loads, arguments("CMD"))
    assert command[0] == "python"
    environment = {
        **settings, "PATH": os.environ["PATH"], "HOME": str(temporary), "TMPDIR": str(temporary),
        "GRADIO_SERVER_PORT": str(port), "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2"),
    }  # fmt: skip
    shut = shut_in([sys.executable, *command[1:]], writable=temporary)
    with subprocess.Popen(shut, env=environment, cwd=image) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: process.poll() is not None or is_healthy(url))
            assert process.poll() is None
            yield url, process.pid
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()


def is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.checkpoint
@pytest.mark.slow
def test_it_predicts_without_privileges_and_writes_into_one_folder_only(
    image: Path, tmp_path: Path, predictor: Any
) -> None:
    with run_shut_in(image, tmp_path) as (url, process):
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        assert re.search(r"^CapEff:\s0+$", status, re.MULTILINE)
        event, data = ask(url, "predict", "ABL1", "imatinib")
        assert (event, data) == ("complete", [predictor.predict("ABL1", "imatinib").to_dict()])
        peak = read_memory(process, "VmHWM")
        assert peak is None or peak * MEGABYTE < MEMORY
    assert not list(tmp_path.glob("dta-demo-*"))
    assert not list(image.rglob("__pycache__"))


def test_its_packages_are_those_of_the_requirements_and_are_here() -> None:
    (step,) = arguments("RUN")
    assert step == "pip install --no-cache-dir -r requirements.txt"
    install = step.removeprefix("pip ").split()
    here = [sys.executable, "-m", "pip", *install, "--dry-run", "--no-index", "--quiet"]
    subprocess.run(here, check=True, cwd=ROOT)


def test_what_it_copies_is_in_its_context_and_is_all_that_is() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    context = {line[1:] for line in lines if line.startswith("!")}
    assert context == {rest.split()[0] for rest in arguments("COPY")}


def test_it_is_run_by_somebody_who_is_not_root_and_asked_how_it_is() -> None:
    (user,) = arguments("USER")
    assert all(int(number) > 0 for number in user.split(":"))
    assert "/health" in arguments("HEALTHCHECK")[0]
    names = [name for name, _ in STEPS]
    assert names.index("RUN") < names.index("USER") < names.index("CMD")
