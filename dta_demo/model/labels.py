"""Labels that the model predicts."""

from __future__ import annotations

LABELS = ("pKd", "KIBA score")
PKD, KIBA = range(len(LABELS))
"""Labels in the order of the heads' outputs, and their places."""
