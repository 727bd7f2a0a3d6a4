"""The summary of the tab: advice on the four poolings, and their answers."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from dta_demo.inputs.wording import join_with_and
from dta_demo.results.pooling_advice import PoolingAdvice, Verdict
from dta_demo.results.poolings import PoolingAnswer, PoolingReport
from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.pooling.answers import say_answer, say_answer_interval
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import shown_kd, shown_pkd
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text


def pooling_summary(report: PoolingReport, advice: PoolingAdvice | None) -> Markup:
    """Write the advice on a pair, and tabulate the four answers beside those inside the model."""
    prediction = report.prediction
    if advice is not None:
        words = Markup("{}{}").format(
            cards.finding(" ".join(say_advice(advice, prediction))),
            cards.folded(text.RULE, text.RULE_TEXT),
        )
        rows = [_row(prediction, answer) for answer in report.answers]
        table = cards.table(text.HEADERS, rows)
    else:
        words = cards.note([text.NO_READOUTS])
        table = cards.table(text.INSIDE_HEADERS, [_inside(prediction, x) for x in report.names])
    return Markup(
        '<div class="dta-poolings{}">{}{}<div class="dta-table-box">{}</div></div>'
    ).format(
        "" if prediction.applicability.in_domain else " dta-caution",
        cards.warning(prediction.applicability),
        words,
        table,
    )


def _name(pooling: str) -> Markup:
    return cards.row_name(text.NAMES[pooling], text.MEANING[pooling])


def _row(prediction: Prediction, answer: PoolingAnswer) -> list[str]:
    return [
        _name(answer.name),
        say_answer(prediction, answer),
        say_answer_interval(prediction, answer),
        shared_text.AT_FLOOR.format(kd=kd_of(prediction.floor))
        if answer.at_floor
        else kd_of(answer.affinity),
        format_pkd(answer.error),
        shown_pkd(prediction, prediction.by_pooling[answer.name]),
    ]


def _inside(prediction: Prediction, name: str) -> list[str]:
    value = prediction.by_pooling[name]
    return [_name(name), shown_pkd(prediction, value), shown_kd(prediction, value)]


def say_advice(advice: PoolingAdvice, prediction: Prediction) -> Iterator[str]:
    """Write the advice in sentences."""
    yield {
        Verdict.OUTSIDE: text.OUTSIDE,
        Verdict.AT_FLOOR: text.ALL_AT_FLOOR,
        Verdict.APART: text.APART,
        Verdict.DISAGREE: text.DISAGREE,
        Verdict.AGREE: text.AGREE,
    }[advice.verdict].format(
        kd=kd_of(prediction.floor),
        name=text.NAMES.get(advice.apart, ""),
        spread=format_pkd(advice.spread),
        error=format_pkd(advice.error),
    )
    if advice.verdict is Verdict.OUTSIDE:
        return
    if advice.best:
        words = text.BEST_NEAR if advice.near_best else text.BEST_ALONE
        others = join_with_and([text.IN_SENTENCE[name] for name in advice.near_best])
        yield words.format(
            group=text.GROUPS[str(prediction.applicability.group)],
            name=text.IN_SENTENCE[advice.best],
            others=others,
        )
    if advice.beyond_poolings:
        yield text.BEYOND
