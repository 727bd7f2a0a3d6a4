"""The page on a free port with the bundled model, and Chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import pytest
from playwright.sync_api import expect, sync_playwright

from dta_demo.benchmarks.chromium import FLAGS, find_chromium
from dta_demo.ui.page.layout import build
from tests.support.browser import PATIENCE, SEE_INTO_FRAMES, watch_page
from tests.support.npm import fetch_package, fetch_viewer_script
from tests.support.server import launch


@pytest.fixture(scope="session")
def site(predictor: Any) -> Iterator[str]:
    """The address of the running page."""
    with launch(build(predictor)) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium, the distribution's own.

    Not for longer than a module: while Playwright is open, its event loop runs in this thread, and
    a test elsewhere that starts one of its own fails.
    """
    path = find_chromium()
    if path is None:
        pytest.skip("browser tests need Chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS, SEE_INTO_FRAMES])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, site: str) -> Iterator[Any]:
    """The open page; fails on a request to another host, an error or a dialog in it."""
    with watch_page(chromium, site) as page:
        yield page


@pytest.fixture(scope="session")
def viewer_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3Dmol.js, from the npm package."""
    try:
        return fetch_viewer_script(tmp_path_factory.mktemp("npm"))
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    try:
        package: Path = fetch_package(folder, "axe-core", "^4")
    except RuntimeError as error:
        pytest.skip(str(error))
    return (package / "axe.min.js").read_text(encoding="utf-8")
