"""Words of the mutations tab."""

from __future__ import annotations

from dta_demo.ui.text.shared import PREDICT

TAB = "Mutations"
INTRO = (
    "What each **substitution** changes in this prediction, in pKd: blue weakens the binding, "
    "orange strengthens it. The model knows few mutants, so read the map as a list of places to "
    "look at: how it did on mutants that were left out of training stands in the model card."
)
EMPTY = f"Press “{PREDICT}” first; this tab then scans that pair."
READY = "Nothing has been scanned yet. The pocket takes about a minute, a list a few seconds."
REGION, REGION_HINT = "Residues", "First and last, such as 310-320; empty for the pocket"
MUTATIONS, MUTATIONS_HINT = "Mutations", "Such as T315I, p.Glu255Lys; in place of residues"
BUTTON = "Scan"
STOPPED = "The scan was stopped."
READING = "Reading the protein…"
PROGRESS = "{done} of {total} mutants done, {left}"
DONE = (
    "Wild type: pKd {wild_type}. {apart} of {count} mutants differ from it by more than the "
    "members of the ensemble differ about the change."
)
BEYOND_ERROR = (
    "{large} differ by more than {error} pKd, the typical error for mutants that were left out of "
    "training: only these stand out from what the model gets wrong."
)
MAP_TITLE = "Change of pKd by substitution"
MAP_NOTE = "Dots mark the wild type; grey cells lie within the spread of the ensemble."
COLUMN, WITHIN = "Residue put in", "within the spread"
HOVER = "<b>%{customdata[0]}</b>  %{customdata[1]:+.2f} ± %{customdata[2]:.2f} pKd<extra></extra>"
STRONGEST = "Strongest changes"
SPREAD_NOTE = "Spread: standard deviation of the change over the members of the ensemble."
HEADERS = ["Mutation", "Change (pKd)", "Spread", "pKd", "Role", "Measured as"]
DOWNLOAD = "Download all mutants (CSV)"

# The map in words
DESCRIPTION = (
    "Change of pKd by single substitutions of {residues} residues of {protein}, {first} to {last}, "
    "with {molecule}; the wild type has {wild_type}. A row for each residue, a column for each "
    "residue put in. {apart} of {count} cells are coloured, as they differ by more than their "
    "spread: from {lowest} to {highest}."
)
NO_SINGLE = "There is no single substitution to draw: the table has the mutants."
STRONGEST_CELLS = "The largest changes are {top}."
STRONGEST_ROWS = "The residues with the largest mean change are {top}."
DESCRIBED_REST = "The table has the strongest changes, and the CSV file all."
