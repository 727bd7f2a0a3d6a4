"""The page in Chromium: opened under watch, and what a visitor does there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

PATIENCE = 180_000
"""Milliseconds that Playwright waits for anything, such as an explanation on a busy machine."""

SEE_INTO_FRAMES = "--disable-features=IsolateSandboxedIframes"
"""Playwright does not see what a sandboxed frame with a process of its own asks for."""


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
    # Heard from the start: a chooser that opens while a test begins to listen may go unreported.
    page.on("filechooser", lambda _: None)
    page.on("pageerror", lambda error: trouble.append(f"raised in the page: {error}"))
    page.goto(site)
    yield page
    context.close()
    assert trouble == []


def open_at(page: Any, width: int, query: str = "") -> None:
    """Open the page in a window of another width, such as a telephone's."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(page.url.split("?")[0] + query)


def box(page: Any, name: str) -> Any:
    return page.locator(f"#{name} textarea")


def press_predict(page: Any) -> None:
    page.locator("#predict").click()


def predict(page: Any) -> None:
    press_predict(page)
    expect(page.locator(".dta-result")).to_be_visible()


def choose(page: Any, name: str, option: str) -> None:
    page.locator(f"#{name} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def open_tab(page: Any, name: str) -> None:
    """Open a tab; on a telephone the last ones are in a menu."""
    expect(page.get_by_role("tab").first).to_be_visible()
    tab = page.get_by_role("tab", name=name, exact=True)
    if tab.count() == 0:
        page.get_by_label("More tabs").click()
        tab = page.locator(".overflow-dropdown").get_by_role("button", name=name, exact=True)
    tab.click()


def expect_plot(page: Any, selector: str) -> None:
    expect(page.locator(f"{selector} .main-svg").first).to_be_visible()


def overflow(page: Any) -> int:
    """Pixels by which the page is wider than its window."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return pixels
