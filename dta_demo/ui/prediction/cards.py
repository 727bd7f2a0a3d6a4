"""One prediction as HTML: the result with its scale, and the details below it.

As in `dta_demo.ui.shared.cards`, ``Markup.format`` escapes everything.
"""

from __future__ import annotations

from markupsafe import Markup

from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.prediction.binding_card import binding_section, number_block
from dta_demo.ui.prediction.scale_bar import Scale, scale_bar, strength
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.examples import Example
from dta_demo.ui.shared.formatting import name_pair, shown_interval, shown_kd, shown_pkd
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import prediction as text
from dta_demo.ui.text import shared as shared_text


def result_card(
    prediction: Prediction, example: Example | None, label_range: tuple[float, float]
) -> Markup:
    """Draw one prediction: value, unit, interval, measured value, and whether the pair binds.

    Parameters
    ----------
    prediction : Prediction
    example : Example or None
        The example that the pair is, whose measured value is marked.
    label_range : tuple of float
        Lowest and highest pKd among the training labels.
    """
    applicability = prediction.applicability
    measured = None if example is None else example.measured_pkd
    scale = Scale.over(label_range)
    return Markup(
        '<article class="dta-result{caution}" data-said="{said}">'
        "{warning}{title}{numbers}{bar}{measured}{binding}"
        '<p class="dta-unit">{unit}</p></article>'
    ).format(
        caution="" if applicability.in_domain else " dta-caution",
        said=prediction.summary,
        warning=cards.warning(applicability),
        title=_title(prediction),
        numbers=_numbers(prediction),
        bar=scale_bar(prediction, measured, scale),
        measured=_measured(prediction, example),
        binding=binding_section(prediction),
        unit=text.UNIT_EXPLAINED.format(
            low=f"{label_range[0]:g}", floor_kd=kd_of(prediction.floor), high=f"{label_range[1]:g}"
        ),
    )


def details_card(prediction: Prediction) -> Markup:
    """Draw the details below a result: how far to trust it, its parts, and the receipt."""
    return Markup('<div class="dta-grid{caution}">{trust}{pooling}</div>{receipt}').format(
        caution="" if prediction.applicability.in_domain else " dta-caution",
        trust=_trust(prediction),
        pooling=_by_pooling(prediction),
        receipt=_receipt(prediction),
    )


def _title(prediction: Prediction) -> Markup:
    inside = prediction.applicability.in_domain
    return Markup(
        '<div class="dta-title"><h2>{pair}</h2>'
        '<span class="dta-badge dta-{kind}">{badge}</span></div>'
    ).format(
        pair=name_pair(prediction),
        kind="inside" if inside else "outside",
        badge=text.IN_DOMAIN if inside else shared_text.OUT_OF_DOMAIN,
    )


def _numbers(prediction: Prediction) -> Markup:
    """Write pKd large, then Kd, the interval and, where there is one, the KIBA score."""
    pkd, kd = (show(prediction, prediction.affinity) for show in (shown_pkd, shown_kd))
    interval, kd_interval = shown_interval(prediction)
    at_floor = prediction.at_floor and prediction.applicability.in_domain
    level = text.INTERVAL.format(level=f"{prediction.level:.0%}")
    figures = [
        number_block("dta-main", pkd, shared_text.PKD, _word_for(prediction)),
        number_block("", kd, shared_text.KD, text.AT_FLOOR_SHORT if at_floor else ""),
        number_block("", interval, level, kd_interval),
    ]
    if prediction.kiba_score is not None:
        figures.append(
            number_block(
                "dta-minor", f"{prediction.kiba_score:.2f}", text.KIBA_TITLE, text.KIBA_NOTE
            )
        )
    return Markup('<div class="dta-numbers">{}</div>{}').format(
        Markup().join(figures), _floor_explained(prediction)
    )


def _word_for(prediction: Prediction) -> str:
    """Word for the strength of binding; outside the training domain it is only a guess."""
    if not prediction.applicability.in_domain:
        return text.GUESS_WORD
    return text.AT_FLOOR_WORD if prediction.at_floor else strength(prediction.affinity)


def _floor_explained(prediction: Prediction) -> Markup:
    if not prediction.at_floor:
        return Markup()
    inside = prediction.applicability.in_domain
    words = text.AT_FLOOR_EXPLAINED if inside else text.AT_FLOOR_OUTSIDE
    return Markup("<p>{}</p>").format(words.format(kd=kd_of(prediction.floor)))


def _measured(prediction: Prediction, example: Example | None) -> Markup:
    if example is None:
        return Markup()
    pkd = example.measured_pkd
    if pkd <= prediction.floor:
        sentence = text.MEASURED_AT_FLOOR.format(kd=kd_of(prediction.floor), pkd=format_pkd(pkd))
    else:
        gap = prediction.affinity - pkd
        sentence = text.MEASURED.format(
            pkd=format_pkd(pkd),
            kd=kd_of(pkd),
            gap=format_pkd(abs(gap)),
            side=text.MEASURED_ABOVE if gap > 0 else text.MEASURED_BELOW,
        )
    return Markup(
        '<p class="dta-measured-line"><b>{sentence}</b> {note} <small>{source}</small></p>'
    ).format(sentence=sentence, note=example.note, source=text.MEASURED_SOURCE)


def _trust(prediction: Prediction) -> Markup:
    applicability = prediction.applicability
    rows = [
        (title, text.SIMILARITY.format(name=near.name, similarity=f"{near.similarity:.0%}"))
        for title, near in (
            (text.NEAREST_DRUG, applicability.nearest_drug),
            (text.NEAREST_TARGET, applicability.nearest_target),
        )
    ]
    if applicability.in_domain:  # Members that agree outside it prove nothing.
        rows.append(
            (text.SPREAD, text.SPREAD_VALUE.format(value=format_pkd(prediction.ensemble_std)))
        )
    rows += [
        (text.REGION_TITLE, text.REGION.format(name=x.name, start=x.start, end=x.end))
        for x in prediction.regions
    ]
    verdict = applicability.reason if applicability.in_domain else text.TRUST_OUTSIDE
    return Markup("<section><h3>{}</h3><p>{}</p>{}</section>").format(
        text.TRUST_TITLE, verdict, cards.definition_list(rows)
    )


def _by_pooling(prediction: Prediction) -> Markup:
    rows = [
        (
            pooling_text.NAMES.get(name, name),
            text.PKD_AND_KD.format(pkd=shown_pkd(prediction, x), kd=shown_kd(prediction, x)),
        )
        for name, x in prediction.by_pooling.items()
    ]
    if part := prediction.kernel:
        title = text.KERNEL_PART.format(weight=f"{part.weight:.0%}")
        pkd, kd = shown_pkd(prediction, part.pkd), shown_kd(prediction, part.pkd)
        rows.append((title, text.PKD_AND_KD.format(pkd=pkd, kd=kd)))
    inside = prediction.applicability.in_domain
    note = text.BY_POOLING_NOTE if inside else text.BY_POOLING_OUTSIDE
    return Markup("<section><h3>{}</h3><p>{}</p>{}</section>").format(
        text.BY_POOLING_TITLE, note, cards.definition_list(rows)
    )


def _receipt(prediction: Prediction) -> Markup:
    """Say what the protein was recognised as, and list what was changed before predicting."""
    sources = (
        (shared_text.PROTEIN, prediction.protein.changes),
        (shared_text.MOLECULE, prediction.molecule.changes),
        (text.RECEIPT_MODEL, prediction.notes),
    )
    rows = [(title, change) for title, changes in sources for change in changes]
    unchanged = Markup() if rows else Markup("<p>{}</p>").format(text.RECEIPT_EMPTY)
    recognised = (text.RECEIPT_RECOGNISED, prediction.recognised.sentence)
    return Markup('<section class="dta-receipt"><h3>{}</h3>{}{}</section>').format(
        text.RECEIPT_TITLE, unchanged, cards.definition_list([recognised, *rows])
    )
