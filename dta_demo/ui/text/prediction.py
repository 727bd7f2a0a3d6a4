"""Words of the prediction tab: the result with its scale, what supports it, and the controls."""

from __future__ import annotations

from dta_demo.ui.text.shared import PKD, PKD_EXPLAINED

TAB = "Prediction"

# The result
IN_DOMAIN = "Within the training domain"
INTERVAL = "{level} interval"
AT_FLOOR_WORD, GUESS_WORD = "no binding expected", "a guess"
AT_FLOOR_SHORT = "at the floor of the assay"
AT_FLOOR_EXPLAINED = (
    "No binding is expected within the range of the assay, which ends at a Kd of {kd}. The model "
    "cannot tell weaker binders apart."
)
AT_FLOOR_OUTSIDE = (
    "“Above {kd}” is the model's default for unfamiliar pairs. It does not mean that this pair "
    "does not bind."
)
KIBA_TITLE = "KIBA score"
KIBA_NOTE = "a second scale; active from about 12.1"
UNIT_EXPLAINED = (
    f"pKd = {PKD_EXPLAINED}: one unit more is a tenfold smaller Kd. "
    "The training labels range from {low} (the floor: a Kd of {floor_kd} or more, or no binding "
    "detected) to {high}."
)
MEASURED = "Measured: pKd {pkd} (Kd {kd}). The prediction is {gap} {side}."
MEASURED_AT_FLOOR = "Measured: no binding up to a Kd of {kd} (pKd {pkd} in the data)."
MEASURED_ABOVE, MEASURED_BELOW = "higher (tighter)", "lower (weaker)"
MEASURED_SOURCE = (
    "From the Davis dataset. Agreement on a pair that the model was trained on proves nothing; "
    "see About for the cross-validated error."
)

# Whether it binds
BINDING_TITLE = "Does it bind, and how tightly if it does?"
CHANCE_BINDS, CHANCE_BINDS_MEANS = "Chance that it binds", "Kd below {kd}"
CHANCE_ACTIVE, KD_AT_MOST = "Chance of pKd {pkd} or more", "Kd of {kd} or less"
IF_BOUND, INTERVAL_IF_BOUND, KD_VALUE = "pKd if it binds", "{level} interval if it binds", "Kd {kd}"
CHANCE_LABEL = "Chance that it binds: {binds}; chance of a pKd of {pkd} or more: {active}."
CHANCE_LABEL_GUESS = f"A guess. {CHANCE_LABEL}"

# The scale
BANDS = (
    # lowest pKd, word, meaning
    (8.0, "tight", "Kd below 10 nM, typical of marketed kinase inhibitors on their main target"),
    (6.0, "moderate", "Kd from 10 nM to 1 µM, typical of early hits and common off-targets"),
    (float("-inf"), "weak", "Kd above 1 µM, rarely enough for an effect at usual doses"),
)
SCALE_LABEL = "pKd scale from {low} to {high}: {predicted} {value}, interval {interval}{measured}."
SCALE_MEASURED = ", measured {pkd}"
LEGEND_PREDICTED, LEGEND_INTERVAL, LEGEND_MEASURED = "predicted", "interval", "measured"
LEGEND_GUESS = "guess"

# What supports it
TRUST_TITLE = "How far to trust it"
TRUST_OUTSIDE = (
    "See the warning above. The interval is the one for pairs whose molecule and protein are both "
    "new to the model; here it may still be too narrow."
)
NEAREST_DRUG = "Nearest training molecule"
NEAREST_TARGET = "Nearest training protein"
SIMILARITY = "{name}, similarity {similarity}"
SPREAD = "Ensemble standard deviation"
SPREAD_VALUE = "{value} pKd"
REGION_TITLE = "Region used by the model"
REGION = "{name}, residues {start}–{end}"
BY_POOLING_TITLE = "What the prediction combines"
BY_POOLING_NOTE = (
    "The neural networks, with each way of pooling the protein, and the kernel regression, which "
    "compares this pair with measured ones."
)
KERNEL_PART = "Kernel regression (weight {weight})"
PKD_AND_KD = "{pkd}  ({kd})"
BY_POOLING_OUTSIDE = "These are guesses too. Agreement between them would not make them right."
RECEIPT_TITLE = "How your input was read"
RECEIPT_EMPTY = "Nothing was changed: both inputs were used as given."
RECEIPT_RECOGNISED = "Recognised"
RECEIPT_MODEL = "Model"

# The controls
CONTROLS_BUTTON = "Compare with controls"
CONTROLS_HINT = (
    "Does the protein matter here? Compares the prediction with that for a shuffled protein and "
    "with simple averages. Takes a few seconds, more for a long protein."
)
CONTROLS_TITLE = "Controls: {pair}"
CONTROLS_HEADERS = ("Based on", PKD)
CONTROLS_PREDICTION = ("This prediction", "the molecule and the protein as given")
CONTROLS_SHUFFLED = (
    "Shuffled protein",
    "the same residues in random order, mean of {draws} shuffles",
)
CONTROLS_DRUG, CONTROLS_TARGET = "Molecule alone", "Protein alone"
CONTROLS_MEAN = "mean of {name} over {pairs}"
CONTROLS_NEAREST = "{name}, the nearest with a measured pKd (similarity {similarity}),"
CONTROLS_BOTH = (
    "Both means together",
    "their sum minus the overall mean of {mean}, assuming no interaction",
)
TRAINING_PAIRS = "training pair"
CONTROLS_NOTE = (
    "A control that comes close to the prediction is enough to explain it. The shuffled protein "
    "is the easy test, because nothing of its fold is left. The means are the hard test: they are "
    "what could be guessed without looking at the pair. They cover the training pairs with a "
    "measured pKd, including this pair if it was measured; “no binding” counts as {floor}."
)

# Words
WORDS_TITLE = "What these words mean"
WORDS_HEADERS = ("Word", "Meaning")
WORDS = (
    ("Kd", "the concentration at which half of the protein is bound: lower is tighter"),
    ("pKd", "the negative decimal logarithm of the Kd in mol/l: higher is tighter; 9 is 1 nM"),
    (
        "90% interval",
        "a conformal interval: of nine in ten pairs like this that were left out of training, the "
        "measured value lay inside",
    ),
    (
        "Training domain",
        "proteins and molecules like those that were trained on; outside it, nothing of this was "
        "measured",
    ),
    (
        "Chance that it binds",
        "of pairs with this number that were left out of training, this share had a Kd below 10 µM",
    ),
)
