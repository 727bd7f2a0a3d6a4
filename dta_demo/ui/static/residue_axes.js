/* Residue letters below a figure that is zoomed in far enough, and a zoom that lasts.

   Any Plotly figure takes part that has a trace whose text names its residues, such as "K271".
   Gradio draws a figure anew in a new element whenever it changes: a zoom is kept for the next
   figure in the same place, as long as that is about the same residues. */
(() => {
  const LETTER_PIXELS = 9;  // the least room of a letter
  const NAME = /^[A-Z]\d+$/;
  const STEPS = [[34, 1], [15, 5], [0, 10]];  // pixels of a residue, residues between two numbers

  const followed = new WeakSet();
  const zooms = new Map();  // by place: {residues, range}

  /** The residues of a figure by number, and the axes that they stand on. */
  function readResidues(plot) {
    const traces = (plot.data || []).filter(
      trace => Array.isArray(trace.text) && trace.text.length > 1 && NAME.test(trace.text[0]));
    if (!traces.length) return null;
    // A picture in 3D has none.
    const axes = [...new Set(traces.map(trace => (trace.xaxis || "x").replace("x", "xaxis")))]
      .filter(name => plot._fullLayout[name]);
    if (!axes.length) return null;
    const names = traces[0].text;
    return {
      key: names.join(),
      letters: new Map(names.map(name => [Number(name.slice(1)), name[0]])),
      axes,
    };
  }

  /** The ticks of the residues in view, or null where there is no room for letters. */
  function lineUp(residues, axis) {
    const [low, high] = axis.range;
    const pixels = axis._length / (high - low);
    if (!(pixels >= LETTER_PIXELS)) return null;
    const every = STEPS.find(([least]) => pixels >= least)[1];
    const values = [];
    for (let number = Math.ceil(low); number <= high; number++)
      if (residues.letters.has(number)) values.push(number);
    const words = values.map(
      number => residues.letters.get(number) + (number % every ? "" : "<br>" + number));
    return {values, words};
  }

  function follow(plot) {
    const residues = readResidues(plot);
    if (!residues) return;
    const place = (plot.parentElement.closest("[id]") || plot).id;
    const axis = () => plot._fullLayout[residues.axes[0]];
    const whole = [...axis().range];
    let shown = "";

    function showLetters() {
      if (!plot.isConnected) return;
      const ticks = lineUp(residues, axis());
      const words = ticks ? ticks.words.join() : "";
      if (words === shown) return;
      shown = words;
      const change = {};
      for (const name of residues.axes) {
        change[name + ".tickmode"] = ticks ? "array" : "auto";
        change[name + ".tickvals"] = ticks && ticks.values;
        change[name + ".ticktext"] = ticks && ticks.words;
        change[name + ".tickangle"] = ticks ? 0 : "auto";
      }
      window.Plotly.relayout(plot, change);
    }

    function noteZoom() {
      const range = [...axis().range];
      if (range.every((end, index) => Math.abs(end - whole[index]) < 1e-6)) zooms.delete(place);
      else zooms.set(place, {key: residues.key, range});
    }

    plot.on("plotly_relayout", () => { noteZoom(); showLetters(); });
    plot.on("plotly_afterplot", showLetters);
    const last = zooms.get(place);
    if (last && last.key === residues.key)
      window.Plotly.relayout(plot, {[residues.axes[0] + ".range"]: last.range});
    else {
      zooms.delete(place);
      showLetters();
    }
  }

  function findPlots() {
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
      if (followed.has(plot) || !plot.on || !plot._fullLayout) continue;
      followed.add(plot);
      // Plotly is still at it.
      setTimeout(() => { if (plot.isConnected) follow(plot); });
    }
  }

  findPlots();
  new MutationObserver(findPlots).observe(document.body, {childList: true, subtree: true});
})();
