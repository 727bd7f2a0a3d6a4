"""Actions of a visitor on the page, in Chromium."""

from __future__ import annotations

from typing import Any

from dta_demo.benchmarks.chromium import Traffic
from dta_demo.benchmarks.samples import fresh_protein, molecules
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import prediction as prediction_text

NOTE_DRAWING = """([pressed, shown, words]) => {
    window.drawn = new Promise(resolve => {
        let start;
        const note = event => {
            if (!event.target.closest(pressed)) return;
            start = performance.now();
            document.removeEventListener("pointerdown", note, true);
        };
        document.addEventListener("pointerdown", note, true);
        const observer = new MutationObserver(() => {
            const found = [...document.querySelectorAll(shown)];
            if (start === undefined || !found.some(x => x.textContent.includes(words))) return;
            observer.disconnect();
            requestAnimationFrame(() => requestAnimationFrame(
                () => resolve((performance.now() - start) / 1000)));
        });
        observer.observe(document.body, {subtree: true, childList: true, characterData: true});
    });
}"""
"""Notes the seconds from a press on one element until another has the words and two frames were
painted."""


class Visit:
    """Page of one visitor, with the actions on it; each prediction is of an unseen protein."""

    def __init__(self, page: Any, traffic: Traffic) -> None:
        self.page, self.traffic = page, traffic
        self._number = 0

    def predict(self, residues: int) -> float:
        """Fill the boxes, wait for their previews, and time from the press to the drawn result."""
        self.open_tab(prediction_text.TAB)
        self._number += 1
        name, drugs = f"visit{self._number}", molecules()
        protein = f">{name}\n{fresh_protein(residues, self._number)}"
        self.page.locator("#protein textarea").fill(protein)
        self.page.locator("#drug textarea").fill(drugs[self._number % len(drugs)])
        self.traffic.take()
        return self._time_press(self.page.locator("#predict"), "#result .dta-title", name)

    def open_tab(self, name: str) -> None:
        """Open a tab, and wait until its requests are answered."""
        tab = self.page.get_by_role("tab", name=name, exact=True).last
        if tab.get_attribute("aria-selected") == "true":
            return
        with self.page.expect_request(lambda request: request.method == "POST"):
            tab.click()
        self.traffic.settle()

    def choose_layer(self, layer: int) -> float:
        """Choose a layer, and time until its maps are drawn."""
        return self._choose("layer", layer, f"Heads of layer {layer}")

    def choose_head(self, head: int) -> float:
        """Choose a head, and time until its profile is drawn."""
        return self._choose("head", head, attention_text.HEAD_WORDS.format(head=head))

    def _choose(self, box: str, number: int, title: str) -> float:
        self.page.locator(f"#{box} input").click()
        options = self.page.locator(f"[role=option][aria-posinset='{number + (box == 'head')}']")
        return self._time_press(options.last, "#attention-plot .annotation-text", title)

    def _time_press(self, pressed: Any, shown: str, words: str) -> float:
        """Press, and return the seconds until an element that is ``shown`` has the words."""
        pressed.evaluate("element => { element.dataset.timed = ''; }")
        self.page.evaluate(NOTE_DRAWING, ["[data-timed]", shown, words])
        pressed.click()
        seconds: float = self.page.evaluate("window.drawn")
        self.traffic.settle()
        return seconds
