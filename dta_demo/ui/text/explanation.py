"""Words of the explanation tab: contributions, how they add up, and the test of both."""

from __future__ import annotations

from dta_demo.ui.text.shared import NUMBER, PREDICT, RESIDUE

TAB = "Explanation"
INTRO = (
    "What this prediction depends on. Each **residue** and each **atom** gets a contribution in "
    "pKd: positive where it raises the affinity, negative where it lowers it. The explanation is "
    "then tested: hiding what matters must change the prediction."
)
EMPTY = f"Press “{PREDICT}” first; this tab then explains that prediction."
READY = "Nothing has been computed yet: an explanation runs the model about a hundred times."
BUTTON = "Explain this prediction"
HINT = "Takes a few seconds, longer for long proteins. The maps appear first."
STOPPED = "Stopped. What was finished is kept."
CHECKING = "The maps are ready. Now testing them by hiding residues and atoms…"

# The maps
NUMBER_ATOMS = "Number the atoms"
ATOMS_LABEL = "{name} with the contribution of each atom"
RESIDUE_MAP = "Contribution of each residue (pKd), in the same colours as the atoms"
RESIDUE_HOVER = "<b>%{text}</b>  %{y:+.3f} pKd<extra></extra>"
CONTRIBUTION_COLUMN = "Contribution (pKd)"
RESIDUE_TABLE, ATOM_TABLE = "Residues by contribution", "Atoms by contribution"
TOP_RESIDUES = [RESIDUE, NUMBER, CONTRIBUTION_COLUMN]
TOP_ATOMS = ["Atom", NUMBER, CONTRIBUTION_COLUMN, "Loss (pKd)"]
DOWNLOAD_ATOMS = "Download all atoms (CSV)"
DOWNLOAD_REPORT = "Download report with this explanation (HTML)"

# Where the drug sits
POCKET_TITLE = "Does the model look where the drug sits?"
POCKET_FOUND = (
    "In {structures} crystal structures of {kinases} kinases, contributions find the residues "
    "within 5 Å of the drug with an area under the ROC curve of {area:.2f} (0.50 by chance) and a "
    "precision of {precision:.2f} ({chance:.2f} by chance); attention, by layer, with {lowest:.2f} "
    "to {highest:.2f}. But all positions of the pocket, marked alike, reach {pocket:.2f} and "
    "{pocket_precision:.2f}, and contributions for other drugs with the same kinase {others:.2f} "
    "and {others_precision:.2f}: they point at the pocket, whatever the molecule."
)
PANEL_DRUGS = {
    True: "Drugs of the training panel: their own contributions find their place better than "
    "those for other drugs, by {difference:+.3f} ± {error:.3f} in area.",
    False: "Drugs of the training panel: it is not shown that their own contributions find their "
    "place better than those for other drugs ({difference:+.3f} ± {error:.3f} in area).",
}
NEW_DRUGS = {
    True: "New drugs: their own contributions find their place better, too, by "
    "{difference:+.3f} ± {error:.3f}.",
    False: "New drugs: that is not shown ({difference:+.3f} ± {error:.3f}).",
}
SPLIT_AFTERWARDS = (
    "These two groups were told apart after the results had been seen, so the difference between "
    "them is a hint and no finding."
)
POCKET_HINT = "The Structure tab measures the same for a structure with a ligand."

# The sums
SUMS_TITLE = "How it adds up"
SUM_BASELINE = "Baseline: all residues unknown, no atoms"
SUM_RESIDUES, SUM_ATOMS = "All residues together", "All atoms together"
SUM_VALUE, SUM_ERROR = "This prediction, before the floor", "Completeness error"
SUMS_NOTE = (
    "If the protein and the molecule are in the measured panel, the baseline includes what the "
    "panel says about the two by name, which cannot be attributed to residues or atoms. "
    "Residues: integrated gradients. Atoms: sampled Shapley values; the loss in the table is what "
    "removing that atom alone costs."
)

# The test
FAITHFULNESS_TITLE = "Does the model use what the explanation points to?"
FAITHFULNESS_INTRO = (
    "More and more of the residues that each ranking puts first are hidden, and the affinity is "
    "predicted again. A ranking that finds what the model uses changes the prediction more than "
    "random residues of the same region do (grey: nine draws). The same is done with atoms."
)
CHECKED_LAYER = "Attention layer"
HIDING_RESIDUES, HIDING_ATOMS = "Residues hidden", "Atoms removed"
HIDDEN_RESIDUES, HIDDEN_ATOMS = "Number of residues", "Number of atoms"
RANDOM_BAND, RANDOM_MEAN = "Random: all draws", "Random: mean"
RANKINGS = {"attention": "By attention ({layer})", "attribution": "By contribution"}
NOTHING_HIDDEN, ALL_HIDDEN = "nothing hidden", "all hidden"

# The figures in words
RESIDUES_DESCRIPTION = (
    "Contribution of each residue of {protein} to the pKd of {value} that is predicted with "
    "{molecule}, before the floor: bars from {lowest} to {highest} pKd along residues {start} to "
    "{end}. The largest are {top}. All residues together contribute {sum}."
)
RESIDUES_REST = "The table has the largest twenty, and the CSV file all residues."
HIDING_DESCRIPTION = (
    "Predicted pKd as residues, and beside them atoms, are hidden in the order of each ranking: "
    "{intact} with nothing hidden."
)
RESIDUES_HIDDEN = "With {counts} residues hidden: {curves}. With all hidden: {all_hidden}."
ATOMS_HIDDEN = "With {counts} atoms removed: {curves}. With all removed: {all_hidden}."
CURVE = "{name}: {values}"
CURVE_ABOVE = "{name}, which moves it more than chance: {values}"
CURVE_NOT_ABOVE = "{name}, which moves it no more than chance: {values}"
CURVE_RANDOM = "random, mean of {draws} draws: {values}"
