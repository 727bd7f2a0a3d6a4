"""Advice on the four poolings of one pair, by a rule from their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from dta_demo.results.pooling_study import PoolingStudy, condition_of
from dta_demo.results.poolings import PoolingAnswer, PoolingReport


class Verdict(Enum):
    """How the four answers stand to one another; the first that holds."""

    OUTSIDE = "outside the domain"
    AT_FLOOR = "all at the floor"
    APART = "one apart"
    DISAGREE = "disagree"
    AGREE = "agree"


@dataclass(frozen=True)
class PoolingAdvice:
    """What the four answers of a pair come to.

    Attributes
    ----------
    apart : str
        The pooling that stands apart, where one does.
    spread : float
        Largest less smallest answer, pKd.
    error : float
        Smallest typical error of the four on pairs like this, pKd.
    best : str
        The pooling with the smallest error on pairs like this; empty where that was not measured.
    near_best : tuple of str
        Those whose error is within two standard errors of it.
    beyond_poolings : bool
        Whether the prediction lies outside the interval of every one of the four: what it says
        comes from what they do not see.
    """

    verdict: Verdict
    apart: str
    spread: float
    error: float
    best: str
    near_best: tuple[str, ...]
    beyond_poolings: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the advice as plain JSON types."""
        return {
            "verdict": self.verdict.value,
            "apart": self.apart,
            "spread": round(self.spread, 4),
            "error": round(self.error, 4),
            "best": self.best,
            "near_best": list(self.near_best),
            "beyond_poolings": self.beyond_poolings,
        }


def advise(report: PoolingReport, study: PoolingStudy | None) -> PoolingAdvice:
    """Judge the four answers of a pair.

    Outside the domain nothing else is said. At the floor there is no number to compare. One pooling
    stands apart where its answer is outside the intervals of the other three while each of those
    lies inside the others'. Else the answers disagree where they differ by more than the typical
    error of the best of them.

    Parameters
    ----------
    study : PoolingStudy or None
        What each pooling gives in cross-validation.
    """
    answers = report.answers
    values = [answer.affinity for answer in answers]
    spread, error = max(values) - min(values), min(answer.error for answer in answers)
    lonely = [answer.name for answer in answers if _stands_apart(answer, answers)]
    apart = lonely[0] if len(lonely) == 1 else ""
    best, near = _rank(report, study)
    return PoolingAdvice(
        _judge(report, apart, spread, error),
        apart,
        spread,
        error,
        best,
        near,
        all(not _holds(answer, report.prediction.affinity) for answer in answers),
    )


def _judge(report: PoolingReport, apart: str, spread: float, error: float) -> Verdict:
    if not report.prediction.applicability.in_domain:
        return Verdict.OUTSIDE
    if all(answer.at_floor for answer in report.answers):
        return Verdict.AT_FLOOR
    if apart:
        return Verdict.APART
    return Verdict.DISAGREE if spread > error else Verdict.AGREE


def _holds(answer: PoolingAnswer, value: float) -> bool:
    low, high = answer.interval
    return low <= value <= high


def _stands_apart(answer: PoolingAnswer, answers: tuple[PoolingAnswer, ...]) -> bool:
    others = [other for other in answers if other.name != answer.name]
    outside = all(not _holds(other, answer.affinity) for other in others)
    together = all(_holds(one, other.affinity) for one in others for other in others)
    return outside and together


def _rank(report: PoolingReport, study: PoolingStudy | None) -> tuple[str, tuple[str, ...]]:
    group = str(report.prediction.applicability.group)
    conditions = {condition_of(name): name for name in report.names}
    measured = study is not None and all(group in study.errors[name] for name in conditions)
    if study is None or not measured:
        return "", ()
    best, near = study.rank(tuple(conditions), group)
    return conditions[best], tuple(conditions[name] for name in near)
