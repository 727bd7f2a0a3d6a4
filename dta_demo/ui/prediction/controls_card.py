"""The controls of one prediction as a small table."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from dta_demo.inputs.wording import count_of
from dta_demo.results.controls import Controls, TrainingMean
from dta_demo.results.units import format_pkd
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import name_pair, shown_pkd
from dta_demo.ui.text import prediction as text


def controls_card(controls: Controls) -> Markup:
    """Draw the verdict and the table of a prediction's controls."""
    prediction = controls.prediction
    inside = prediction.applicability.in_domain
    return Markup(
        '<section class="dta-controls{caution}"><h3>{title}</h3>{verdict}{table}</section>'
    ).format(
        caution="" if inside else " dta-caution",
        title=text.CONTROLS_TITLE.format(pair=name_pair(prediction)),
        verdict=cards.finding(controls.verdict),
        table=cards.captioned_table(
            text.CONTROLS_HEADERS,
            _rows(controls),
            text.CONTROLS_NOTE.format(floor=f"{prediction.floor:g}"),
        ),
    )


def _rows(controls: Controls) -> Iterator[tuple[str, str]]:
    """Names and pKd of the prediction and of each control."""
    prediction = controls.prediction
    yield cards.row_name(*text.CONTROLS_PREDICTION), shown_pkd(prediction, prediction.affinity)
    name, meaning = text.CONTROLS_SHUFFLED
    shuffled = cards.row_name(name, meaning.format(draws=len(controls.shuffled)))
    yield shuffled, shown_pkd(prediction, controls.shuffled_mean)
    for name, mean in (
        (text.CONTROLS_DRUG, controls.drug_mean),
        (text.CONTROLS_TARGET, controls.target_mean),
    ):
        yield cards.row_name(name, _describe_mean(mean)), format_pkd(mean.pkd)
    name, meaning = text.CONTROLS_BOTH
    both = cards.row_name(name, meaning.format(mean=format_pkd(controls.overall_mean)))
    yield both, format_pkd(controls.additive)


def _describe_mean(mean: TrainingMean) -> str:
    name = mean.nearest.name
    if not mean.own:
        name = text.CONTROLS_NEAREST.format(name=name, similarity=f"{mean.nearest.similarity:.0%}")
    return text.CONTROLS_MEAN.format(name=name, pairs=count_of(mean.pairs, text.TRAINING_PAIRS))
