"""Kinome profiles as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from dta_demo.results.profile import KinomeProfile
from dta_demo.screening.sinks import safe_cell

BESIDE = ("affinity_other", "difference")
"""Columns of a second molecule: its pKd, and by how much the first binds tighter."""


def write_profile(profile: KinomeProfile, beside: KinomeProfile | None = None) -> str:
    """Write every kinase as CSV, tightest first, safe to open in a spreadsheet."""
    others = {} if beside is None else {each.label: each.affinity for each in beside.kinases}
    rows = []
    for each in profile.ranked:
        row: dict[str, Any] = each.to_dict()
        row["kinase"] = safe_cell(row["kinase"])
        row["interval_low"], row["interval_high"] = row.pop("interval")
        if beside is not None:
            other = others[each.label]
            row |= dict(
                zip(BESIDE, (round(other, 4), round(each.affinity - other, 4)), strict=True)
            )
        rows.append(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
