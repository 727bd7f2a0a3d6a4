"""The residues that stand out as a table, and every residue as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from dta_demo.landmarks import Landmark
from dta_demo.results import Region
from dta_demo.ui import text
from dta_demo.ui.attention_choice import AttentionView, number_word
from dta_demo.ui.formatting import safe_file_stem
from dta_demo.ui.plotting import times_equal


def top_headers(view: AttentionView) -> list[str]:
    """Name the columns of the table: what was chosen first, and another number beside it."""
    residue, number, landmark, region = text.TOP_HEADERS
    chosen = {
        "received": (text.TOP_RECEIVED, text.TOP_GIVEN),
        "given": (text.TOP_GIVEN, text.TOP_RECEIVED),
        "rollout": (text.TOP_ROLLOUT, text.TOP_RECEIVED),
    }
    return [residue, number, *chosen[view.choice.what], landmark, region]


def top_rows(view: AttentionView, count: int) -> list[list[Any]]:
    """List the residues that stand out, as rows of the table."""
    report, choice = view.report, view.choice
    sequence, values = report.protein.sequence, view.values
    given = report.profile("given", choice.layer, choice.head)
    received = times_equal(report.profile("received", choice.layer, choice.head))
    beside = 100 * given if choice.what == "received" else received
    return [
        [
            f"{text.RESIDUE_NAMES.get(sequence[place], '')} ({sequence[place]})",
            place + 1,
            round(float(values[place]), 2),
            round(float(beside[place]), 2),
            landmark_name(report.landmarks, place + 1),
            region_name(report.regions, place + 1),
        ]
        for place in view.order[:count].tolist()
    ]


def top_file(view: AttentionView, count: int) -> dict[str, str]:
    """Write the table as a file."""
    return _file(view, f"_top{count}", [top_headers(view), *top_rows(view, count)])


def residue_file(view: AttentionView) -> dict[str, str]:
    """Write one row per residue with what was chosen, in both directions."""
    report, choice = view.report, view.choice
    sequence = report.protein.sequence
    shares = {
        "received": report.profile("received", choice.layer, choice.head),
        "given": report.profile("given", choice.layer, choice.head),
    }
    columns = [*text.CSV_HEADERS]
    if view.rollout is not None:
        columns += text.CSV_ROLLOUT_HEADERS
    layer, head = number_word(choice.layer), number_word(choice.head)
    rows: list[Sequence[Any]] = [columns]
    for place, letter in enumerate(sequence):
        number, received = place + 1, float(shares["received"][place])
        row = [
            number,
            letter,
            landmark_name(report.landmarks, number),
            region_name(report.regions, number),
            layer,
            head,
            f"{received:.8f}",
            f"{received * len(sequence):.4f}",
            f"{float(shares['given'][place]):.6f}",
        ]
        if view.rollout is not None:
            rolled = float(view.rollout[place])
            row += [f"{rolled:.8f}", f"{rolled * len(sequence):.4f}"]
        rows.append(row)
    return _file(view, "", rows)


def landmark_name(landmarks: tuple[Landmark, ...], number: int) -> str:
    """Name the landmark that a residue belongs to, or nothing."""
    return next((x.name for x in landmarks if x.start <= number <= x.end), "")


def region_name(regions: tuple[Region, ...], number: int) -> str:
    """Name the region that a residue lies in, or nothing."""
    return next((x.name for x in regions if x.start <= number <= x.end), "")


def top_title(view: AttentionView, count: int) -> str:
    """Say what the table holds."""
    what = view.choice.what
    return text.TOP_TITLE.format(
        count=min(count, len(view.report.protein.sequence)),
        which=text.TOP_WHICH[what],
        words=view.choice.words,
    )


def _file(view: AttentionView, suffix: str, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    stem = safe_file_stem(view.report.protein.name, "protein")
    name = f"attention_{stem}_{view.choice.file_words}{suffix}.csv"
    return {"name": name, "type": "text/csv", "content": lines.getvalue()}
