"""Tables of an analysis: spread of the weights, their overlap, the hiding test, what is near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from markupsafe import Markup

from dta_demo.results.pooling_analysis import PoolingAnalysis
from dta_demo.results.poolings import HiddenResidues, PoolingReport
from dta_demo.ui.shared import cards
from dta_demo.ui.text import pooling as text

HEAVIEST, NEAREST = 8, 5
"""Residues and kinases that a table names."""


def analysis_tables(analysis: PoolingAnalysis) -> Markup:
    """Tabulate everything about a pair that is no figure."""
    parts = [_weights_table(analysis.report), *_overlap_notes(analysis.report)]
    if analysis.hidden:
        parts.append(_hiding_table(analysis.report, analysis.hidden))
    if analysis.nearest:
        parts.append(_nearest_table(analysis))
    return Markup("").join(parts)


def other_encoder_card(name: str, report: PoolingReport) -> Markup:
    """Describe the poolings of another encoder, by which nothing is predicted."""
    headers = [text.OTHER_COSINE, *(text.NAMES[each] for each in report.names)]
    rows = [
        [text.NAMES[each], *(f"{cosine:.2f}" for cosine in cosines)]
        for each, cosines in zip(report.names, report.similarity, strict=True)
    ]
    return Markup("{}{}{}{}{}").format(
        cards.heading(text.OTHER_TITLE.format(name=name)),
        cards.note([text.OTHER_NOTE]),
        _weights_table(report),
        Markup().join(_overlap_notes(report)),
        cards.table(headers, rows),
    )


def _weights_table(report: PoolingReport) -> Markup:
    sequence = report.prediction.protein.sequence
    rows = []
    for name, entropy, effective, ratio in zip(
        report.names, report.entropies, report.effective_residues, report.pocket_ratio, strict=True
    ):
        top = report.top(name)[:HEAVIEST] if name in report.ranked else ()
        heaviest = " ".join(f"{sequence[number - 1]}{number}" for number in top)
        rows.append(
            (
                text.NAMES[name],
                text.NONE if entropy is None else f"{entropy:.2f}",
                text.NONE if effective is None else f"{effective:.1f}",
                text.NONE if ratio is None else f"{ratio:.2f} ×",  # noqa: RUF001
                heaviest or (text.NONE if effective is None else text.EVEN),
            )
        )
    note = text.NUMBERS_NOTE if report.pocket else text.NO_POCKET
    words = note.format(read=report.read_residues, pocket=len(report.pocket))
    return cards.heading(text.NUMBERS) + cards.captioned_table(text.NUMBER_HEADERS, rows, words)


def _overlap_notes(report: PoolingReport) -> Iterator[Markup]:
    sentences = []
    tops = {name: report.top(name) for name in report.ranked}
    for one, other in combinations(tops, 2):
        shared, chance = report.count_shared(tops[one], tops[other])
        words = text.OVERLAP.format(
            count=report.top_count, one=text.IN_SENTENCE[one], other=text.IN_SENTENCE[other],
            shared=shared,
        )  # fmt: skip
        sentences.append(text.BY_CHANCE.format(sentence=words, chance=chance))
    for name, top in tops.items():
        if report.pocket:
            shared, chance = report.count_shared(top, report.pocket)
            words = text.OVERLAP_POCKET.format(
                count=report.top_count, one=text.IN_SENTENCE[name], shared=shared
            )
            sentences.append(text.BY_CHANCE.format(sentence=words, chance=chance))
    if sentences:
        yield cards.note(sentences)


def _hiding_table(report: PoolingReport, hidden: Sequence[HiddenResidues]) -> Markup:
    rows = []
    for each in hidden:
        what = (
            text.HIDDEN_POCKET.format(count=len(each.numbers))
            if each.what == "pocket"
            else text.HIDDEN_TOP.format(count=len(each.numbers), name=text.IN_SENTENCE[each.what])
        )
        changes = zip(each.changes, each.random, each.random_std, strict=True)
        rows.append([what, *(text.RANDOM.format(change=a, random=b, std=c) for a, b, c in changes)])
    headers = [text.HIDING_HEADER, *(text.NAMES[name] for name in report.names)]
    return Markup("{}{}{}").format(
        cards.heading(text.HIDING),
        cards.captioned_table(headers, rows, text.HIDING_NOTE),
        cards.note(_judge_hiding(report, hidden)),
    )


def _judge_hiding(report: PoolingReport, hidden: Sequence[HiddenResidues]) -> Iterator[str]:
    """Say of each pooling whether its heaviest residues matter more to it than random ones."""
    for each in hidden:
        if each.what in report.names:
            own = report.names.index(each.what)
            change, random, std = each.changes[own], each.random[own], each.random_std[own]
            more = abs(change) > abs(random) + 2 * std
            words = text.MORE_THAN_CHANCE if more else text.NO_MORE_THAN_CHANCE
            yield words.format(
                name=text.IN_SENTENCE[each.what], change=change, random=random, std=std
            )


def _nearest_table(analysis: PoolingAnalysis) -> Markup:
    columns = [
        [text.NEIGHBOUR.format(name=x.name, similarity=x.similarity) for x in nearest[:NEAREST]]
        for nearest in analysis.nearest.values()
    ]
    same = set.intersection(*({x.name for x in each} for each in analysis.nearest.values()))
    headers = [text.NAMES[name] for name in analysis.nearest]
    note = text.NEAREST_NOTE.format(count=len(same))
    rows = list(zip(*columns, strict=True))
    return cards.heading(text.NEAREST) + cards.captioned_table(headers, rows, note)
