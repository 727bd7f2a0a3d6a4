from __future__ import annotations

from dta_demo.results.tuning import LAYERS, READOUT, TuningPoint
from dta_demo.ui.inspector.descriptions import describe_losses
from dta_demo.ui.text import inspector as text

POINTS = (
    TuningPoint(READOUT, 1, 4.0, 3.5), TuningPoint(READOUT, 2, 2.0, 1.25),
    TuningPoint(READOUT, 3, 1.5, 1.75), TuningPoint(LAYERS, 1, 1.0, 0.75),
)  # fmt: skip


def test_both_phases_are_said_with_their_ends_and_the_lowest() -> None:
    words = describe_losses(POINTS, 2.25)
    assert "on those left out, is 2.25." in words
    one, two = words.split("Phase two")
    assert "3 epochs of the readout: training pairs from 4.00 to 1.50" in one
    assert "left out from 3.50 to 1.75, lowest 1.25 after epoch 2." in one
    assert "1 epoch of the last layers: training pairs from 1.00 to 1.00" in two


def test_it_follows_the_run() -> None:
    assert describe_losses((), 1.0) == text.NO_EPOCH
    assert "Phase two" not in describe_losses(POINTS[:2], 2.25)
    assert "3.50 to 1.25" in describe_losses(POINTS[:2], 2.25)
