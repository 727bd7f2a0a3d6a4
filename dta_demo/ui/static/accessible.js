/* Names of Gradio's parts for who does not see them, where its own do not fit what is shown.

   The button of an upload is named otherwise than it reads, so that it cannot be asked for by
   voice, and the filter of a table has a title in place of a label. */
(() => {
  let waiting = false;
  const mend = () => {
    waiting = false;
    for (const button of document.querySelectorAll("button.upload-container[aria-label]"))
      button.removeAttribute("aria-label");
    for (const box of document.querySelectorAll("input.search-input:not([aria-label])"))
      box.setAttribute("aria-label", box.title || box.placeholder);
  };
  new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(mend);
    waiting = true;
  }).observe(document.body, {childList: true, subtree: true});
  mend();
})();
