"""Labels that the model predicts."""

from __future__ import annotations

LABELS = ("pKd", "KIBA score")
PKD, KIBA = range(len(LABELS))
"""What the heads predict, in the order of their outputs."""
