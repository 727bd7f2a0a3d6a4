/* Names of Gradio's parts for who does not see them, where its own do not fit what is shown, and
   results that are read out.

   The button of an upload is named otherwise than it reads, so that it cannot be asked for by
   voice, and all of them alike; the filter of a table has a title in place of a label; and every
   slider's button is named like the next one's.

   A plot is a group, as the buttons of its mode bar are in it, and is named by the description that
   its figure carries. Its drawing, which would be read as loose numbers of axes, is left out. */
(() => {
  const SAID = "[data-said], .dta-finding:not(#explain-pocket *, #tour-said *), .dta-placeholder,"
    + " .progress-level-inner";
  const PAUSE = 10000, MOMENT = 400;  // milliseconds: between two words on progress; to settle in

  const nameOf = part => part.closest(".block")
    ?.querySelector("[data-testid=block-info], [data-testid=block-label]")?.textContent.trim();

  function mendNames() {
    for (const button of document.querySelectorAll("button.upload-container[aria-label]")) {
      if (button.dataset.named) continue;
      button.dataset.named = "yes";
      const words = button.innerText.replace(/\s+/g, " ").trim();
      button.setAttribute("aria-label", [nameOf(button), words].filter(Boolean).join(": "));
    }
    for (const box of document.querySelectorAll("input.search-input:not([aria-label])"))
      box.setAttribute("aria-label", box.title || box.placeholder);
    for (const button of document.querySelectorAll("button.reset-button:not([data-named])")) {
      button.dataset.named = "yes";
      const words = button.getAttribute("aria-label");
      button.setAttribute("aria-label", [words, nameOf(button)].filter(Boolean).join(": "));
    }
  }

  function describe(plot) {
    const words = plot.layout?.meta?.description;
    if (!words) return;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", words);
    for (const drawing of plot.querySelectorAll(".main-svg"))
      drawing.setAttribute("aria-hidden", "true");
  }

  const said = new WeakMap();
  let silentUntil = 0, saying = 0;

  /** Reads out what is new: a prediction whichever tab is open, what is shown of other results, and
      from time to time how far the next one has come. */
  function say() {
    const words = [];
    for (const part of document.querySelectorAll(SAID)) {
      const text = part.dataset.said || part.textContent.trim();
      const isSaid = part.dataset.said || part.getClientRects().length;
      if (!isSaid || said.get(part) === text) continue;
      said.set(part, text);
      const isProgress = part.matches(".progress-level-inner");
      if (isProgress && Date.now() < silentUntil) continue;
      if (isProgress) silentUntil = Date.now() + PAUSE;
      words.push(text);
    }
    const place = document.getElementById("said");
    if (words.length && place) place.textContent = words.join(" ");
  }

  let waiting = false;
  function mend() {
    waiting = false;
    mendNames();
    document.querySelectorAll(".js-plotly-plot").forEach(describe);
    saying ||= setTimeout(() => { saying = 0; say(); }, MOMENT);
  }
  new MutationObserver(changes => {
    if (waiting || changes.every(change => change.target.id === "said")) return;
    waiting = true;
    requestAnimationFrame(mend);
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
  mend();
})();
