"""Count of the encoder's passes while a visitor looks at one prediction in all tabs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dta_demo.benchmarks.app_process import HOST, find_free_port
from dta_demo.benchmarks.chromium import open_page
from dta_demo.benchmarks.visit import Visit
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.ui.text import about as about_text
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import prediction as prediction_text

RESIDUES = 500
TABS = (pooling_text.TAB, about_text.TAB, prediction_text.TAB, attention_text.TAB)


def read_sequences(layers: Iterable[int], heads: Iterable[int]) -> list[str]:
    """List what the encoder reads in one visit: a prediction, every tab, some layers and heads.

    The page is served by this process.

    Returns
    -------
    list of str
        Letters of each pass: a kinase domain for the prediction, with its wild type for a mutant,
        and the whole protein for its attention.
    """
    predictor = AffinityPredictor.load()
    read: list[str] = []
    encoder: Any = predictor.encoder
    encode = encoder.encode_residues

    def note(sequences: Sequence[str], **options: Any) -> Any:
        read.extend(sequences)
        return encode(sequences, **options)

    encoder.encode_residues = note
    with _serve(predictor) as url, open_page(url) as (page, traffic):
        visit = Visit(page, traffic)
        visit.predict(RESIDUES)
        for tab in TABS:
            visit.open_tab(tab)
        for layer in layers:
            visit.choose_layer(layer)
        for head in heads:
            visit.choose_head(head)
    return read


@contextmanager
def _serve(predictor: AffinityPredictor) -> Iterator[str]:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from dta_demo.ui.page.layout import build, launch_options

    page = build(predictor)
    _, url, _ = page.launch(
        prevent_thread_lock=True,
        quiet=True,
        server_name=HOST,
        server_port=find_free_port(),
        **launch_options(),
    )
    try:
        yield url
    finally:
        page.close(verbose=False)
