"""Words of the encoder tab."""

from __future__ import annotations

TAB = "Encoder"
INTRO = (
    "The **protein encoder** by itself, for whoever wants to fine-tune ESM-2: what of it trains, "
    "what a training step takes, what is cut, and a small fine-tuning that runs here. Nothing on "
    "this tab changes the encoder that predicts on the others."
)

# What trains
PARTS_TITLE = "What trains"
STATE = "State"
STATES = {
    "frozen": "All frozen",
    "layers": "Last layers train",
    "embeddings": "Last layers and embeddings train",
}
LAYERS, LAYERS_HINT = "Layers that train", "Counted from the output"
FINDING = (
    "{frozen} of the encoder is frozen: {trainable} of {parameters} parameters train, in {layers}."
)
FINDING_NOTHING = "{frozen} of the encoder is frozen: none of {parameters} parameters train."
PART_HEADERS = ["Part", "Parameters", "Size", "State", "Shapes"]
PARTS = {
    "embeddings": "Token embeddings",
    "final_layer_norm": "Final layer norm",
    "contact_head": "Contact head",
}
LAYER = "Layer {number}"
TRAINS, FROZEN = "trains", "frozen"
SHAPE, SHAPE_TIMES = "{shape}", "{count} × {shape}"  # noqa: RUF001
VECTORS = "{numbers} in vectors"
PARTS_NOTE = (
    "The contact head comes with ESM-2 and is never used or trained here. The readout on top of "
    "the encoder is not counted."
)
SHARE_HEADERS = ["Layers that train", "Frozen", "With embeddings"]
SHARE_NOTE = "Share of the encoder's parameters that is frozen, in each state."
SHARES = "Share frozen in every state"

# Memory of a step
MEMORY_TITLE = "Memory of a training step"
BATCH, RESIDUES = "Proteins in a batch", "Residues of each"
MEMORY_HEADERS = ["Memory of", "Plain", "Checkpointing"]
MEMORY_ROWS = {
    "weights": ("Weights", "all of the encoder, in single precision"),
    "moments": ("Moments of Adam", "two for each weight that trains"),
    "gradients": ("Gradients", "one for each weight that trains"),
    "activations": ("Activations", "what the forward pass keeps for the backward pass"),
    "working": ("Working memory", "for a moment, in the backward pass"),
    "peak": ("Peak", "most that is held at once"),
}
PASSES = ("Passes of a layer", "what a step computes")
MEMORY_NOTE = (
    "Predicted from sizes alone. The peak is less than the sum, as gradients take the place of "
    "activations. Checkpointing keeps only the input of each layer that trains and computes the "
    "layer a second time."
)
SAVES = "Checkpointing saves {saved} of {peak} ({share}) and computes {more} more."
SAVES_NOTHING = "Checkpointing saves nothing here: the peak is not made of activations."
MEASURE = "Measure it here"
MEASURED = (
    "Measured with a copy of the encoder: {plain} in {plain_time} plain, {checkpointed} in "
    "{checkpointed_time} with checkpointing. Predicted: {plain_off} and {checkpointed_off} off."
)
TOO_LARGE = (
    "This step would take {peak}, and at most {most} are measured here: choose fewer or shorter "
    "proteins."
)
TIME = "{seconds:.2f} s"
MEGABYTES, KILOBYTES = "{size:,.1f} MB", "{size:,.1f} kB"

# Truncation
TRUNCATION_TITLE = "What is cut"
TRUNCATION_INTRO = (
    "In one call the encoder's `forward` cuts sequences to its longest length, and in calls of 20 "
    "or more also to the 95th percentile of their lengths. Predictions on the other tabs cut "
    "nothing: long proteins are read in windows."
)
SEQUENCES = "Sequences"
SEQUENCES_HINT = "FASTA, or one sequence or kinase a line; empty for the protein in the box"
MAX_LENGTH = "Longest length (max_length)"
CUT_BUTTON = "Show what is cut"
NO_SEQUENCES = "Paste sequences, or give a protein in the box."
SEQUENCE_FAULT = "Sequence {number}: {reason}"
TOO_MANY = "At most {limit} sequences are looked at."
UNNAMED = "sequence {number}"
LIMIT_BOTH = (
    "{cut} of {count} sequences are cut, to {limit} residues: the 95th percentile of the lengths "
    "is {percentile}, the longest length {max_length}."
)
LIMIT_LENGTH = (
    "{cut} of {count} sequences are cut, to {limit} residues. With fewer than 20 sequences only "
    "the longest length counts."
)
CUT_HEADERS = ["Sequence", "Residues", "Kept", "Lost"]
CUT_NOTE = "The longest {shown} of {count}; what is lost is the end."

# Running here
MACHINE_TITLE = "Running here"
FACTS = {
    "device": "Device",
    "precision": "Precision",
    "threads": "Threads",
    "memory_now": "Memory now",
    "memory_peak": "Memory at its peak",
    "versions": "Versions",
}
CACHE_HEADERS = ["Cache", "Values", "Size", "At most", "Hits", "Misses", "Hit rate"]
CACHES = {
    "proteins": "Encoded proteins",
    "forms": "Forms that the model reads",
    "attention_maps": "Attention maps",
}
CACHE_NOTE = "Since the start, of all visits. A hit is a value that need not be computed again."

# Fine-tuning
TUNING_TITLE = "Fine-tuning, live"
TUNING_INTRO = (
    "Two phases on a copy of the encoder: a readout on the **frozen** encoder, then the readout "
    "with the encoder's **last layers**. A fourth of the pairs is left out, by whole molecules, "
    "and predicted after every epoch. Beside it stands the simplest baseline: the mean of the "
    "training pairs."
)
TUNING_OFF = (
    "Fine-tuning is off on this server, as it takes the machine for a while. Run the demo on your "
    "own computer, where it is on, or set DTA_TUNING_PAIRS to the most pairs that a visitor may "
    "give."
)
PAIRS_FILE = "Pairs (CSV or TSV); without a file, the example pairs"
PAIRS_HINT = (
    "Columns `protein`, `molecule` and `affinity` in pKd: sequences or kinases, SMILES or names "
    "of inhibitors. {least} to {most} pairs."
)
TUNED_LAYERS = "Last layers of phase two"
START = "Fine-tune"
READY = "Nothing has been tuned yet. The example pairs take about half a minute."
STAGES = {
    "reading": "Reading proteins with the frozen layers: {done} of {total}",
    "readout": "Phase one, the readout: epoch {done} of {total}",
    "layers": "Phase two, the last layers: step {done} of {total}",
}
LOSSES = "; training loss {training:.2f}, left out {validation:.2f}, baseline {baseline:.2f}"
LEFT = ", {left}"
STARTING = "Reading the pairs…"
STOPPED = "Stopped. {summary}"
STOPPED_EARLY = "Stopped before an epoch had ended: there is nothing to keep."
FORGOTTEN = "This run had to make room for newer ones on this server: tune again."
CURVES_TITLE = "Mean squared error by epoch"
CURVES = {
    "training": "training pairs",
    "validation": "pairs left out",
    "baseline": "mean of the training pairs, on those left out",
}
EPOCH_AXIS, LOSS_AXIS = "Epoch", "pKd²"
PHASES = {"readout": "readout", "layers": "last layers"}
CURVE_HOVER = "epoch %{x}: %{y:.3f} pKd²<extra>%{fullData.name}</extra>"
CARD_TITLE = "What it was made from"
CARD = {
    "pairs": "Pairs",
    "split": "Left out",
    "seed": "Seed",
    "layers": "Layers that were tuned",
    "epochs": "Epochs",
    "checkpointed": "Gradient checkpointing",
    "cut": "Proteins cut to {letters} residues",
    "readout": "Loss after phase one",
    "tuned": "Loss after phase two",
    "baseline": "Baseline",
    "gain": "Gain over the baseline, mean over what was left out",
    "versions": "Versions",
}
SPLIT = "{validation} of {pairs} pairs: {groups}"
EPOCHS = "{readout} of the readout, {layers} of the layers"
LOSS = "{training:.3f} training, {validation:.3f} left out"
BASELINE = "{loss:.3f} left out"
GAIN = "{gain:+.3f} ± {error:.3f} pKd²"
YES, NO = "on", "off"
PAIR_TITLE = "The pair in the boxes"
PAIR_HEADERS = ["Predicted by", "pKd"]
PREDICTED_BY = {
    "readout": "the readout of phase one",
    "layers": "the readout and layers of phase two",
    "model": "the model of the other tabs",
}
DOWNLOAD = "Download the tuned readout (safetensors)"
LOAD = "Load a tuned readout again"
LOADED = "Loaded. {summary}"

# The curves in words
EPOCH_NOUN = "epoch"
NO_EPOCH = "Mean squared error by epoch: no epoch has ended yet."
LOSSES_DESCRIPTION = (
    "Mean squared error by epoch, in pKd². The baseline, the mean of the training pairs on those "
    "left out, is {baseline}."
)
DESCRIBED_PHASES = {
    "readout": (
        "Phase one, {epochs} of the readout: training pairs from {first_training} to "
        "{last_training}, pairs left out from {first_validation} to {last_validation}, lowest "
        "{lowest} after epoch {epoch}."
    ),
    "layers": (
        "Phase two, {epochs} of the last layers: training pairs from {first_training} to "
        "{last_training}, pairs left out from {first_validation} to {last_validation}, lowest "
        "{lowest} after epoch {epoch}."
    ),
}
