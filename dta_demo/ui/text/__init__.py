"""Every word that the page shows, in one place."""

# ruff: noqa: RUF001 - people read typographic dashes, minus and multiplication signs

from __future__ import annotations

TITLE = "Drug-target affinity"
HEADING = "Drug–target affinity"
TAGLINE = (
    "How tightly does a molecule bind a protein? Give a sequence and a SMILES: the answer comes "
    "with its interval, what the protein encoder attended to, and how far to trust it."
)

# The boxes
EXAMPLE_LABEL = "Start from a measured example"
EXAMPLE_CHOICE = "{title} · {measured}"
EXAMPLE_PKD, EXAMPLE_FLOOR = "pKd {pkd}", "no binding"
PROTEIN_LABEL = "Protein: sequence or FASTA"
PROTEIN_PLACEHOLDER = (
    ">name (optional)\nMENFQKVEKIGEGTYGVVYKARNKLTGEVVALKKIRLDTETEGVPSTAIREISLLKELN…"
)
PROTEIN_HINT = "One-letter amino-acid codes; spaces, digits and a FASTA header are fine."
DRUG_LABEL = "Molecule: SMILES"
DRUG_PLACEHOLDER = "CC(=O)Oc1ccccc1C(=O)O aspirin"
DRUG_HINT = "A name may follow the SMILES after a space."
PREDICT = "Predict affinity"
CLEAR = "Clear"

# The state of the result
EMPTY_RESULT = "Fill both boxes, or keep the example, and press “Predict affinity”."
NO_RESULT = "No result: {part} could not be read. The reason stands below its box."
PART_PROTEIN, PART_DRUG = "the protein", "the molecule"
NO_RESULT_BOTH = "No result: neither box could be read. The reason stands below each."
STALE = "The boxes have changed since this result. Press “Predict affinity” to bring it up to date."
TOO_MUCH_WORK = (
    "This would take {times} times the work that this server takes on for one request: give only "
    "the part of the protein that matters, or run the demo on your own computer, where the limit "
    "is higher."
)
WRONG_COUNT = "{given} inputs were given, and {wanted} are needed{names}."
WRONG_COUNT_NAMES = " ({names})"
WRONG_INPUT = "The input '{name}' cannot be used: it is of the wrong type or no choice on offer."
UNNAMED_INPUT = "number {number}"
UNKNOWN_REQUEST = (
    "The request cannot be served: it names something that is not there, or the server failed."
)
REQUEST_TOO_LARGE = "The request is larger than {megabytes:g} MB, the limit of this server."
UPLOADS_FULL = (
    "The server holds too many uploaded files that wait to be read: try again in a few minutes."
)
UPLOAD_GONE = "The uploaded file is no longer there: upload it again."
STRUCTURE_FORGOTTEN = (
    "The structure had to make room for those of other visitors: upload or fetch it again."
)
FAILED = (
    "Something went wrong on our side while computing this, and the details are in the server's "
    "log. Your input is kept: try again, or try a shorter protein."
)

# Predict
TAB_PREDICT = "Prediction"
OUT_OF_DOMAIN_TITLE = "Outside what the model was trained on: read this as a guess"
IN_DOMAIN_BADGE = "Within the training domain"
OUT_OF_DOMAIN_BADGE = "Outside the training domain"
TRUST_OUTSIDE = (
    "The warning above comes first. The interval is that of pairs whose molecule and protein are "
    "both new to the model; here it may still be too narrow."
)
AT_FLOOR = "above {kd}"
AT_FLOOR_EXPLAINED = (
    "Kd above {kd}: no binding expected within the range of the assay, which stops there. "
    "The model cannot tell weaker binders apart."
)
AT_FLOOR_OUTSIDE = (
    "“Above {kd}” is what the model says of most pairs that it knows nothing about. It does not "
    "mean that this pair does not bind."
)
MEASURED = "Measured: pKd {pkd} (Kd {kd}). The prediction is {gap} {side}."
MEASURED_AT_FLOOR = "Measured: no binding up to {kd} (pKd {pkd} in the data)."
MEASURED_ABOVE, MEASURED_BELOW = "higher (tighter)", "lower (weaker)"
MEASURED_SOURCE = (
    "From the Davis data. Agreement on a pair that the model was trained on is no test: the "
    "cross-validated error is under About."
)
INTERVAL = "{level} interval"
BANDS = (
    # lowest pKd, word, meaning
    (8.0, "tight", "Kd under 10 nM, as marketed kinase inhibitors reach on their main target"),
    (6.0, "moderate", "Kd from 10 nM to 1 µM, as early hits and common off-targets have"),
    (float("-inf"), "weak", "Kd above 1 µM, seldom enough for an effect at usual doses"),
)
PKD, KD = "pKd", "Kd"
RANGE = "{low} – {high}"
KD_RANGE = "Kd {low} – {high}"
SPAN = "{start}–{end}"
UNKNOWN = "–"
KD_OR_ABOVE = "Kd {kd} or above"
AT_MOST = "≤ {value}"
AT_FLOOR_SHORT = "at the floor of the assay"
AT_FLOOR_WORD = "no binding expected"
GUESS_WORD = "a guess"
PKD_AND_KD = "{pkd}  ({kd})"
SPREAD_VALUE = "{value} pKd"
PAIR = "{drug} × {protein}"
SCALE_LABEL = (
    "Scale of pKd from {low} to {high}: {predicted} {value}, interval {interval}{measured}."
)
LEGEND_PREDICTED, LEGEND_INTERVAL, LEGEND_MEASURED = "predicted", "interval", "measured"
LEGEND_GUESS = "guess"
UNIT_EXPLAINED = (
    "pKd = −log10(Kd in mol/L). Higher is tighter: one unit more is a ten times smaller Kd. "
    "Training labels run from {low} (the floor: Kd of {floor_kd} or more, or no binding "
    "detected) to {high}."
)
TRUST_TITLE = "How far to trust it"
NEAREST_DRUG = "Nearest training molecule"
NEAREST_TARGET = "Nearest training protein"
SIMILARITY = "{name}, similarity {similarity}"
BY_POOLING_TITLE = "What goes into it"
BY_POOLING_NOTE = (
    "The networks with each way of summarising the protein, and the kernel regression, which "
    "compares the pair with measured ones."
)
KERNEL_PART = "Kernel regression, {share} of the prediction"
BY_POOLING_OUTSIDE = "Guesses as well. That they agree would not make them right."
SPREAD = "Standard deviation of the networks"
KIBA_TITLE = "KIBA score"
KIBA_NOTE = "a second scale; active from about 12.1"
REGION_TITLE = "Region that was read"
REGION = "{name}, residues {start}–{end}"
RECEIPT_TITLE = "Receipt: what was changed before predicting"
RECEIPT_EMPTY = "Nothing: both inputs were used as given."
RECEIPT_PROTEIN, RECEIPT_DRUG, RECEIPT_MODEL = "Protein", "Molecule", "Model"
UNNAMED_PROTEIN, UNNAMED_DRUG = "your protein", "your molecule"
READ_PROTEIN = "{residues} residues"
READ_DRUG = "{formula}, {weight} g/mol"

# Controls
CONTROLS_BUTTON = "Check against controls"
CONTROLS_HINT = (
    "Does the protein matter here? Compares the prediction with a shuffled protein and with "
    "plain averages. Takes some seconds, more for a long protein."
)
CONTROLS_TITLE = "Controls: {pair}"
CONTROLS_HEADERS = ("Compare", "pKd")
CONTROLS_PREDICTION = ("This prediction", "the molecule with the protein as given")
CONTROLS_SHUFFLED = (
    "Protein shuffled",
    "the same residues in another order, mean of {draws} draws",
)
CONTROLS_DRUG, CONTROLS_TARGET = "Molecule alone", "Protein alone"
CONTROLS_MEAN = "mean of {name} over {pairs}"
CONTROLS_NEAREST = "{name}, the nearest with a measured pKd (similarity {similarity}),"
CONTROLS_BOTH = ("Both means together", "their sum minus the overall mean of {mean}: no interplay")
TRAINING_PAIRS = "training pair"
CONTROLS_NOTE = (
    "A control that comes close to the prediction explains it. The shuffled protein is the easy "
    "test, as nothing of its fold is left. The means are the hard one: they are what one could "
    "guess without looking at the pair. They cover the training pairs with a measured pKd, this "
    "pair too where it was measured; “no binding” counts as {floor}."
)

# Attention
TAB_ATTENTION = "Attention"
WHAT_LABEL, LAYER_LABEL, HEAD_LABEL = "Show", "Layer", "Head"
WHAT_CHOICES = (("Received", "received"), ("Given", "given"), ("Rollout", "rollout"))
HEAD_MEAN, HEAD_MAXIMUM, LAYER_MEAN = "Mean of all", "Maximum of all", "Mean of all"
LAST_LAYER = "{layer} (last)"
ATTENTION_INTRO = (
    "Where ESM-2 looked while it read the protein. Attention shows where the encoder looked, not "
    "what the affinity depends on."
)
WHAT_MEANING = {
    "received": (
        "**Received**: how much attention each residue got from all others, in multiples of an "
        "equal share: 1× is what every residue would get if attention were spread evenly."
    ),
    "given": (
        "**Given**: how much of its own attention each residue spends on residues, in per cent. "
        "The rest goes to the special tokens before and after the sequence, where a head is "
        "thought to look when it finds nothing else. What stands out here is what gives least."
    ),
    "rollout": (
        "**Rollout** (Abnar and Zuidema, 2020): how much of each residue is in the encoder's "
        "output if attention is followed through all layers, averaged over heads, half of each "
        "step staying where it is. In multiples of an equal share."
    ),
}
ATTENTION_EMPTY = "Press “Predict affinity” first: this tab then shows the protein you gave."
ATTENTION_READ = "{name}: {residues} residues, {layers} layers of {heads} heads."
ATTENTION_WINDOWS = (
    " Longer than the encoder's window, so it was read in {count} overlapping parts ({parts}); "
    "grey bands mark the joints, where two parts are blended."
)
ATTENTION_BINNED = (
    " In the maps each column is the one of {width} neighbouring residues that stands out most; "
    "table and CSV hold every residue."
)
ATTENTION_ZOOM = " Drag over a figure to zoom: residue letters appear. Double-click to go back."
MAP_OF_LAYERS = "All layers, mean over heads"
MAP_OF_LAYERS_GIVEN = "All layers, mean over heads: given"
MAP_OF_HEADS, MAP_OF_ALL_HEADS = "Heads of layer {layer}", "Heads, mean over layers"
PROFILE, PROFILE_GIVEN = "Profile: {words}", "Profile: given, {words}"
LAYER_WORDS, LAYERS_MEAN, ROLLOUT_WORDS = "layer {layer}", "mean over layers", "rollout"
PROFILE_MEAN, PROFILE_HEAD, PROFILE_MAXIMUM = "mean over heads", "head {head}", "maximum over heads"
LANDMARKS, JOINT = "Landmarks of the kinase domain", "joint"
PERCENT = "{value:g} %"
GIVEN_UNIT = "% given to residues"
EXCESS_UNIT = "× equal share, beyond background"
TIMES = "{value:g}×"
TIMES_EQUAL = "× equal share"
AXIS_RESIDUE, AXIS_LAYER, AXIS_HEAD = "Residue", "Layer", "Head"
TOP_TITLE = "The {count} residues {which}: {words}"
TOP_WHICH = {
    "received": "that receive most", "given": "that give least to residues",
    "rollout": "that come through most",
}  # fmt: skip
TOP_LABEL = "Residues in the table"
TOP_RECEIVED, TOP_GIVEN, TOP_ROLLOUT = "Received (×)", "Given (%)", "Rollout (×)"
TOP_HEADERS = ("Residue", "Number", "Landmark", "Region")
DOWNLOAD_TOP, DOWNLOAD_CSV = "Download table (CSV)", "Download every residue (CSV)"
MAP_TITLE = "Full map: who attends to whom"
MAP_INTRO = (
    "The attention between all pairs of residues, for the layer and head chosen above. It is "
    "computed when you ask for it. Taking off the average product (APC) leaves what two residues "
    "have beyond the rest, in which contacts of the folded protein can show, in some heads more "
    "than in others."
)
MAP_BUTTON, MAP_APC, MAP_WINDOW = "Draw the full map", "Take off the average product (APC)", "Part"
MAP_OF = "Map of {words}, residues {start}–{end}{corrected}{binned}."
MAP_CORRECTED = ", symmetrised, average product taken off"
MAP_BINNED = "; each cell is the highest of {width} × {width} pairs"
MAP_ROWS, MAP_COLUMNS, MAP_EITHER = "attending residue", "attended residue", "residue"
MAP_HOVER, MAP_HOVER_BOTH = "%{y} attends to %{x}", "%{y} and %{x}"
RESIDUE_NAMES = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "X": "unknown",
    "B": "Asx", "Z": "Glx", "U": "Sec", "O": "Pyl",
}  # fmt: skip

# Explanation
TAB_EXPLAIN = "Explanation"
EXPLAIN_INTRO = (
    "What this prediction depends on. Each **residue** and each **atom** gets a contribution in "
    "pKd: positive where it raises the affinity, negative where it lowers it. Then the "
    "explanation is put to the test: hiding what matters must change the prediction."
)
EXPLAIN_EMPTY = "Press “Predict affinity” first: this tab then explains that prediction."
EXPLAIN_READY = "Nothing is computed yet: an explanation runs the model a hundred times."
EXPLAIN_BUTTON = "Explain this prediction"
EXPLAIN_HINT = "Takes 5 to 30 seconds, the longer the protein the more. The maps come first."
EXPLAIN_CHECKING = "The maps are ready. Now hiding residues and atoms, to see whether they hold…"
NUMBER_ATOMS = "Number the atoms"
ATOMS_LABEL = "{name} with the contribution of each atom"
RESIDUE_MAP = "Contribution of each residue, in the colours of the atoms (pKd)"
CONTRIBUTION = "pKd"
RESIDUE_HOVER = "<b>%{text}</b>  %{y:+.3f} pKd<extra></extra>"
TOP_CONTRIBUTIONS = ["Residue", "Number", "Contribution (pKd)"]
TOP_ATOMS = ["Atom", "Number", "Contribution (pKd)", "Alone (pKd)"]
DOWNLOAD_RESIDUES, DOWNLOAD_ATOMS = "Download all residues (CSV)", "Download all atoms (CSV)"
SUMS_TITLE = "How it adds up"
SUM_BASELINE = "Baseline: every residue unknown, no atom left"
SUM_RESIDUES, SUM_ATOMS = "All residues together", "All atoms together"
SUM_VALUE, SUM_ERROR = "This prediction, before the floor", "Error of the sum"
SUMS_NOTE = (
    "Where protein and molecule stand in the measured panel, the baseline keeps what the panel "
    "knows of the two by name: that has no residue and no atom to be shared among. "
    "Residues: integrated gradients. Atoms: sampled Shapley values; “alone” is what is lost when "
    "that atom is taken away and all others stay."
)
FAITHFULNESS_TITLE = "Does the model use what is pointed at?"
FAITHFULNESS_INTRO = (
    "The residues that each ranking puts first are hidden, more and more of them, and the "
    "affinity is predicted again. A ranking that finds what the model uses moves it more than "
    "random residues of the same region do (grey: nine draws). The same for atoms."
)
CHECKED_LAYER = "Attention of layer"
HIDING_RESIDUES, HIDING_ATOMS = "Residues hidden", "Atoms taken away"
HIDDEN_RESIDUES, HIDDEN_ATOMS = "Number of residues", "Number of atoms"
RANDOM_BAND, RANDOM_MEAN = "Random: all draws", "Random: mean"
RANKINGS = {"attention": "By attention ({layer})", "attribution": "By contribution"}
NOTHING_HIDDEN, ALL_HIDDEN = "nothing hidden", "all hidden"

# Files
SAVE_FIGURE = "Save as {format}"
DOWNLOAD_REPORT = "Download report (HTML)"
DOWNLOAD_EXPLAINED = "Download report with this explanation (HTML)"
REPORT_PROTEIN, REPORT_MOLECULE, REPORT_MODEL = "Protein", "Molecule", "The model and its errors"
REPORT_LIMITS = (
    "A research demo, trained on kinases and their inhibitors. No medical advice. The model card "
    "in the repository has how it was trained and tested."
)

# Pooling
TAB_POOLING = "Pooling"
POOLING_INTRO = (
    "A protein of any length has to become one vector. Four ways of doing that were trained side "
    "by side on the same encoder, each with its own head. Where they agree, the answer does not "
    "hang on that choice."
)
POOLING_EMPTY = ATTENTION_EMPTY
POOLING_NAMES = {
    "cls": "CLS token", "mean": "Mean", "max": "Maximum", "attention": "Learned attention",
}  # fmt: skip
POOLING_SHORT = {"cls": "CLS", "mean": "Mean", "max": "Max", "attention": "Attention"}
POOLING_MEANING = {
    "cls": "the vector of the special start token; no residue has a weight of its own",
    "mean": "the average over the residues",
    "max": "the largest value of each feature; a residue's weight is the share of features it wins",
    "attention": "an average weighted by what training found useful",
}
POOLING_SPREAD = (
    "The networks' four predictions lie {spread} pKd apart ({low} to {high}), before the kernel "
    "regression has its share."
)
POOLING_AGREE = (
    "That is less than the model's typical error of {error} pKd: the pooling hardly matters here."
)
POOLING_DISAGREE = (
    "That is more than the model's typical error of {error} pKd: they see different things in "
    "this protein, so trust the interval rather than the digits."
)
POOLING_BEST = "In cross-validation {name} had the smallest error by itself."
POOLING_AT_FLOOR = "All four predict the same: Kd above {kd}."
POOLING_HEADERS = ("Pooling", "pKd", "Kd")
POOLING_SCORES_TITLE = "How good each is by itself, cross-validated"
POOLING_SCORES_HEADER = "{metric}, {encoder}"
POOLING_METRICS = {"mse": "MSE", "ci": "CI"}
POOLING_TOGETHER = "All together"
ENCODER_FROZEN, ENCODER_TUNED, ON_ONE_FOLD = "frozen", "tuned", "{encoder}, one fold"
POOLING_SCORES_NOTE = (
    "MSE: mean squared error, lower is better. CI: concordance index, higher is better. "
    "On pairs that the networks had not seen, and of the networks alone: the kernel regression, "
    "which has its share in the prediction, knows no pooling."
)
POOLING_SCORES_FROZEN = " {encoder}: {pairs}."
POOLING_SCORES_TUNED = " {encoder}: the encoder's last {layers} trained too, {pairs}."
HELD_OUT_PAIR, LAYER = "held-out pair", "layer"
POOLING_DOTS = "Predicted pKd"
POOLING_ENSEMBLE = "prediction: {value}"
POOLING_SIMILARITY = "Cosine similarity of the four protein vectors"
POOLING_WEIGHTS = "Weight of each residue"
NO_RESIDUE_WEIGHT = "reads the start token only: no residue has a weight"

# Structure
TAB_STRUCTURE = "Structure"
STRUCTURE_INTRO = (
    "The same numbers in space. Give a structure of the protein, and its residues are coloured by "
    "attention, pooling weight or contribution to the prediction. **The model has not seen it**: "
    "it reads the sequence and the molecule's 2D structure only."
)
STRUCTURE_FILE_LABEL = "Structure file: PDB or mmCIF"
STRUCTURE_ID_LABEL = "or fetch: UniProt accession or PDB id"
STRUCTURE_ID_PLACEHOLDER = "P00519 or 2HYY"
STRUCTURE_FETCH = "Fetch structure"
STRUCTURE_HINT = (
    "A file may have up to 50 MB (mmCIF 20 MB) and 100,000 atoms. A UniProt accession gets the "
    "predicted model from AlphaFold DB, a PDB id the measured structure from the PDB; only what "
    "stands in that box is sent there."
)
STRUCTURE_EMPTY = "No structure yet: upload a file, or fetch one."
STRUCTURE_READ = "{source}: {chains} read."
YOUR_FILE, PROTEIN_CHAIN = "Your file", "protein chain"
STRUCTURE_COLOUR_LABEL = "Colour by"
STRUCTURE_COLOURS = {
    "attention": "Attention received",
    "mean": "Pooling weight: mean",
    "max": "Pooling weight: maximum",
    "attention pooling": "Pooling weight: learned attention",
    "attribution": "Contribution to the prediction",
}
STRUCTURE_ATTENTION = "Attention received, layer {layer}, mean over heads"
STRUCTURE_POOLING = "Pooling weight: {name}"
STRUCTURE_ATTRIBUTION = "Contribution to the prediction"
STRUCTURE_SIGNS = "Blue lowers the predicted affinity, orange raises it. "
STRUCTURE_POINT = "Point at a residue for its name. The {count} that stand out most are sticks."
STRUCTURE_HEADERS = ["Residue", "Number", "In the file", "Value"]
VIEWER_LINES = {
    "3dmol": "Viewer: 3Dmol.js, loaded from {host}. Drag to turn, scroll to zoom.",
    "plotly": (
        "Viewer: Plotly, because 3Dmol.js could not be loaded from {host}. Drag to turn, scroll "
        "to zoom."
    ),
}
THIS_SERVER = "this server"
FRAME_PROTEIN, FRAME_MOLECULE = "Structure of the protein in 3D", "Molecule in 3D"
FRAME_MISSING = "The picture cannot be drawn: 3Dmol.js did not load, or the browser has no WebGL."
CONFORMER_TITLE = "The molecule in 3D"
CONFORMER_HINT = "One shape that the molecule can take, computed from its SMILES."
CONFORMER_BUTTON = "Show the molecule in 3D"
CONFORMER_NOTE = (
    "Embedded by ETKDG. One of many shapes, and not the one in which it binds: that is not known "
    "here."
)

# About
TAB_ABOUT = "About"
ABOUT_READING = """
## How to read the number
- **pKd** = −log10(Kd in mol/L). Higher is tighter. pKd 9 is a Kd of 1 nM, pKd 6 is 1 µM.
- **The interval** is calibrated on held-out pairs: the true value lies inside it about as often
  as its level says, on average over pairs like these. For pairs far from the training data it
  is wider, and still less certain than it looks.
- **pKd {floor}** is the floor of the Davis assay. It means “Kd of {floor_kd} or more, or nothing
  detected”, not a measured value. About 70 % of the Davis pairs stand there.
- **The domain badge** compares the protein with the kinases, and the molecule with those that
  bound a kinase, among everything the model was trained on. Outside it, treat the number as a
  guess.
- **The controls** are computed on request: the same molecule with the protein's residues
  shuffled, and the averages of the molecule and of the protein in the training data.
"""
ABOUT_LIMITS = """
## What it cannot do
- It learned mostly from **kinases and kinase inhibitors**. For other protein families and other
  chemistry it has seen little or nothing.
- It reads **sequence and 2D structure** only: no pose, no cofactor, no assay conditions.
- Where molecule and kinase **both were measured** with others, most of the number comes from what
  else they bind. For new ones it comes from structure alone, and the interval is wider.
- A **point mutation** outside the binding pocket changes its input very little, so its effect can
  be missed.
- It predicts **binding in vitro**, not effect in a cell, selectivity, or safety. It is a research
  demo, not medical advice.
"""
ABOUT_PRIVACY = """
## What happens to what you type
The model runs where this page is served. Nothing of your protein and molecule is sent to another
service, and no history of runs is kept. Two things ask other servers, when you press their button:
fetching a structure sends its accession or id to AlphaFold DB or the PDB, and a picture in 3D loads
the script of its viewer.
"""
ABOUT_MODEL_TITLE = "## The model"
ABOUT_ERROR_MEASURE = "Measure"
GROUPS = {
    "seen": "Both known", "new drug": "New molecule", "new target": "New protein",
    "both new": "Both new",
}  # fmt: skip
ABOUT_ERROR_TITLE = "## How large its errors are"
ABOUT_ERROR_NOTE = (
    "Measured by cross-validation on Davis pairs that the model had not seen: pairs of a molecule "
    "and a protein each known from other pairs, and of molecules, proteins or both that it had "
    "never met. Guessing the average for every pair gives an MSE of about 0.8 and a CI of 0.5."
)
ABOUT_CARD = "Model card"
MODEL_FACTS = {
    "encoder": "Protein encoder", "parameters": "Parameters", "members": "Ensemble members",
    "training_pairs": "Training pairs", "device": "Running on",
    "label_range": "Range of the labels (pKd)",
}  # fmt: skip
METRICS = {
    "n": "Pairs",
    "mse": "Mean squared error, pKd² (lower is better)",
    "ci": "Concordance index (0.5 is chance, 1 is perfect)",
    "rm2": "r_m²",
    "pearson": "Pearson correlation",
    "spearman": "Spearman correlation",
    "coverage": "Interval coverage",
    "coverage_actives": "Interval coverage among binders (pKd of 7 and above)",
    "mean_width": "Mean width of the interval, pKd",
}

# The header's chips
CHIP_MSE = "cross-validated MSE {mse}"
CHIP_DEVICE = "on {device}"


def strength(pkd: float) -> str:
    """Return the word of the band that a pKd lies in."""
    return next(word for lowest, word, _ in BANDS if pkd >= lowest)
