"""Predictions of the pairs that were scored, as a CSV file with one line for each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from dta_demo.evaluation.scored import Scored

COLUMNS = ("drug_id", "target_id", "affinity", "fold", "predicted", "low", "high", "group")
"""Identifiers, measured label and fold of the data; prediction, interval and group of the model."""


def refuse_unwritable(path: Path) -> None:
    """Check that a file can be written, and leave it as it is.

    Raises
    ------
    ValueError
        When it cannot.
    """
    there = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}.") from error


def write_predictions(path: Path, parts: Iterable[Scored]) -> None:
    """Write the pairs of each part, with four decimal places of what was predicted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for scored in parts:
            writer.writerows(_rows(scored))


def _rows(scored: Scored) -> Iterator[tuple[str, ...]]:
    data = scored.data
    columns = (
        data.drug_index, data.target_index, data.affinity, data.fold,
        scored.predicted, scored.low, scored.high, scored.groups,
    )  # fmt: skip
    for drug, target, affinity, fold, predicted, low, high, group in zip(*columns, strict=True):
        yield (
            data.drug_ids[drug], data.targets[target].name, str(float(affinity)), str(int(fold)),
            f"{predicted:.4f}", f"{low:.4f}", f"{high:.4f}", str(group),
        )  # fmt: skip
