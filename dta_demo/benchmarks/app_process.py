"""The app as a visitor's server runs it: ``python app.py`` in a process of its own."""

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
    """An app that has answered its first page.

    Attributes
    ----------
    seconds : float
        From starting the process to the whole first page.
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
        When the app ends or gives no page in time; the message has what it wrote.
    """
    port = find_free_port()
    with tempfile.TemporaryFile() as written:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env={
                **os.environ,
                "GRADIO_SERVER_NAME": HOST,
                "GRADIO_SERVER_PORT": str(port),
                **(settings or {}),
            },
            stdout=written,
            stderr=written,
        )
        try:
            while not _gives_page(port):
                if process.poll() is not None or time.perf_counter() - start > PATIENCE_SECONDS:
                    written.seek(0)
                    raise RuntimeError(f"The app gave no page: {written.read().decode()[-2000:]}")
                time.sleep(POLL_SECONDS)
            yield RunningApp(process.pid, port, time.perf_counter() - start)
        finally:
            process.terminate()  # It takes its temporary folder away.
            try:
                process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()
                process.wait()


def find_free_port() -> int:
    """Let the system choose a port."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _gives_page(port: int) -> bool:
    """Whether the address answers with the page, and not with an error or something else."""
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
    """Read a field such as VmHWM, the peak, of a process in MB; None where there is none."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kilobytes = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return next((int(size) * 1024 / MEGABYTE for size in kilobytes), None)
