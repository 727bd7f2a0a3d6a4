/* Links that open a pair as it was, and the last inputs of this browser.

   A name goes into the query of the address; a sequence or SMILES goes into the fragment, compressed,
   which no browser sends to a server. What a link holds is written into
   the boxes as text and read by the server like anything else that is typed. */
async (kept, protein, molecule) => {
  const TABS = $tabs;  // label by name
  const WORDS = $words;
  const LONGEST_CODE = 40000, LONGEST_TEXT = 100000;

  async function pack(value) {
    const stream = new Blob([JSON.stringify(value)]).stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const letters = Array.from(bytes, byte => String.fromCharCode(byte)).join("");
    return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  /** Reads what `pack` wrote, and never more than `LONGEST_TEXT` bytes of it. */
  async function unpack(code) {
    if (code.length > LONGEST_CODE) throw new Error("too long");
    const letters = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, letter => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream()
      .pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > LONGEST_TEXT) {
        await reader.cancel();
        throw new Error("too long");
      }
      parts.push(part.value);
    }
    const value = JSON.parse(await new Blob(parts).text());
    return typeof value === "object" && value !== null ? value : {};
  }

  async function readLink() {
    const query = new URLSearchParams(location.search);
    const code = new URLSearchParams(location.hash.slice(1)).get("pair");
    const hidden = code ? await unpack(code) : {};
    const read = name => [hidden[name], query.get(name)].find(text => typeof text === "string");
    const found = {protein: read("protein"), molecule: read("molecule"), tab: query.get("tab")};
    return found.protein || found.molecule ? found : null;
  }

  async function writeLink(pair, named) {
    const address = new URL(location.href.split(/[?#]/)[0]);
    const hidden = {};
    for (const [name, text] of Object.entries(pair)) {
      if (!text || named[name]) address.searchParams.set(name, text);
      else hidden[name] = text;
    }
    const open = document.querySelector("#tabs [role=tab][aria-selected=true]");
    const label = open ? open.textContent.trim() : "";
    const tab = Object.keys(TABS).find(name => TABS[name] === label);
    if (tab) address.searchParams.set("tab", tab);
    if (Object.keys(hidden).length) address.hash = "pair=" + await pack(hidden);
    return address.href;
  }

  window.dtaLinks = {
    /** Copies a link to the pair in the boxes and the open tab; returns the words to show. */
    async copy(protein, molecule, named) {
      const link = await writeLink({protein: protein || "", molecule: molecule || ""}, named);
      try {
        await navigator.clipboard.writeText(link);
        return WORDS.copied;
      } catch {
        history.replaceState(history.state, "", link);
        return WORDS.in_address;
      }
    },
    /** Opens the tab of the link and predicts, once the boxes hold its pair. */
    follow() {
      const link = window.dtaLinks.opened;
      if (!link) return;
      const label = Object.hasOwn(TABS, link.tab || "") ? TABS[link.tab] : null;
      setTimeout(() => {
        const tabs = document.querySelectorAll("#tabs [role=tab]");
        const tab = label && Array.from(tabs).find(each => each.textContent.trim() === label);
        if (tab) tab.click();
        document.querySelector("#predict").click();
      }, 200);
    },
  };

  let words = "";
  try {
    window.dtaLinks.opened = await readLink();
  } catch {
    words = WORDS.unreadable;
  }
  const link = window.dtaLinks.opened;
  if (link) return [link.protein || "", link.molecule || "", words];
  const last = typeof kept === "object" && kept !== null ? kept : {};
  if (!words && typeof last.protein === "string" && typeof last.molecule === "string") {
    const changed = last.protein !== protein || last.molecule !== molecule;
    return [last.protein, last.molecule, changed ? WORDS.restored : ""];
  }
  return [protein, molecule, words];
}
