"""Results and notes as HTML.

Everything is put together by ``Markup.format``, which escapes what it is given: names,
headers and reasons reach the page as text, whatever a visitor typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from dta_demo.results.prediction import Applicability, Prediction
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui import text
from dta_demo.ui.prediction.scale_bar import Scale, scale_bar
from dta_demo.ui.shared.examples import Example
from dta_demo.ui.shared.formatting import shown_interval, shown_kd, shown_pkd


def header(info: dict[str, Any]) -> Markup:
    """Draw the page's heading with what the model is and how good it is."""
    error = info.get("cross_validation", {}).get("mse")
    chips = [
        str(info.get("encoder", "")),
        text.CHIP_MSE.format(mse=f"{error:.3f}") if error is not None else "",
        text.CHIP_DEVICE.format(device=info["device"]) if "device" in info else "",
    ]
    return Markup(
        '<header class="dta-header"><h1>{heading}</h1><p>{tagline}</p><div>{chips}</div></header>'
    ).format(
        heading=text.HEADING,
        tagline=text.TAGLINE,
        chips=Markup().join(
            Markup('<span class="dta-chip">{}</span>').format(chip) for chip in chips if chip
        ),
    )


def note(sentences: Iterable[str], kind: str = "info") -> Markup:
    """Write what stands below a box: ``info``, or ``error`` for a refusal.

    Parameters
    ----------
    sentences : iterable of str
        One line each; they may quote what was typed.
    kind : str
        ``"info"`` or ``"error"``.
    """
    role = "alert" if kind == "error" else "status"
    return Markup('<div class="dta-note dta-{kind}" role="{role}">{lines}</div>').format(
        kind=kind, role=role, lines=_lines(sentences)
    )


def finding(sentence: str) -> Markup:
    """Write what a view comes to, in one sentence that stands out."""
    return Markup('<p class="dta-finding">{}</p>').format(sentence)


def placeholder(sentence: str) -> Markup:
    """Say why there is no result yet."""
    return Markup('<div class="dta-placeholder">{}</div>').format(sentence)


def stale_banner(stale: bool) -> Markup:
    """Say that the boxes moved on since the result, or nothing."""
    if not stale:
        return Markup()
    return Markup('<div class="dta-stale" role="status">{}</div>').format(text.STALE)


def result(
    prediction: Prediction, example: Example | None, label_range: tuple[float, float]
) -> Markup:
    """Draw one prediction: value, unit, interval and what was measured.

    Parameters
    ----------
    prediction : Prediction
        What to show.
    example : Example or None
        The example that the pair is; its measured value is marked.
    label_range : tuple of float
        Lowest and highest pKd among the training labels.
    """
    applicability = prediction.applicability
    measured = None if example is None else example.measured_pkd
    scale = Scale.over(label_range)
    return Markup(
        '<article class="dta-result{caution}">{warning}{title}{numbers}{bar}{measured}'
        '<p class="dta-unit">{unit}</p></article>'
    ).format(
        caution="" if applicability.in_domain else " dta-caution",
        warning=warning(applicability),
        title=_title(prediction),
        numbers=_numbers(prediction),
        bar=scale_bar(prediction, measured, scale),
        measured=_measured(prediction, example),
        unit=text.UNIT_EXPLAINED.format(
            low=f"{label_range[0]:g}", floor_kd=kd_of(prediction.floor), high=f"{label_range[1]:g}"
        ),
    )


def details(prediction: Prediction) -> Markup:
    """Draw what stands below a result: how far to trust it, by pooling, and the receipt."""
    return Markup('<div class="dta-grid{caution}">{trust}{pooling}</div>{receipt}').format(
        caution="" if prediction.applicability.in_domain else " dta-caution",
        trust=_trust(prediction),
        pooling=_by_pooling(prediction),
        receipt=_receipt(prediction),
    )


def warning(applicability: Applicability) -> Markup:
    """Say why a query lies outside the domain, or nothing where it lies within."""
    if applicability.in_domain:
        return Markup()
    return Markup(
        '<div class="dta-warning" role="alert"><strong>{title}.</strong> {reason}</div>'
    ).format(title=text.OUT_OF_DOMAIN_TITLE, reason=applicability.reason)


def _title(prediction: Prediction) -> Markup:
    inside = prediction.applicability.in_domain
    return Markup(
        '<div class="dta-title"><h2>{pair}</h2>'
        '<span class="dta-badge dta-{kind}">{badge}</span></div>'
    ).format(
        pair=name_pair(prediction),
        kind="inside" if inside else "outside",
        badge=text.IN_DOMAIN_BADGE if inside else text.OUT_OF_DOMAIN_BADGE,
    )


def name_pair(prediction: Prediction) -> str:
    """Name the molecule and the protein of a prediction."""
    return text.PAIR.format(
        drug=prediction.drug.name or text.UNNAMED_DRUG,
        protein=prediction.protein.name or text.UNNAMED_PROTEIN,
    )


def _numbers(prediction: Prediction) -> Markup:
    """Write pKd large, then Kd, the interval and, where there is one, the KIBA score."""
    pkd, kd = (show(prediction, prediction.affinity) for show in (shown_pkd, shown_kd))
    interval, kd_interval = shown_interval(prediction)
    at_floor = prediction.at_floor and prediction.applicability.in_domain
    level = text.INTERVAL.format(level=f"{prediction.level:.0%}")
    figures = [
        _number("dta-main", pkd, text.PKD, _word_for(prediction)),
        _number("", kd, text.KD, text.AT_FLOOR_SHORT if at_floor else ""),
        _number("", interval, level, kd_interval),
    ]
    if prediction.kiba_score is not None:
        figures.append(
            _number("dta-minor", f"{prediction.kiba_score:.2f}", text.KIBA_TITLE, text.KIBA_NOTE)
        )
    return Markup('<div class="dta-numbers">{}</div>{}').format(
        Markup().join(figures), _floor_explained(prediction)
    )


def _word_for(prediction: Prediction) -> str:
    """Say how strong the binding is; outside the domain no such word is earned."""
    if not prediction.applicability.in_domain:
        return text.GUESS_WORD
    return text.AT_FLOOR_WORD if prediction.at_floor else text.strength(prediction.affinity)


def _floor_explained(prediction: Prediction) -> Markup:
    if not prediction.at_floor:
        return Markup()
    inside = prediction.applicability.in_domain
    words = text.AT_FLOOR_EXPLAINED if inside else text.AT_FLOOR_OUTSIDE
    return Markup("<p>{}</p>").format(words.format(kd=kd_of(prediction.floor)))


def _number(css_class: str, value: str, label: str, below: str) -> Markup:
    return Markup(
        '<div class="dta-number {css_class}"><span>{label}</span><strong>{value}</strong>'
        "<small>{below}</small></div>"
    ).format(css_class=css_class, value=value, label=label, below=below)


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
        rows.append((text.SPREAD, text.SPREAD_VALUE.format(value=format_pkd(prediction.spread))))
    rows += [
        (text.REGION_TITLE, text.REGION.format(name=x.name, start=x.start, end=x.end))
        for x in prediction.regions
    ]
    verdict = applicability.reason if applicability.in_domain else text.TRUST_OUTSIDE
    return Markup("<section><h3>{}</h3><p>{}</p>{}</section>").format(
        text.TRUST_TITLE, verdict, definition_list(rows)
    )


def _by_pooling(prediction: Prediction) -> Markup:
    rows = [
        (
            text.POOLING_NAMES.get(name, name),
            text.PKD_AND_KD.format(pkd=shown_pkd(prediction, x), kd=shown_kd(prediction, x)),
        )
        for name, x in prediction.by_pooling.items()
    ]
    if part := prediction.kernel:
        title = text.KERNEL_PART.format(share=f"{part.share:.0%}")
        pkd, kd = shown_pkd(prediction, part.pkd), shown_kd(prediction, part.pkd)
        rows.append((title, text.PKD_AND_KD.format(pkd=pkd, kd=kd)))
    inside = prediction.applicability.in_domain
    note = text.BY_POOLING_NOTE if inside else text.BY_POOLING_OUTSIDE
    return Markup("<section><h3>{}</h3><p>{}</p>{}</section>").format(
        text.BY_POOLING_TITLE, note, definition_list(rows)
    )


def _receipt(prediction: Prediction) -> Markup:
    """List what was changed before predicting, by where it was changed."""
    sources = (
        (text.RECEIPT_PROTEIN, prediction.protein.changes),
        (text.RECEIPT_DRUG, prediction.drug.changes),
        (text.RECEIPT_MODEL, prediction.notes),
    )
    rows = [(title, change) for title, changes in sources for change in changes]
    body = definition_list(rows) if rows else Markup("<p>{}</p>").format(text.RECEIPT_EMPTY)
    return Markup('<section class="dta-receipt"><h3>{}</h3>{}</section>').format(
        text.RECEIPT_TITLE, body
    )


def definition_list(rows: Iterable[tuple[str, str]]) -> Markup:
    """Write pairs of a name and a value."""
    return Markup("<dl>{}</dl>").format(
        Markup().join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*row) for row in rows)
    )


def heading(words: str) -> Markup:
    """Write the heading of a figure or a table."""
    return Markup('<h2 class="dta-heading">{}</h2>').format(words)


def row_name(name: str, meaning: str) -> Markup:
    """Write the first cell of a table's row: a name, and below it what it means."""
    return Markup("<b>{}</b><small>{}</small>").format(name, meaning)


def captioned_table(headers: Iterable[str], rows: Iterable[Iterable[str]], caption: str) -> Markup:
    """Write a table whose first column names the row, with a note below it.

    Parameters
    ----------
    headers : iterable of str
        One per column.
    rows : iterable of iterables of str
        As many cells as there are headers.
    caption : str
        What the numbers mean.
    """
    return Markup('<div class="dta-table-box">{}<p>{}</p></div>').format(
        table(headers, rows), caption
    )


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    """Write a table whose first column names the row."""
    head = Markup().join(Markup('<th scope="col">{}</th>').format(x) for x in headers)
    body = Markup().join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            first, Markup().join(Markup("<td>{}</td>").format(x) for x in rest)
        )
        for first, *rest in rows
    )
    return Markup(
        '<table class="dta-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(head, body)


def _lines(sentences: Iterable[str]) -> Markup:
    return Markup().join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
