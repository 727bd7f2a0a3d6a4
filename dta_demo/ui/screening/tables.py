"""Progress, counts and tables of a screen."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dta_demo.evaluation.metrics import ACTIVE_PKD
from dta_demo.inputs.wording import join_with_and
from dta_demo.results.prediction import say_chance
from dta_demo.results.screening import ScreenRow
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.screening.store import KeptScreen
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import say_time
from dta_demo.ui.text import screening as text
from dta_demo.ui.text import shared as shared_text

SHOWN_ROWS, SHOWN_FAULTS = 1_000, 100
SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Choice:
    """What of a screen is shown, and in which order.

    Attributes
    ----------
    sort : str
        Field of the rows, one of `text.SORTS`.
    least : float
        pKd from which rows are shown.
    only_inside : bool
        Whether rows outside the domain are left out.
    """

    sort: str = "affinity"
    least: float = 0.0
    only_inside: bool = False

    def apply(self, kept: KeptScreen) -> list[ScreenRow]:
        """Rank the rows of a screen; equal ones keep their order."""
        rows = [
            row
            for row in kept.predicted
            if row.affinity is not None
            and row.affinity >= self.least
            and (row.in_domain or not self.only_inside)
        ]
        if self.sort == "line":
            return rows
        return sorted(rows, key=lambda row: -_number(getattr(row, self.sort)))


def _number(value: float | None) -> float:
    return float("-inf") if value is None else value


def draw_progress(kept: KeptScreen) -> Markup:
    """Draw how far a screen has come: a bar and a sentence; only that where it was stopped."""
    progress = kept.progress
    if kept.is_stopped:
        return cards.note([text.STOPPED.format(rows=f"{progress.rows:,}")])
    words = [text.PROGRESS.format(rows=f"{progress.rows:,}", rate=f"{progress.rate:,.0f}")]
    left = progress.seconds_left
    if kept.is_done:
        words = [text.DONE.format(rows=f"{progress.rows:,}", seconds=say_time(progress.seconds))]
    elif left is not None:
        words.append(shared_text.LEFT.format(seconds=say_time(left)))
    share = 1.0 if kept.is_done else progress.fraction or 0.0
    return cards.progress_bar(share, ", ".join(words), text.TAB)


def draw_counts(kept: KeptScreen) -> Markup:
    """Say what was understood of the list and what came of it."""
    report = kept.report
    sentences = [text.READ_AS.format(format=report.format)] if report else []
    if report and report.columns:
        columns = [
            text.COLUMN.format(what=text.WHAT[what], column=column)
            for what, column in report.columns.items()
        ]
        sentences.append(text.COLUMNS.format(columns=join_with_and(columns)))
    sentences += report.notes if report else ()
    if kept.progress.repeated:
        sentences.append(text.REPEATED.format(count=f"{kept.progress.repeated:,}"))
    if kept.is_cut:
        sentences.append(text.LONGER.format(limit=f"{kept.limit:,}"))
    return cards.note([" ".join(sentences), _count(kept)])


def _count(kept: KeptScreen) -> str:
    values = [row.affinity for row in kept.predicted if row.affinity is not None]
    if not values:
        return text.NOTHING
    return text.COUNTS.format(
        good=f"{len(values):,}",
        faults=f"{len(kept.faults):,}",
        outside=f"{sum(not row.in_domain for row in kept.predicted):,}",
        median=format_pkd(statistics.median(values)),
        active=f"{sum(value >= ACTIVE_PKD for value in values):,}",
    )


def ranking_rows(rows: list[ScreenRow]) -> list[list[Any]]:
    """Rows of the ranking's table."""
    return [_ranking_row(row) for row in rows[:SHOWN_ROWS]]


def _ranking_row(row: ScreenRow) -> list[Any]:
    assert row.affinity is not None
    assert row.interval_low is not None
    assert row.interval_high is not None
    interval = shared_text.RANGE.format(
        low=format_pkd(row.interval_low), high=format_pkd(row.interval_high)
    )
    chance = row.probability_binds
    return [
        row.line,
        row.id,
        round(row.affinity, 2),
        kd_of(row.affinity),
        interval,
        shared_text.UNKNOWN if chance is None else say_chance(chance),
        row.group,
        text.IN_DOMAIN if row.in_domain else text.OUT_OF_DOMAIN,
        _given(row),
    ]


def fault_rows(kept: KeptScreen) -> list[list[Any]]:
    """Rows of the table of what could not be read."""
    return [[row.line, row.id, _given(row), row.fault] for row in kept.faults[:SHOWN_FAULTS]]


def _given(row: ScreenRow) -> str:
    given = row.smiles or row.protein
    return given if len(given) <= SHOWN_CHARACTERS else given[: SHOWN_CHARACTERS - 1] + "…"
