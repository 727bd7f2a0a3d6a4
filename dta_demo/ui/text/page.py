"""Words around the tabs: title, header and the note on a result that is out of date."""

from __future__ import annotations

from dta_demo.ui.text.shared import PREDICT

TITLE = "Drug-target affinity"
HEADING = "Drug–target affinity"
TAGLINE = (
    "How tightly does a molecule bind a protein? Name or paste both to see the "
    "predicted affinity with its interval, where the protein encoder attends, and how far to "
    "trust the prediction."
)
CHIP_MSE = "cross-validated MSE {mse}"
CHIP_DEVICE = "running on {device}"
SKIP = "Skip to the results"
STALE = f"The inputs have changed since this result. Press “{PREDICT}” to update it."
