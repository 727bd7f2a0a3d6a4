"""The page by keyboard alone: where focus is, what it is called there, and whether it is seen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS, MOMENT = 60, 30
LEAST_CONTRAST = 3.0
"""Contrast of a ring with the ground around it (WCAG 2.2, 1.4.11)."""

FOLLOWED = """() => new Promise(resolve =>
    requestAnimationFrame(() => requestAnimationFrame(resolve)))"""
"""Ends when the page has drawn twice, however long it takes on a busy machine."""

STILL = """() => new Promise(resolve => {
  let height = null, since = 0;
  const look = time => {
    if (document.body.scrollHeight !== height)
      [height, since] = [document.body.scrollHeight, time];
    if (time - since > 500) resolve();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
"""Ends when the page has had one height for half a second: what grows above a stop moves it."""

LOOK = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const read = colour => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = colour => {
    const [r, g, b] = read(colour).map(x => x / 255)
      .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(element);
  const inside = parseFloat(style.outlineOffset) < 0;
  let ground = inside ? element : element.parentElement;
  const isClear = each => (read(getComputedStyle(each).backgroundColor)[3] ?? 1) < 0.9;
  while (ground.parentElement && isClear(ground)) ground = ground.parentElement;
  const pair = [style.outlineColor, getComputedStyle(ground).backgroundColor].map(light);
  let opacity = 1;
  for (let each = element; each; each = each.parentElement)
    opacity *= Number(getComputedStyle(each).opacity);
  const {top, bottom, left, right} = element.getBoundingClientRect();
  const inView = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const isDrawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  window.stops ??= new Map();
  if (!window.stops.has(element)) window.stops.set(element, window.stops.size);
  const before = window.lastStop;
  window.lastStop = element;
  return {
    number: window.stops.get(element),
    words: element.outerHTML.slice(0, 160),
    contrast: (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05),
    isSeen: isDrawn && inView && opacity > 0.5,
    wasLeft: !before || before === element || getComputedStyle(before).outlineStyle === "none",
    isFrame: element.tagName === "IFRAME",
  };
}"""


@dataclass(frozen=True)
class Stop:
    """Where focus is.

    Attributes
    ----------
    number : int
        The same for the same element.
    name : str
        As a screen reader is told it.
    words : str
        The element's HTML, for messages.
    is_seen : bool
        Whether there is a ring in view, with enough contrast, which the last stop has no more.
    """

    number: int
    name: str
    words: str
    is_seen: bool


class Keys:
    """Keys that are pressed in a page, and where they lead."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)

    def press(self, *keys: str) -> None:
        """Press keys in turn, each when the page has followed the one before."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.evaluate(FOLLOWED)

    def is_at(self, selector: str) -> bool:
        """Whether focus is at an element or inside of it."""
        script = "selector => Boolean(document.activeElement?.closest(selector))"
        return bool(self.page.evaluate(script, selector))

    def go_to(self, selector: str, key: str = "Tab", most: int = 60) -> None:
        """Press a key until focus is at an element; fails after some times."""
        for _ in range(most):
            self.press(key)
            if self.is_at(selector):
                return
        raise AssertionError(f"{key} does not lead to {selector} in {most} steps")

    def wait_at(self, selector: str) -> None:
        """Wait until focus is at an element."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.is_at(selector):
            where = self.page.evaluate("document.activeElement?.outerHTML.slice(0, 160)")
            assert time.monotonic() < end, f"focus is not at {selector} but at {where}"
            self.page.wait_for_timeout(MOMENT)

    def look(self) -> Stop | None:
        """Where focus is; None outside of the page. A ring may take a moment to come."""
        for _ in range(20):
            found = self.page.evaluate(LOOK)
            if found is None:
                return None
            is_seen = found["isSeen"] and found["wasLeft"] and found["contrast"] >= LEAST_CONTRAST
            if is_seen or found["isFrame"]:
                break
            self.page.wait_for_timeout(MOMENT)
        is_seen = is_seen or found["isFrame"]
        return Stop(found["number"], self._read_name(), found["words"], is_seen)

    def walk_round(self, most: int) -> list[Stop]:
        """Press Tab until focus is where it was; fails where it does not come back."""
        self.page.evaluate(STILL)
        start, stops = self.look(), []
        assert start is not None
        while len(stops) <= most:
            self.page.keyboard.press("Tab")
            stop = self.look()
            if stop is not None:
                stops.append(stop)
                if stop.number == start.number:
                    return stops
        raise AssertionError(f"after {most} stops focus is at {stops[-1].words}")

    def _read_name(self) -> str:
        found = self._session.send("Runtime.evaluate", {"expression": "document.activeElement"})
        asked = {"objectId": found["result"]["objectId"], "fetchRelatives": False}
        nodes = self._session.send("Accessibility.getPartialAXTree", asked)["nodes"]
        return str(nodes[0].get("name", {}).get("value", "")).strip()
