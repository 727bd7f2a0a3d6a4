"""Words of the maps of the kinome under each pooling."""

from __future__ import annotations

TITLE = "The kinome under each pooling"
INTRO = (
    "Every kinase of the catalogue, or every protein of a file of yours, as each pooling sees it: "
    "near means alike. The axes have no unit of their own."
)
COLOUR, METHOD = "Colour", "Map by"
BY_GROUP, BY_FAMILY, BY_PKD = "Group", "Family", "pKd of the molecule"
METHOD_HINT = "UMAP takes about half a minute the first time"
COLOURS = ((BY_GROUP, "group"), (BY_FAMILY, "family"), (BY_PKD, "pkd"))
UPLOAD, SHOW = "Proteins of yours (FASTA or CSV)", "Draw the maps"
NOTHING_YET = "Nothing has been drawn yet. Proteins of yours are encoded first."
OTHERS, UNKNOWN = "others", "not known"
PKD_FIRST = "Predict a pair first: the maps are coloured by the pKd of its molecule."
OWN_HAVE_NO_PKD = "Proteins of yours are not coloured by pKd here: the Kinome tab predicts them."
VARIANCE = "{name}, {share:.0%}"
VARIANCE_NOTE = "Beside each name: the share of the variance that its map shows."
HERE = "this protein"
FAMILY = (
    "Of a kinase's ten nearest, {shares} are of its family. By the amino-acid composition alone it "
    "is {composition:.0%}, and by chance {chance:.1%}."
)
SHARE = "{share:.0%} under {name}"
AGREEMENT = "How far the poolings agree on who is near whom"
COUNT = "{count:,} proteins."
OVERLAP, CKA = "Ten nearest in common", "CKA of the vectors"
CKA_NOTE = (
    "CKA (centred kernel alignment, Kornblith et al. 2019) is 1 where one set of vectors is the "
    "other, turned and scaled."
)
TOO_MANY = "At most {limit} proteins can be mapped; the file has {count}."

# The figures in words
MAPS_DESCRIPTION = (
    "Maps of {count} proteins by {method}, one for each of the poolings {poolings}: a dot for each "
    "protein, near ones alike."
)
COLOURED = {
    "group": "Dots are coloured by group: {kinds}.",
    "family": "Dots are coloured by family, the most frequent ones: {kinds}.",
    "pkd": "Dots are coloured by the pKd with the molecule, from {lowest} to {highest}: {kinds}.",
}
NEAR_MARKED = "Nearest to {marked} on the map of {name}: {nearest}."
AGREEMENT_DESCRIPTION = (
    "Two matrices between the poolings. Share of a protein's ten nearest that two poolings have "
    "in common: {overlap}. CKA of their vectors: {cka}."
)
