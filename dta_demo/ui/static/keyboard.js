/* The page without a mouse, where Gradio leaves something out.

   Arrows go from tab to tab, a table is sorted from its headers, what is wider than its box is
   scrolled by arrows, and focus that something took away by vanishing goes to what comes next. */
(() => {
  const ENDS = {Home: 0, End: -1};
  const MOUSE_ONLY = ".modebar-btn[data-attr$=dragmode], .modebar-btn[data-title^=Download]";
  const WIDE = "#kinome-picture, #model-card, .dta-table-box, .dta-folded > div, .prose pre";
  const HEADINGS = "h1, h2, h3, summary, .label-wrap";
  const REACHED = "a[href], button:enabled, input:enabled, textarea:enabled, summary, [tabindex='0']";
  const BACK = {"sketch-close": "draw", "sketch-take": "draw"};  // by id, what was pressed before
  const PATIENCE = 150;  // milliseconds in which what has vanished may come back

  const isShown = element => element.isConnected && element.getClientRects().length > 0;
  const isReached = element => isShown(element) && element.tabIndex >= 0 && element.matches(REACHED);

  /** One stop for all tabs, the open one, as for all radios of a group. */
  function joinGroups() {
    for (const tab of document.querySelectorAll("[role=tab]"))
      tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
    for (const group of document.querySelectorAll("fieldset")) {
      const radios = group.querySelectorAll("input[type=radio]");
      for (const radio of radios) radio.name = radios[0].name;
    }
  }

  /** Makes a stop of what is wider than its box, with the name of the heading before it. */
  function mendWide() {
    for (const box of document.querySelectorAll(WIDE)) {
      const isWide = isShown(box) && box.scrollWidth > box.clientWidth + 1
        && getComputedStyle(box).overflowX !== "visible";
      if (isWide === box.hasAttribute("data-dta-wide")) continue;
      box.toggleAttribute("data-dta-wide", isWide);
      if (!isWide) {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
        continue;
      }
      const before = Array.from(document.querySelectorAll(HEADINGS)).filter(each => isShown(each)
        && each.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING);
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", before.at(-1)?.textContent.trim() || document.title);
    }
  }

  function mend() {
    joinGroups();
    mendWide();
    for (const skipped of document.querySelectorAll(`ul[role=listbox], ${MOUSE_ONLY}`))
      skipped.tabIndex = -1;
  }

  /** Goes to a place of a row of tabs or of a menu, round its ends. */
  function move(items, item, key) {
    const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[key];
    const place = key in ENDS ? ENDS[key] : (items.indexOf(item) + step) % items.length;
    items.at(place).focus();
  }

  function press(event) {
    const {key, target} = event;
    const tab = target.closest("[role=tab]"), item = target.closest("[role=menuitem]");
    const header = target.closest("th[role=columnheader]");
    const menu = target.closest(".cell-menu, .filter-menu");
    if (tab && (key in ENDS || key === "ArrowLeft" || key === "ArrowRight")) {
      const tabs = tab.closest("[role=tablist]").querySelectorAll("[role=tab]:enabled");
      move(Array.from(tabs), tab, key);
    } else if (item && (key in ENDS || key === "ArrowUp" || key === "ArrowDown")) {
      move(Array.from(item.parentElement.querySelectorAll("[role=menuitem]")), item, key);
    } else if (key === "Escape" ? menu : item && key === "Tab") {
      leaveMenu();
    } else if (header && (key === "Enter" || key === " ")) {
      openMenu(header);
    } else if (key === "Tab" && target.matches("[role=combobox]")) {
      event.stopPropagation();  // Gradio would open the list again that is left.
      return;
    } else {
      if (key === "Enter" || key === " ") setTimeout(() => goBack(target, menu), PATIENCE);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  let opener = null;

  function openMenu(header) {
    opener = header;
    header.querySelector(".cell-menu-button")?.click();
    requestAnimationFrame(() => document.querySelector(".cell-menu [role=menuitem]")?.focus());
  }

  function leaveMenu() {
    opener?.querySelector(".cell-menu-button")?.click();
    opener?.focus();
  }

  /** Goes back to the header or the box whose menu or list a choice has closed. */
  function goBack(chosen, menu) {
    if (menu && !document.querySelector(".cell-menu")) opener?.focus();
    else if (menu && chosen.matches("[role=menuitem]"))
      document.querySelector(".filter-menu input")?.focus();
    if (!chosen.matches("[role=combobox]") || document.activeElement !== document.body) return;
    chosen.focus();
    requestAnimationFrame(() => {
      chosen.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
    });
  }

  let last = null, byKey = false;  // what was focused, with its place

  function noteFocus(event) {
    const place = document.createRange();
    place.setStartBefore(event.target);
    last = byKey ? {element: event.target, id: event.target.id, place} : null;
  }

  /** What can be focused next to a place, rather after it than before it, as near as there is. */
  function findNext(place) {
    const around = place.startContainer;
    for (let box = around.closest ? around : around.parentElement; box; box = box.parentElement) {
      if (!isShown(box)) continue;
      const reached = Array.from(box.querySelectorAll(REACHED)).filter(isReached);
      const next = reached.find(each => place.comparePoint(each, 0) > 0);
      if (reached.length) return next || reached.at(-1);
    }
    return null;
  }

  /** Focuses what comes after what has vanished, in the same tab, or else what comes before. */
  function keepFocus() {
    const {element, id, place} = last || {};
    const isFree = !document.activeElement || document.activeElement === document.body;
    if (!element || !isFree || (isShown(element) && !element.disabled)) return;
    const again = id && document.getElementById(BACK[id] || id);
    (again && isReached(again) ? again : findNext(place))?.focus();
  }

  let waiting = false, keeping = 0;
  new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; mend(); });
    waiting = true;
    keeping ||= setTimeout(() => { keeping = 0; keepFocus(); }, PATIENCE);
  }).observe(document.body, {
    childList: true, subtree: true, attributeFilter: ["aria-selected", "class", "disabled"],
  });
  addEventListener("resize", mendWide);
  addEventListener("keydown", () => { byKey = true; }, true);
  addEventListener("pointerdown", () => { byKey = false; last = null; }, true);
  addEventListener("focusin", noteFocus);
  addEventListener("keydown", press, true);
  document.querySelector(".dta-skip")?.addEventListener("click", event => {
    event.preventDefault();
    document.querySelector("#tabs [role=tab][aria-selected=true]")?.focus();
  });
  mend();
})();
