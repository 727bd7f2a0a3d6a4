"""Sentences and tables of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from dta_demo.evaluation.metrics import ACTIVE_PKD
from dta_demo.inputs.wording import join_with_and
from dta_demo.results.prediction import say_chance
from dta_demo.results.profile import KinaseAffinity, KinomeProfile, Selectivity
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.shared import cards
from dta_demo.ui.text import profile as text
from dta_demo.ui.text import shared as shared_text

NAMED = 5


def summary(found: KinomeProfile, other: KinomeProfile | None) -> Markup:
    """Say what a profile shows, and how it differs from another's."""
    active = [each for each in found.ranked if each.affinity >= ACTIVE_PKD]
    first = [f"{each.label} ({format_pkd(each.affinity)})" for each in active[:NAMED]]
    sentences = [
        text.SUMMARY.format(
            molecule=name_of(found), bound=len(active), count=len(found.kinases),
            first=join_with_and(first) or text.NONE_BOUND,
            measured=sum(each.measured for each in found.kinases),
            outside=sum(not each.in_domain for each in found.kinases),
        )
    ]  # fmt: skip
    if other is not None:
        sentences.append(_compare(found, other))
    return Markup().join(map(cards.finding, sentences))


def _compare(found: KinomeProfile, other: KinomeProfile) -> str:
    apart = np.array(
        [a.affinity - b.affinity for a, b in zip(found.kinases, other.kinases, strict=True)]
    )
    largest = [
        f"{found.kinases[place].label} ({apart[place]:+.2f})"
        for place in np.argsort(-np.abs(apart))[:NAMED]
    ]
    return text.COMPARED.format(
        molecule=name_of(found), other=name_of(other), mean=f"{np.abs(apart).mean():.2f}",
        largest=join_with_and(largest),
    )  # fmt: skip


def name_of(found: KinomeProfile) -> str:
    """Name of the molecule of a profile."""
    return found.molecule.name or shared_text.UNNAMED_DRUG


def score_table(scores: Sequence[Selectivity], others: Sequence[Selectivity] = ()) -> Markup:
    """Draw the selectivity scores with their definitions, of one molecule or of two."""
    if not scores:
        return Markup()
    headers, rows = list(text.SCORE_HEADERS), [_score_row(score) for score in scores]
    if others:
        headers.append(text.OTHER_HEADERS[0])
        for row, other in zip(rows, others, strict=True):
            row.append(f"{other.value:.3f}")
    return cards.captioned_table(headers, rows, text.SCORES_NOTE)


def _score_row(score: Selectivity) -> list[str]:
    spread = shared_text.RANGE.format(low=f"{score.low:.3f}", high=f"{score.high:.3f}")
    return [cards.row_name(score.name, score.definition), f"{score.value:.3f}", spread]


def ranking_rows(kinases: Sequence[KinaseAffinity], other: KinomeProfile | None) -> list[list[Any]]:
    """Rows of the ranking's table."""
    beside = {} if other is None else {each.label: each.affinity for each in other.kinases}
    return [[*_ranking_row(each), *_beside(each, beside.get(each.label))] for each in kinases]


def _ranking_row(kinase: KinaseAffinity) -> list[Any]:
    low, high = map(format_pkd, kinase.interval)
    binding = kinase.binding
    return [
        kinase.label,
        round(kinase.affinity, 2),
        kd_of(kinase.affinity),
        shared_text.RANGE.format(low=low, high=high),
        shared_text.UNKNOWN if binding is None else say_chance(binding.probability_binds),
        kinase.kinase_group,
        kinase.family,
        text.YES if kinase.measured else text.NO,
        text.INSIDE if kinase.in_domain else text.OUTSIDE,
    ]


def _beside(kinase: KinaseAffinity, other: float | None) -> list[Any]:
    return [] if other is None else [round(other, 2), round(kinase.affinity - other, 2)]
