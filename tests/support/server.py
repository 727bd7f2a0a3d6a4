"""The page's server on a free port, and requests to it without a browser."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.runtime.limits import HOME, Limits
from dta_demo.ui.page.layout import build, launch_options
from dta_demo.ui.shared.examples import load_examples

PATIENCE_SECONDS = 180


@contextmanager
def launch(page: Any, limits: Limits = HOME) -> Iterator[str]:
    _, url, _ = page.launch(
        prevent_thread_lock=True,
        quiet=True,
        server_name="127.0.0.1",
        server_port=find_free_port(),
        **launch_options(limits),
    )
    yield url.rstrip("/")
    page.close(verbose=False)


@contextmanager
def serve(predictor: Any, limits: Limits) -> Iterator[tuple[str, Any]]:
    page = build(predictor, examples=load_examples()[:1], limits=limits)
    with launch(page, limits) as url:
        yield url, page


def ask(url: str, name: str, *data: Any) -> tuple[str, Any]:
    """Ask an endpoint as curl does, and return the last event with its data."""
    joined = httpx.post(f"{url}/gradio_api/call/{name}", json={"data": list(data)})
    if joined.status_code != 200:
        return str(joined.status_code), joined.json()
    address = f"{url}/gradio_api/call/{name}/{joined.json()['event_id']}"
    lines = httpx.get(address, timeout=PATIENCE_SECONDS).text.splitlines()
    return lines[-3].removeprefix("event: "), json.loads(lines[-2].removeprefix("data: "))


def until(is_so: Callable[[], bool]) -> None:
    """Wait until a condition holds; fails after three minutes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
