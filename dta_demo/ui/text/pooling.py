"""Words of the pooling tab: the four poolings, how they compare, and their accuracy."""

from __future__ import annotations

from dta_demo.ui.text.shared import KD, PKD

TAB = "Pooling"
INTRO = (
    "A protein of any length has to become one vector. Four ways of pooling are compared here "
    "**by themselves**: each has readouts of its own that see its vector and the molecule, and "
    "nothing else. The released model also reads the residues of the pocket and compares with "
    "measured kinases, beside which the choice of the pooling hardly shows."
)
NO_READOUTS = (
    "There are no readouts of single poolings for the loaded weights, so that only the poolings "
    "inside the model are shown."
)
NAMES = {
    "cls": "CLS token", "mean": "Mean", "max": "Maximum", "attention": "Learned attention",
}  # fmt: skip
IN_SENTENCE = {
    "cls": "the CLS token", "mean": "the mean", "max": "the maximum",
    "attention": "learned attention",
}  # fmt: skip
SHORT = {"cls": "CLS", "mean": "Mean", "max": "Max", "attention": "Attention"}
MEANING = {
    "cls": "the vector of the special start token; residues have no weights",
    "mean": "the average over the residues",
    "max": (
        "the largest value of each feature; a residue's weight is the share of features in which "
        "it is the largest"
    ),
    "attention": "a weighted average whose weights were learned",
}
HEADERS = ("Pooling", PKD, "90% interval", KD, "Typical error, pKd", "Inside the model, pKd")
INSIDE_HEADERS = ("Pooling", PKD, KD)

# Advice
RULE = "The rule behind this"
RULE_TEXT = (
    "The first that holds: the pair lies outside the training domain; all four mean no binding; "
    "one answer lies outside the intervals of the other three, which lie in each other's; the "
    "answers differ by more than the smallest typical error of the four; else they agree. Typical "
    "errors and intervals are those of cross-validation on pairs like this. Two poolings are told "
    "apart where the mean difference of their errors, over folds and seeds, exceeds two standard "
    "errors."
)
OUTSIDE = "The pair lies outside the training domain, so none of the four answers can be trusted."
ALL_AT_FLOOR = "All four say the same: Kd above {kd}."
APART = (
    "{name} stands apart: its answer lies outside the intervals of the other three, which agree. "
    "Do not build on it."
)
DISAGREE = (
    "The four answers differ by {spread} pKd, more than the typical error of the best of them, "
    "{error}: the choice of the pooling matters for this pair."
)
AGREE = (
    "The four answers differ by {spread} pKd, less than the typical error of the best of them, "
    "{error}: the choice of the pooling does not matter for this pair."
)
BEST_ALONE = "Where {group}, {name} has the smallest error in cross-validation."
BEST_NEAR = (
    "Where {group}, {name} has the smallest error in cross-validation, but it is not told apart "
    "from {others}."
)
GROUPS = {
    "seen": "protein and molecule are known", "new drug": "the molecule is new",
    "new target": "the protein is new", "both new": "both are new",
}  # fmt: skip
BEYOND = (
    "The prediction of the released model lies outside all four intervals: it rests on what no "
    "pooling sees, the residues of the pocket and the measured kinases."
)

# The figures
DOTS = "Predicted pKd, each pooling by itself"
ENSEMBLE = "released model: {value}"
INTERVAL_HOVER = "{name}: {value} (90%: {low} to {high})"
SIMILARITY = "Cosine similarity of the four protein vectors"
SIMILARITY_TITLES = ("As they are", "Less the mean kinase")
WEIGHTS = "Weight of each residue"
NO_WEIGHT = "start token only: no residue weights"
WON = "Maximum: channels won, of {channels}"
HEADS = "Learned attention, by head"
HEADS_NOTE = (
    "Each row is a head of one of the five networks ({heads} heads each); colours are multiples of "
    "an equal share."
)
HEAD, CHANNELS = "Head", "channels"

# Numbers of the weights
NUMBERS = "How each pooling spreads its weight"
NUMBER_HEADERS = (
    "Pooling", "Entropy, bits", "Effective residues", "On the pocket", "Heaviest residues",
)  # fmt: skip
NUMBERS_NOTE = (
    "Effective residues: how many would share the weight evenly at the same entropy, of {read} "
    "residues. On the pocket: weight on the {pocket} residues of the pocket, in multiples of an "
    "equal share."
)
NO_POCKET = "Effective residues: how many would share the weight evenly at the same entropy."
NONE, EVEN = "–", "all alike"
OVERLAP = "The {count} heaviest residues of {one} and of {other} have {shared} in common"
OVERLAP_POCKET = "Of the {count} heaviest residues of {one}, {shared} are of the pocket"
BY_CHANCE = "{sentence} (by chance {chance:.1f})."

# Hiding
HIDING = "What changes when residues are hidden"
HIDING_HEADER = "Hidden from the encoder"
HIDDEN_TOP = "{count} heaviest of {name}"
HIDDEN_POCKET = "pocket, {count} residues"
CHANGE = "{change:+.2f}"
RANDOM = "{change:+.2f} ({random:+.2f} ± {std:.2f})"
MORE_THAN_CHANCE = (
    "Hiding the residues that {name} weighs most changes its own answer by {change:+.2f}, more "
    "than random residues do ({random:+.2f} ± {std:.2f}): it rests on them."
)
NO_MORE_THAN_CHANCE = (
    "Hiding the residues that {name} weighs most changes its own answer by {change:+.2f}, no more "
    "than random residues do ({random:+.2f} ± {std:.2f}): its weights do not show what it rests on."
)
HIDING_NOTE = (
    "Change of each pooling's own pKd; in brackets that of as many random residues, mean and "
    "standard deviation of five draws."
)

# Nearest kinases
NEAREST = "Nearest kinases under each pooling"
NEAREST_NOTE = (
    "By the cosine of differences from the mean kinase, in standard deviations; {count} of the ten "
    "nearest are the same under all four."
)
NEIGHBOUR = "{name} {similarity:.2f}"

# Another encoder
OTHER_TITLE = "The same protein under {name}"
OTHER_NOTE = (
    "Loaded in the Attention tab. It has no readouts, so that it predicts nothing: the answers and "
    "all predictions stay with the bundled encoder."
)
OTHER_COSINE = "Cosine similarity"

# The comparison in cross-validation
STUDY_TITLE = "What each pooling gives, cross-validated"
STUDY_HEADER = "MSE, {group}"
STUDY_GROUPS = {"seen": "known pairs", "new drug": "new molecules", "new target": "new proteins"}
READS = {
    "none": "No protein",
    "random vector": "A random vector for each protein",
    "pocket letters": "Letters of the pocket",
    "composition": "Amino-acid composition",
    "random weights": "{pooling}, encoder with random weights",
    "esm2": "{pooling}",
}
ERROR = "{mean:.3f} ± {error:.3f}"
REGIONS = {
    "domain": "Kinase domain", "protein": "Whole protein", "first200": "First 200 residues",
}  # fmt: skip
LAYERS = {"last": "last layer", "best": "best single layer", "mix": "learned mix of layers"}
BY_REGION = "By region and layer"
BY_REGION_HEADERS = ("Region", "Layers", "Pooling")
STUDY_NOTE = (
    "Mean squared error in pKd of readouts on pairs left out, with the standard error over {seeds} "
    "seeds; five folds of the Davis training pairs. Repeat it with the command in docs/poolings.md."
)
KNOWN_NEED_NO_PROTEIN = (
    "Between known proteins a random vector for each ({random:.3f}) is nearly as good as what the "
    "encoder reads ({best:.3f}): known pairs do not show what a pooling knows of a protein. New "
    "proteins do."
)
GIVES = (
    "For new proteins the trained encoder gives {model:.3f} with {name}, against {untrained:.3f} "
    "with random weights, {composition:.3f} from the amino-acid composition and {none:.3f} without "
    "the protein."
)
TRUNCATION = (
    "Reading the first 200 residues only, which is the encoder's default, costs {cost:+.3f} ± "
    "{error:.3f} with {name} for new proteins."
)
BEST_OF_ALL = "For {group}, {name} is best ({mean:.3f}); {rest}."
NOT_APART = "{names} cannot be told from it"
ALL_APART = "all others are worse by more than two standard errors"

# Inside the released model
SCORES_TITLE = "Inside the released model, beside the pocket"
SCORES_HEADER = "{metric}, {encoder}"
METRICS = {"mse": "MSE", "ci": "CI"}
TOGETHER = "All four"
ENCODER_FROZEN, ENCODER_TUNED, ON_ONE_FOLD = "frozen", "fine-tuned", "{encoder}, one fold"
SCORES_NOTE = (
    "MSE: mean squared error, lower is better. CI: concordance index, higher is better. "
    "On pairs that the networks had not seen, and for the networks alone: the kernel regression, "
    "which is blended into the prediction, does not use pooling."
)
SCORES_FROZEN = " {encoder}: {pairs}."
SCORES_TUNED = " {encoder}: the encoder's last {layers} were trained too, {pairs}."
HELD_OUT_PAIR, LAYER = "held-out pair", "layer"

# The figures in words
DOTS_DESCRIPTION = (
    "Predicted pKd of {protein} with {molecule} by each pooling by itself: {answers}. The released "
    "model predicts {value}. The table above has the same."
)
SIMILARITY_DESCRIPTION = (
    "Cosine similarity between the four vectors of {protein}, as they are: {pairs}."
)
SIMILARITY_CENTRED = "Less the mean kinase: {pairs}."
PAIR_OF_POOLINGS = "{one} and {other}"
WEIGHTS_DESCRIPTION = (
    "Weight of each residue of {protein} in each pooling, as profiles along the sequence."
)
DESCRIBED_NO_WEIGHT = "{name}: start token only, no residue weights."
DESCRIBED_EVEN = "{name}: the same weight for each of the {read} residues that are read."
DESCRIBED_WON = "{name}: of {channels} channels most are won by {top}."
DESCRIBED_WEIGHTS = "{name}: highest for {top}, in multiples of an equal share."
DESCRIBED_HEADS = (
    "A map has the weights of learned attention by head, of {heads}: the highest is {value} times "
    "an equal share, for {residue} in head {head}."
)
DESCRIBED_REST = "The table below has the entropy and the heaviest residues of each."
