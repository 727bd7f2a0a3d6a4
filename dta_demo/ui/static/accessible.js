/* Names of Gradio's parts for who does not see them, where its own do not fit what is shown.

   The button of an upload is named otherwise than it reads, so that it cannot be asked for by
   voice, and the filter of a table has a title in place of a label.

   A plot is a group, as the buttons of its mode bar are in it, and is named by the description that
   its figure carries. Its drawing, which would be read as loose numbers of axes, is left out. */
(() => {
  let waiting = false;
  const describe = plot => {
    const words = plot.layout?.meta?.description;
    if (!words) return;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", words);
    for (const drawing of plot.querySelectorAll(".main-svg"))
      drawing.setAttribute("aria-hidden", "true");
  };
  const mend = () => {
    waiting = false;
    for (const button of document.querySelectorAll("button.upload-container[aria-label]"))
      button.removeAttribute("aria-label");
    for (const box of document.querySelectorAll("input.search-input:not([aria-label])"))
      box.setAttribute("aria-label", box.title || box.placeholder);
    document.querySelectorAll(".js-plotly-plot").forEach(describe);
  };
  new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(mend);
    waiting = true;
  }).observe(document.body, {childList: true, subtree: true});
  mend();
})();
