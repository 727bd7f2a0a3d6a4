"""What came of a fine-tuning: its card, its verdict, and the pair in the boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from dta_demo.inputs.wording import count_of
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.results.tuning import LAYERS, NOTE, READOUT, TuningCard
from dta_demo.results.units import format_pkd
from dta_demo.training.tuned_readout import TunedReadout
from dta_demo.training.tuning_pairs import MAX_LETTERS, letters_read_by
from dta_demo.ui.inspector.machine import name_versions
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import shown_pkd
from dta_demo.ui.text import inspector as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def draw_card(tuned: TunedReadout) -> Markup:
    """Write what a readout was made from, and that it is a demonstration."""
    return Markup("{}{}{}").format(
        cards.heading(text.CARD_TITLE),
        cards.definition_list(card_rows(tuned.card)),
        cards.note([NOTE]),
    )


def card_rows(card: TuningCard) -> Iterator[tuple[str, str]]:
    """Facts of a card, each with its name."""
    yield text.CARD["pairs"], f"{card.pairs}"
    yield text.CARD["split"], text.SPLIT.format(
        validation=card.validation_pairs, pairs=card.pairs,
        groups=count_of(card.groups, card.left_out),
    )  # fmt: skip
    yield text.CARD["seed"], f"{card.seed}"
    yield text.CARD["layers"], f"{card.layers}"
    yield (
        text.CARD["epochs"],
        text.EPOCHS.format(readout=card.readout_epochs, layers=card.layer_epochs),
    )
    if card.layers:
        yield text.CARD["checkpointed"], text.YES if card.checkpointed else text.NO
    if card.cut:
        yield text.CARD["cut"].format(letters=MAX_LETTERS), f"{card.cut}"
    for name, phase in (("readout", READOUT), ("tuned", LAYERS)):
        if phase in card.losses:
            yield text.CARD[name], text.LOSS.format(**card.losses[phase])
    yield text.CARD["baseline"], text.BASELINE.format(loss=card.baseline)
    yield text.CARD["gain"], text.GAIN.format(gain=card.gain, error=card.gain_error)
    yield text.CARD["versions"], name_versions(card.versions)


def draw_pair(
    predictor: AffinityPredictor, tuned: TunedReadout, protein: str, molecule: str
) -> Markup:
    """Tabulate what is predicted for the pair in the boxes; empty where one of them is.

    Raises
    ------
    InputError
        When a box holds what cannot be predicted.
    """
    if not (protein.strip() and molecule.strip()):
        return Markup()
    pair = read_protein(protein), read_small_molecule(molecule)
    letters = letters_read_by(predictor)(pair[0])
    rows = []
    for phase in tuned.phases:
        value = tuned.predict(predictor.encoder.esm, [(letters, pair[1].smiles)], phase)[0]
        rows.append((text.PREDICTED_BY[phase], format_pkd(float(value))))
    prediction = predictor.predict(*pair)
    rows.append((text.PREDICTED_BY["model"], shown_pkd(prediction, prediction.affinity)))
    return Markup("{}{}").format(
        cards.heading(text.PAIR_TITLE), cards.table(text.PAIR_HEADERS, rows)
    )
