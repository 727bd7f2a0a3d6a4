/* A story of the tour: opens its tab, predicts, and then does what else it asks for. */
() => {
  const STORIES = $stories;  // by number: tab (a label), fill, press
  const PATIENCE = 90000, STEP = 150;  // milliseconds

  const find = selector => document.querySelector(selector);
  const isShown = element => element && element.offsetParent !== null;

  async function wait(test) {
    for (let waited = 0; waited < PATIENCE; waited += STEP) {
      if (test()) return true;
      await new Promise(resolve => setTimeout(resolve, STEP));
    }
    return false;
  }

  function openTab(label) {
    const tabs = Array.from(document.querySelectorAll("#tabs [role=tab]"));
    const tab = tabs.find(each => each.textContent.trim() === label);
    if (tab) tab.click();
  }

  window.dtaTour = {
    openTab,
    async show(number) {
      const story = STORIES[number];
      await new Promise(resolve => setTimeout(resolve, 2 * STEP));
      openTab(story.tab);
      find("#predict").click();
      if (!story.press) return;
      await wait(() => find("#tour-said").textContent.trim() && isShown(find(story.press)));
      for (const [place, text] of story.fill) {
        const box = find(`$${place} textarea, $${place} input`);
        if (!box) continue;
        box.value = text;
        box.dispatchEvent(new Event("input", {bubbles: true}));
      }
      await new Promise(resolve => setTimeout(resolve, 2 * STEP));
      find(story.press).click();
    },
    /** Shows the story that the address asked for, once the tour is open. */
    async follow(number) {
      const place = `#tour-show-$${number}`;
      if (number && await wait(() => isShown(find(place)))) find(place).click();
    },
  };

  const asked = Number(new URLSearchParams(location.search).get("step"));
  return Object.hasOwn(STORIES, String(asked)) ? asked : 0;
}
