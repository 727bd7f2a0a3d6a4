"""Words of the pooling tab: the four poolings, how they compare, and their accuracy."""

from __future__ import annotations

from dta_demo.ui.text.shared import KD, PKD

TAB = "Pooling"
INTRO = (
    "A protein of any length has to become one vector. Four ways of pooling were trained side by "
    "side on the same encoder, each with its own head. Where they agree, the prediction does not "
    "hinge on that choice."
)
NAMES = {
    "cls": "CLS token", "mean": "Mean", "max": "Maximum", "attention": "Learned attention",
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
HEADERS = ("Pooling", PKD, KD)

# How far they agree
SPREAD = (
    "The networks' four predictions lie within {spread} pKd ({low} to {high}), before the kernel "
    "regression is blended in."
)
AGREE = "That is less than the model's typical error of {error} pKd: pooling hardly matters here."
DISAGREE = (
    "That is more than the model's typical error of {error} pKd: the poolings see different things "
    "in this protein, so rely on the interval rather than on the exact number."
)
BEST = "In cross-validation, {name} had the smallest error on its own."
AT_FLOOR = "All four predict the same: Kd above {kd}."

# The figures
DOTS = "Predicted pKd"
ENSEMBLE = "prediction: {value}"
SIMILARITY = "Cosine similarity of the four protein vectors"
WEIGHTS = "Weight of each residue"
NO_WEIGHT = "start token only: no residue weights"

# Accuracy
SCORES_TITLE = "How accurate each pooling is on its own, cross-validated"
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
