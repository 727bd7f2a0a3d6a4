"""App in a process of its own, ``python app.py``, as a server runs it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dta_demo.ui.text import page as page_text

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
POLL_SECONDS = 0.005
PATIENCE_SECONDS = 120
MEGABYTE = 1e6


@dataclass(frozen=True)
class RunningApp:
    """App that has served its first page.

    Attributes
    ----------
    seconds : float
        From the start of the process to the whole first page.
    """

    process: int
    port: int
    seconds: float

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{HOST}:{self.port}"


@contextmanager
def run_app(settings: Mapping[str, str] | None = None) -> Iterator[RunningApp]:
    """Start the app on a free port, wait for its first page, and stop it at the end.

    Parameters
    ----------
    settings : mapping, optional
        Variables of its environment.

    Raises
    ------
    RuntimeError
        When the app ends or serves no page in time; the message has its output.
    """
    port = find_free_port()
    address = {"GRADIO_SERVER_NAME": HOST, "GRADIO_SERVER_PORT": str(port)}
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env={**os.environ, **address, **(settings or {})},
            stdout=output,
            stderr=output,
        )
        try:
            while not _serves_page(port):
                if process.poll() is not None or time.perf_counter() - start > PATIENCE_SECONDS:
                    output.seek(0)
                    raise RuntimeError(f"The app gave no page: {output.read().decode()[-2000:]}")
                time.sleep(POLL_SECONDS)
            yield RunningApp(process.pid, port, time.perf_counter() - start)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the app, which removes its temporary folder, or kill it when it does not end."""
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()


def find_free_port() -> int:
    """Port that the system chooses."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _serves_page(port: int) -> bool:
    """Whether the answer at the port is the page, and not an error or something else."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and page_text.TITLE in answer.read().decode()
    except OSError:
        return False
    finally:
        connection.close()


def read_memory(process: int, field: str) -> float | None:
    """Memory of a process in MB by a field such as VmHWM, the peak; None where it is not told."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kilobytes = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return next((int(size) * 1024 / MEGABYTE for size in kilobytes), None)
