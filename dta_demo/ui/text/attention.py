"""Words of the attention tab: choices, figures, table and the full map."""

# ruff: noqa: RUF001 - people read typographic dashes and multiplication signs

from __future__ import annotations

from dta_demo.ui.text.shared import NUMBER, RESIDUE

TAB = "Attention"
INTRO = (
    "Where ESM-2 attends as it reads the protein. Attention shows where the encoder looks, not "
    "what the affinity depends on."
)

# The choices
WHAT, LAYER, HEAD = "Show", "Layer", "Head"
WHAT_CHOICES = (("Received", "received"), ("Given", "given"), ("Rollout", "rollout"))
HEAD_MEAN, HEAD_MAXIMUM, LAYER_MEAN = "Mean of all", "Maximum of all", "Mean of all"
LAST_LAYER = "{layer} (last)"
WHAT_MEANING = {
    "received": (
        "**Received**: how much attention each residue gets from all others, in multiples of an "
        "equal share: 1× is what every residue would get if attention were spread evenly."
    ),
    "given": (
        "**Given**: the percentage of a residue's attention that goes to residues. The rest goes "
        "to the special tokens before and after the sequence, where a head is thought to look "
        "when it finds nothing relevant. Here the lowest values stand out."
    ),
    "rollout": (
        "**Rollout** (Abnar and Zuidema, 2020): how much of each residue reaches the encoder's "
        "output when attention is followed through all layers, averaged over heads, with half of "
        "each step staying in place. In multiples of an equal share."
    ),
}

# The summary
READ = "{name}: {residues}, {layers} layers of {heads} heads."
WINDOWS = (
    " Longer than the encoder's window, so it was read in {count} overlapping windows ({parts}); "
    "grey bands mark the overlaps, where two windows are blended."
)
BINNED = (
    " Each column of a map stands for {width} neighbouring residues and shows the one that stands "
    "out most; the table and the CSV file have every residue."
)
ZOOM = (
    " Drag across a figure to zoom in until residue letters appear; double-click to zoom out again."
)

# The figures
MAP_OF_LAYERS = "All layers, mean over heads"
MAP_OF_LAYERS_GIVEN = "All layers, mean over heads: given"
MAP_OF_HEADS, MAP_OF_ALL_HEADS = "Heads of layer {layer}", "Heads, mean over layers"
PROFILE, PROFILE_GIVEN = "Profile: {words}", "Profile: given, {words}"
LAYER_WORDS, LAYERS_MEAN, ROLLOUT_WORDS = "layer {layer}", "mean over layers", "rollout"
HEAD_WORDS, HEADS_MEAN, HEADS_MAXIMUM = "head {head}", "mean over heads", "maximum over heads"
LANDMARKS = "Landmarks of the kinase domain"

# The table
TOP_TITLES = {
    "received": "The {count} residues that receive the most attention: {words}",
    "given": "The {count} residues that give the least attention to residues: {words}",
    "rollout": "The {count} residues with the highest rollout",
}
TOP_TABLE = "Residues that stand out"
TOP_LABEL = "Residues in the table"
TOP_RECEIVED, TOP_GIVEN, TOP_ROLLOUT = "Received (×)", "Given (%)", "Rollout (×)"
TOP_HEADERS = (RESIDUE, NUMBER, "Landmark", "Region")
DOWNLOAD_TOP = "Download table (CSV)"

# Another encoder
OTHER_ENCODER = "Another encoder"
OTHER_INTRO = (
    "Show another ESM-2 in this tab and in Pooling. **Predictions, and all other tabs, stay with "
    "the bundled encoder.** A name is fetched from the Hugging Face hub when you press the button; "
    "the largest takes 2.6 GB. Of a folder, only `config.json` and safetensors are read."
)
OTHER_NAME, OTHER_FOLDER = "Name on the hub", "Or a folder on this computer"
OTHER_LOAD, OTHER_BACK = "Load the encoder", "Back to the bundled encoder"
OTHER_FETCHING = "Looking for {name}…"
OTHER_READING = "Reading {name}…"
OTHER_LOADED = (
    "This tab shows {name}: {layers} layers of {heads} heads. Predictions stay with the bundled "
    "encoder."
)
OTHER_LEFT = "This tab shows the bundled encoder."
OTHER_NOT_HERE = "Other encoders cannot be loaded on this server."
OTHER_NO_FOLDER = "Folders are read on your own computer only, not on a public server."
OTHER_NOTHING = "Choose a name, or give a folder."
OTHER_READ = " Read by {name}, not by the encoder that predictions come from."

# All heads at a glance
HEADS_TITLE = "All heads at a glance"
HEADS_INTRO = (
    "Most heads show little. This compares all of them by one number, and suggests those that are "
    "worth a look; it is computed on request."
)
HEADS_BUTTON, HEADS_BY = "Compare the heads", "Compare by"
HEADS_SUGGESTED = "Worth a look: choose one to show its attention above"
STATISTICS = {
    "contacts": "Like contacts",
    "pocket": "On the pocket",
    "entropy": "Diffuse",
}
STATISTIC_MEANING = {
    "contacts": (
        "How much the head's map, corrected by APC, is like the contacts that ESM-2 itself "
        "predicts, as a correlation over the pairs of residues {part} that are six or more apart: "
        "1 is the same, 0 unlike."
    ),
    "pocket": (
        "How much attention a residue of the kinase pocket receives from the head in the mean, in "
        "multiples of an equal share: 1 is what chance would give."
    ),
    "entropy": (
        "How evenly each residue's attention is spread over residues {part}, as the mean entropy: "
        "1 is even, 0 is on one residue only."
    ),
}
HEADS_RANGE = " From {lowest:.2f} to {highest:.2f}, which is layer {layer}, head {head}."
NOT_DEFINED = {
    "contacts": "There are no two residues that are six or more apart, so no contacts to compare.",
    "pocket": "No kinase pocket was found in this protein.",
    "entropy": "It is not defined for this protein.",
}
SUGGESTION = "Layer {layer}, head {head}: {value:.2f}"
HEADS_HOVER = "layer %{y}, head %{x}: %{z:.2f}"

# The full map
MAP_TITLE = "Full map: which residue attends to which"
MAP_INTRO = (
    "The attention between all pairs of residues, for the layer and head chosen above, computed "
    "on request. The average product correction (APC) removes each residue's background; contacts "
    "in the folded protein can then show, in some heads more than in others."
)
MAP_BUTTON, MAP_WINDOW = "Draw the full map", "Window"
MAP_APC = "Average product correction (APC)"
MAP_OF = "Map of {words}, residues {start}–{end}{corrected}{binned}."
MAP_CORRECTED = ", symmetrised and corrected by APC"
MAP_BINNED = "; each cell is the maximum of {width} × {width} pairs"
MAP_ROWS, MAP_COLUMNS = "attending residue", "attended residue"
MAP_HOVER = "%{y} attends to %{x}"

# The figures in words
DESCRIPTIONS = {
    "received": (
        "Attention that the residues of {protein} receive, {words}: a map of all layers, a map of "
        "heads and a profile over the same {residues} residues. In the profile the highest are "
        "{top}, in multiples of an equal share; the median is {median}."
    ),
    "given": (
        "Attention that the residues of {protein} give to residues, {words}: a map of all layers, "
        "a map of heads and a profile over the same {residues} residues. In the profile the lowest "
        "are {top}, in percent; the median is {median}."
    ),
    "rollout": (
        "Rollout of the attention over the residues of {protein}: a map of the attention received "
        "in all layers and a profile of the rollout over the same {residues} residues. In the "
        "profile the highest are {top}, in multiples of an equal share; the median is {median}."
    ),
}
DESCRIBED_LAYERS = "In the map of layers, {residue} stands out most: {value} in layer {layer}."
DESCRIBED_HEADS = "In the map of heads, {residue} stands out most: {value} in head {head}."
DESCRIBED_REST = "The table has more of those that stand out, and the CSV file every residue."
HEADS_DESCRIPTION = (
    "{name}: a cell for each of {layers} layers by {heads} heads, from {lowest} to {highest}. The "
    "highest are {top}. Mean of each layer, from the first to the last: {means}."
)
HEAD_OF_LAYER = "layer {layer} head {head}"
MAP_DESCRIPTION = (
    "Full attention map of {protein}, {words}, residues {start} to {end}: attending residues in "
    "rows, attended ones in columns. The strongest pairs are {top}, in multiples of an equal "
    "share. Of the attention between residues, {near} falls on pairs fewer than {apart} apart."
)
MAP_DESCRIPTION_CORRECTED = (
    "Full attention map of {protein}, {words}, residues {start} to {end}, symmetrised and "
    "corrected by APC. Among pairs that are {apart} or more apart the strongest are {top}, in "
    "multiples of an equal share above background."
)
MAP_DESCRIPTION_SHORT = (
    "Full attention map of {protein}, {words}, residues {start} to {end}, symmetrised and "
    "corrected by APC. No two residues are {apart} or more apart."
)
ATTENDS, WITH = "{one} to {other}", "{one} with {other}"
