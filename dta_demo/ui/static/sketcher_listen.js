(typed) => {
    // What the frame posts is a SMILES of what is drawn; whatever else comes is not for us.
    const LONGEST = 2000;
    window.dtaSketched = null;
    window.dtaHearsSketch ??= addEventListener("message", (event) => {
        const frame = document.querySelector("#sketcher iframe");
        const isSketch = frame && event.source === frame.contentWindow;
        if (isSketch && typeof event.data === "string" && event.data.length <= LONGEST)
            window.dtaSketched = event.data;
    }) ?? true;
    return typed;
}
