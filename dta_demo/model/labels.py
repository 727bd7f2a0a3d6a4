"""Labels that the model predicts, and the outputs of its networks."""

from __future__ import annotations

LABELS = ("pKd", "KIBA score")
PKD, KIBA = range(len(LABELS))
"""Labels, and their places."""

OUTPUTS = (*LABELS, "binds", "pKd if bound")
BINDS, IF_BOUND = range(len(LABELS), len(OUTPUTS))
"""Outputs of the networks, and the places of those that are no label: the logit of binding at all,
and the pKd of a pair that binds, relative to the mean pKd as the label is."""
