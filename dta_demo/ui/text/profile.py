"""Words of the kinome tab."""

from __future__ import annotations

TAB = "Kinome"
INTRO = (
    "What else does the molecule bind? It is predicted with the {count} kinases and kinase "
    "domains of the human kinome, wild types, or with proteins of your own."
)
EMPTY = "Press “Predict affinity” first; this tab then shows the molecule's profile."
OTHER = "Compare with another molecule"
OTHER_PLACEHOLDER = "SMILES, or the name of an inhibitor"
UPLOAD = "Your own proteins (FASTA) in place of the kinome"
SHOW = "Show"
GROUP, ALL_GROUPS = "Group", "all groups"
LEAST = "pKd of at least"
ONLY_INSIDE, ONLY_MEASURED = "Only inside the domain", "Only measured in training"

SUMMARY = (
    "{molecule}: {bound} of {count} kinases have a predicted pKd of 7 or more; the first are "
    "{first}. {measured} were measured in training, if not with this molecule; {outside} lie "
    "outside the domain, and their numbers are guesses."
)
NONE_BOUND = "none"
COMPARED = (
    "{molecule} and {other} differ by {mean} pKd on average; the largest differences are {largest}."
)
PICTURE = "The kinome by group and family"
PICTURE_HELP = (
    "A dot for each kinase domain, by group and family (Manning et al. 2002), coloured by pKd; the "
    "larger, the narrower its interval. Circles were measured in training, if not with this "
    "molecule, diamonds were not, and crosses lie outside the domain. The ranking below is the "
    "same as text."
)
OWN = "Your proteins"
DOT = "<b>{kinase}</b>, {place}<br>pKd {pkd}, {low} to {high}<br>{measured}, {domain} the domain"
MEASURED, NOT_MEASURED = "measured", "not measured"
YES, NO = "yes", "no"
INSIDE, OUTSIDE = "inside", "outside"

SELECTIVITY = "Selectivity"
SCORE_HEADERS = ("Score", "Value", "By member of the ensemble")
SCORES_NOTE = (
    "Over the kinases inside the domain. The members share the data and the kernel regression, so "
    "their spread is less than the error of a score; a new molecule's interval is some 3 pKd wide."
)
RANKING = "Ranking"
HEADERS = [
    "Kinase", "pKd", "Kd", "Interval", "Binds", "Group", "Family", "Measured", "Domain",
]  # fmt: skip
OTHER_HEADERS = ["Other", "Difference"]
SHOWN = "{shown} of {total} shown. Choose a kinase to open it in the other tabs."
CHOSEN = "{kinase}: pKd {pkd}."
OPEN = "Open as a prediction"
CSV = "Save all kinases as CSV"

# The picture in words
DESCRIPTION = (
    "{count} kinases by group and family, a dot for each, with pKd from {lowest} to {highest}. The "
    "tightest are {top}. {measured} were measured in training, {outside} lie outside the domain."
)
NOTHING_SHOWN = "No kinase is shown."
BY_GROUP = "With a pKd of 7 or more, by group: {groups}."
IN_GROUP = "{group} {active} of {count}"
DESCRIBED_REST = "The ranking below has every kinase that is shown."
