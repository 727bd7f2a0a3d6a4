"""Headless Chromium that counts the bytes it receives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS = 120_000
CALM_MOMENTS, DEAF_MOMENTS = 12, 150
MOMENT = "() => new Promise(resolve => setTimeout(resolve, 20))"
"""Resolves once the page has finished its current work, which may send the next request."""


def find_chromium() -> str | None:
    """Path of the distribution's Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_obstacle() -> str | None:
    """Reason why no browser can be driven, or None."""
    if find_spec("playwright") is None:
        return "needs the package playwright"
    return None if find_chromium() else "needs Chromium"


@contextmanager
def open_page(url: str) -> Iterator[tuple[Any, Traffic]]:
    """Open an address in a fresh browser, and count what it receives from the start."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        traffic = Traffic(page)
        page.goto(url)
        traffic.settle()
        yield page, traffic
        browser.close()


class Traffic:
    """Bytes that a page received over the wire, headers included, and its open requests.

    The heartbeat, a request that Gradio leaves open as long as the page is open, counts in the
    bytes and is not waited for.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._received: dict[str, int] = {}
        self._taken = 0
        self._open: set[str] = set()
        self._active = False
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.dataReceived", self._receive)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.loadingFailed", self._end)
        session.send("Network.enable")

    def settle(self) -> None:
        """Wait until every request is answered and no other follows.

        A stream of Gradio's queue that has been silent for long is not waited for: the page may
        open one for an event whose answer has just arrived by another.
        """
        calm = 0
        while calm < (DEAF_MOMENTS if self._open else CALM_MOMENTS):
            self._active = False
            self._page.evaluate(MOMENT)
            calm = 0 if self._active else calm + 1

    def take(self) -> int:
        """Wait until all is received, and return the bytes since the last call."""
        self.settle()
        received = sum(self._received.values()) - self._taken
        self._taken += received
        return received

    def _begin(self, event: dict[str, Any]) -> None:
        if "/heartbeat/" not in event["request"]["url"]:
            self._open.add(event["requestId"])
            self._active = True

    def _receive(self, event: dict[str, Any]) -> None:
        """Count the bytes so far of an open stream; its length on the wire is known at its end."""
        request = event["requestId"]
        self._received[request] = self._received.get(request, 0) + event["dataLength"]
        self._active |= request in self._open

    def _finish(self, event: dict[str, Any]) -> None:
        self._received[event["requestId"]] = event["encodedDataLength"]
        self._end(event)

    def _end(self, event: dict[str, Any]) -> None:
        self._active |= event["requestId"] in self._open
        self._open.discard(event["requestId"])
