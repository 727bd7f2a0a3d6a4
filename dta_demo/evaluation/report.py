"""An evaluation as text: one aligned table of the model and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS = {
    "mse": "MSE",
    "ci": "CI",
    "rm2": "r_m^2",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "ci_per_target": "CI in targets",
    "ci_per_drug": "CI in drugs",
    "mse_actives": "MSE binders",
    "ci_actives": "CI binders",
    "aupr": "AUPR",
}

CHANCES = {
    "brier": "Brier",
    "brier_base_rate": "by base rate",
    "brier_skill": "skill",
    "ece": "calibration error",
    "aupr": "AUPR",
    "base_rate": "base rate",
}


def format_evaluation(document: Mapping[str, Any]) -> str:
    """Write what `evaluate` or `evaluate_split` gives, for a terminal."""
    rows = list_rows(document)
    remarks = [
        f"AUPR of finding binders; by chance it is their share, {_share_of_binders(rows)}.",
        "CI in targets: mean over the targets of the order of their molecules; in drugs likewise.",
    ]
    if document["coverage"] is not None:
        remarks.append(
            f"Intervals hold {document['coverage']:.1%} of the labels and "
            f"{_percent(document['coverage_actives'])} of the binders'; their mean width is "
            f"{document['mean_width']:.2f}."
        )
    if "groups" in document:
        groups = ", ".join(f"{count:,} {name}" for name, count in document["groups"].items())
        remarks.append(f"Pairs by what the model knows of them: {groups}.")
    binding = document.get("binding", {})
    if "left_out" in binding:
        remarks.append(binding["left_out"])
    parts = [_headline(document), align(_comparison(rows)), "\n".join(remarks)]
    if "binds" in binding:
        parts.append(align(_chances(binding)))
    if "split" in document:
        parts.append(align(_by_fold(rows)))
    if "errors_by_label" in document["diagnostics"]:
        parts.append(align(_errors(document["diagnostics"]["errors_by_label"])))
    return "\n\n".join(parts)


def list_rows(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Figures by name: those of the model where it was scored, of baselines, of controls."""
    controls = document.get("controls", {})
    return {
        **({} if document["mse"] is None else {"model": {**document, **document["diagnostics"]}}),
        **document.get("baselines", {}),
        **{f"model, {name}": figures for name, figures in controls.items()},
    }


def align(table: Sequence[Sequence[str]]) -> str:
    """Set a table in columns: the first to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in table
    )


def _headline(document: Mapping[str, Any]) -> str:
    line = f"{document['dataset']}, {document['n']:,} pairs"
    return line + (f", {document['split']}: mean over folds" if "split" in document else "")


def _comparison(rows: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    head = ["", *COLUMNS.values()]
    return [head, *([name, *(_figure(row[key]) for key in COLUMNS)] for name, row in rows.items())]


def _by_fold(rows: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    folds = [fold["fold"] for fold in next(iter(rows.values()))["folds"]]
    return [
        ["MSE / CI", *(f"fold {fold}" for fold in folds)],
        *(
            [name, *(f"{_figure(fold['mse'])} / {_figure(fold['ci'])}" for fold in row["folds"])]
            for name, row in rows.items()
        ),
    ]


def _chances(binding: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    return [
        ["chance that a pair", *CHANCES.values()],
        *(
            [name, *(_figure(binding[key][column]) for column in CHANCES)]
            for key, name in (("binds", "binds"), ("active", "is active"))
        ),
    ]


def _errors(bins: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        ["measured", "pairs", "MSE", "bias"],
        *(
            [_range(each), f"{each['n']:,}", _figure(each["mse"]), f"{each['bias']:+.3f}"]
            for each in bins
        ),
    ]


def _range(label_bin: Mapping[str, Any]) -> str:
    low, high = label_bin["from"], label_bin["to"]
    return f"at {low:g}" if low == high else f"{low:g} to {high:g}"


def _share_of_binders(rows: Mapping[str, Mapping[str, Any]]) -> str:
    return _percent(next(iter(rows.values()))["base_rate"])


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
