"""Words and forms of numbers that several tabs use."""

# ruff: noqa: RUF001 - people read typographic dashes, minus and multiplication signs

from __future__ import annotations

PREDICT = "Predict affinity"
PREDICT_FIRST = f"Press “{PREDICT}” first; this tab then shows your protein."
NOT_ADVICE = "This is a research demo, not medical advice."

# Affinities
PKD, KD = "pKd", "Kd"
PKD_EXPLAINED = "−log10(Kd in mol/L). Higher means tighter binding"
RANGE = "{low} – {high}"
KD_RANGE = "Kd {low} – {high}"
KD_OR_ABOVE = "Kd {kd} or above"
AT_FLOOR = "above {kd}"
AT_MOST, AT_LEAST = "≤ {value}", "≥ {value}"
OUT_OF_DOMAIN = "Outside the training domain"

# Proteins and molecules
PROTEIN, MOLECULE = "Protein", "Molecule"
UNNAMED_PROTEIN, UNNAMED_DRUG = "your protein", "your molecule"
PAIR = "{molecule} × {protein}"
SPAN = "{start}–{end}"
RESIDUE_NOUN = "residue"
RESIDUE_WORDS = "{name} ({letter})"
RESIDUE_NAMES = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "X": "unknown",
    "B": "Asx", "Z": "Glx", "U": "Sec", "O": "Pyl",
}  # fmt: skip

# Progress
SECONDS, MINUTES = "{seconds:.0f} s", "{minutes:.0f} min"
LEFT = "about {seconds} left"
NEARLY_DONE = "nearly done"
WAITING = "waiting for other requests"
STOP = "Stop"
STOPPED = "Stopped. What was drawn before is kept."

# Tables and figures
UNKNOWN = "–"
RESIDUE, NUMBER = "Residue", "Number"
OVERLAP = "overlap"
PERCENT = "{value:g}%"
TIMES = "{value:g}×"
TIMES_EQUAL = "× equal share"
GIVEN_UNIT = "% given to residues"
EXCESS_UNIT = "× equal share, above background"
PAIR_HOVER = "%{y} and %{x}"
SAVE_FIGURE = "Save as {format}"

# Figures in words, for who does not see them
NAMED_VALUE = "{name} ({value})"
MARKED_LANDMARKS = "Landmarks that are marked: {names}."
DOWNLOAD_RESIDUES = "Download all residues (CSV)"
