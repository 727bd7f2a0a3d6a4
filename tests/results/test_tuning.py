import dataclasses

import pytest

from dta_demo.results.tuning import LAYERS, READOUT, TuningCard

CARD = TuningCard(
    pairs=20, training_pairs=15, validation_pairs=5, left_out="molecule", groups=2, cut=0, seed=0,
    layers=2, readout_epochs=60, layer_epochs=15, checkpointed=False, baseline=3.4,
    losses={
        READOUT: {"training": 0.02, "validation": 2.8}, LAYERS: {"training": 0.2, "validation": 3.2}
    },
    gain=0.2, gain_error=0.6, encoder="0" * 64, versions={"torch": "2.0"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("gain", "error", "verdict"),
    [(0.2, 0.6, "open"), (-0.2, 0.6, "open"), (0.2, 0.05, "better"), (-0.2, 0.05, "worse"),
     (0.5, 0.5, "open"), (0.0, 0.0, "open")],
)  # fmt: skip
def test_the_verdict_comes_from_the_numbers(gain, error, verdict):
    card = dataclasses.replace(CARD, gain=gain, gain_error=error)
    assert card.verdict == card.to_dict()["verdict"] == verdict


def test_the_summary_has_the_last_loss():
    assert "5 pairs of 2 molecules left out" in CARD.summary
    assert "gives 3.40. The difference may be chance" in CARD.summary
    assert "is 3.20 pKd²" in CARD.summary
    first = dataclasses.replace(CARD, layers=0, losses={READOUT: CARD.losses[READOUT]})
    assert "is 2.80 pKd²" in first.summary


def test_a_card_is_read_as_it_was_written():
    assert TuningCard.from_dict(CARD.to_dict()) == CARD


@pytest.mark.parametrize("document", [None, [], "", 3, {}])
def test_what_is_no_card_is_refused(document):
    with pytest.raises(ValueError, match="card"):
        TuningCard.from_dict(document)
