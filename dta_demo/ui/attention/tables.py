"""Tables of attention: the residues that stand out, and files with every residue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dta_demo.ui.attention.choice import AttentionView, number_word
from dta_demo.ui.shared.downloads import Download, csv_file, safe_file_stem
from dta_demo.ui.shared.formatting import landmark_name, region_name, residue_words
from dta_demo.ui.shared.plotting import times_equal
from dta_demo.ui.text import attention as text


def top_headers(view: AttentionView) -> list[str]:
    """Headers of the table: the chosen value first, another one beside it."""
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
            residue_words(sequence[place]),
            place + 1,
            round(float(values[place]), 2),
            round(float(beside[place]), 2),
            landmark_name(report.landmarks, place + 1),
            region_name(report.regions, place + 1),
        ]
        for place in view.order[:count].tolist()
    ]


def top_file(view: AttentionView, count: int) -> Download:
    """Write the table as a file."""
    return csv_file(_name_file(view, f"_top{count}"), top_headers(view), top_rows(view, count))


def residue_file(view: AttentionView) -> Download:
    """Write one row per residue with what was chosen, in both directions."""
    report, choice = view.report, view.choice
    sequence = report.protein.sequence
    numbers = range(1, len(sequence) + 1)
    received = report.profile("received", choice.layer, choice.head)
    columns: dict[str, Iterable[Any]] = {
        "number": numbers,
        "residue": sequence,
        "landmark": [landmark_name(report.landmarks, number) for number in numbers],
        "region": [region_name(report.regions, number) for number in numbers],
        "layer": [number_word(choice.layer)] * len(sequence),
        "head": [number_word(choice.head)] * len(sequence),
        "received_share": [f"{share:.8f}" for share in received],
        "received_times_equal_share": [f"{times:.4f}" for times in times_equal(received)],
        "given_share": [
            f"{share:.6f}" for share in report.profile("given", choice.layer, choice.head)
        ],
    }
    if view.rollout is not None:
        columns["rollout_share"] = [f"{share:.8f}" for share in view.rollout]
        columns["rollout_times_equal_share"] = [f"{times:.4f}" for times in view.values]
    return csv_file(_name_file(view), list(columns), zip(*columns.values(), strict=True))


def top_title(view: AttentionView, count: int) -> str:
    """Title of the table."""
    count = min(count, len(view.report.protein.sequence))
    return text.TOP_TITLES[view.choice.what].format(count=count, words=view.choice.words)


def _name_file(view: AttentionView, suffix: str = "") -> str:
    stem = safe_file_stem(view.report.protein.name, "protein")
    return f"attention_{stem}_{view.choice.file_words}{suffix}.csv"
