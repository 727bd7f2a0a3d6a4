"""The page on a free port with the bundled model, and Chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import pytest

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.benchmarks.chromium import FLAGS, find_chromium
from dta_demo.ui.page.layout import build, launch_options
from tests.support.npm import fetch_viewer_script

NO_CHROMIUM = "browser tests need Chromium"
SECONDS = 1000
PATIENCE = 60 * SECONDS
SEE_INTO_FRAMES = "--disable-features=IsolateSandboxedIframes"
"""Playwright does not see what a sandboxed frame with a process of its own asks for."""


@pytest.fixture(scope="session")
def predictor() -> Any:
    """The checkpoint in the repository."""
    from dta_demo.predictor.predictor import AffinityPredictor

    return AffinityPredictor.load()


@pytest.fixture(scope="session")
def site(predictor: Any) -> Iterator[str]:
    """The address of the running page."""
    blocks = build(predictor)
    _, url, _ = blocks.launch(
        prevent_thread_lock=True,
        quiet=True,
        server_name="127.0.0.1",
        server_port=find_free_port(),
        **launch_options(),
    )
    yield url
    blocks.close(verbose=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium, the distribution's own."""
    playwright = pytest.importorskip("playwright.sync_api", reason=NO_CHROMIUM)
    path = find_chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS, SEE_INTO_FRAMES])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, site: str) -> Iterator[Any]:
    """The open page; fails on a request to another host, an error or a dialog in it."""
    with watch_page(chromium, site) as page:
        yield page


@contextmanager
def watch_page(
    chromium: Any, site: str, outside: dict[str, Callable[[Any], None]] | None = None
) -> Iterator[Any]:
    """Open the page; fails on an error, a dialog or a request to another host.

    Parameters
    ----------
    outside : dict, optional
        Addresses of other hosts that may be asked, with what answers in their place.
    """
    outside = outside or {}
    trouble: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    for address, answer in outside.items():
        context.route(address, answer)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def note_request(request: Any) -> None:
        if not request.url.startswith((site, "data:", "blob:", *outside)):
            trouble.append(f"asked another host: {request.url}")

    def note_dialog(dialog: Any) -> None:
        trouble.append(f"opened a dialog: {dialog.message}")
        dialog.dismiss()

    context.on("request", note_request)
    page.on("dialog", note_dialog)
    page.on("pageerror", lambda error: trouble.append(f"raised in the page: {error}"))
    page.goto(site)
    yield page
    context.close()
    assert trouble == []


@pytest.fixture(scope="session")
def viewer_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3Dmol.js, from the npm package."""
    try:
        return fetch_viewer_script(tmp_path_factory.mktemp("npm"))
    except RuntimeError as error:
        pytest.skip(str(error))
