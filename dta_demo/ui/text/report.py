"""Words of the report: its button and its headings."""

from __future__ import annotations

from dta_demo.ui.text.shared import NOT_ADVICE

DOWNLOAD = "Download report (HTML)"
MODEL = "The model and its errors"
LIMITS = (
    f"{NOT_ADVICE} The model was trained on kinases and their inhibitors; the model card in the "
    "repository says how it was trained and tested."
)
