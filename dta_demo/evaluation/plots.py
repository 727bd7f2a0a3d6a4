"""Figures of an evaluation: how far off the predictions are, and what the intervals hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dta_demo.evaluation.metrics import ACTIVE_FROM, errors_by_label
from dta_demo.evaluation.scored import Scored

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"
"""Told apart by colour-blind readers (Okabe and Ito 2008)."""

PREDICTION_BINS = 8
LEAST_PAIRS_A_BIN = 20
"""Below this a share of pairs says nothing, and the bin is left out."""

NORMAL_95 = 1.96
"""Standard errors on each side of a share that hold it in 95%."""


def save_plots(scored: Scored, folder: str | Path) -> None:
    """Write ``calibration.png`` and ``errors.png`` to a folder, which is made."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plot_calibration(scored).savefig(folder / "calibration.png", dpi=150)
    plot_errors(scored).savefig(folder / "errors.png", dpi=150)


def plot_calibration(scored: Scored) -> Figure:
    """Draw the share of labels inside their intervals beside the share that was meant.

    By the prediction, and by the group of pairs whose interval was given; for all pairs and for
    binders, which a share over all pairs hides.
    """
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    by_prediction, by_group = figure.subplots(1, 2, sharey=True)
    inside = (scored.data.affinity >= scored.low) & (scored.data.affinity <= scored.high)
    threshold = ACTIVE_FROM[scored.data.label]
    actives = scored.data.affinity >= threshold
    edges = np.linspace(scored.predicted.min(), scored.predicted.max(), PREDICTION_BINS + 1)
    place = np.clip(np.digitize(scored.predicted, edges) - 1, 0, PREDICTION_BINS - 1)
    names = np.array(["all", *np.unique(scored.groups)])
    for chosen, colour, name in (
        (np.ones(len(inside), bool), BLUE, "all pairs"),
        (actives, ORANGE, f"actives, {scored.data.label} of {threshold:g} or more"),
    ):
        in_bins = [chosen & (place == number) for number in range(PREDICTION_BINS)]
        in_groups = [chosen, *(chosen & (scored.groups == group) for group in names[1:])]
        _draw_shares(by_prediction, (edges[:-1] + edges[1:]) / 2, in_bins, inside, colour, name)
        _draw_shares(by_group, np.arange(len(names)), in_groups, inside, colour, name)
    for axes in (by_prediction, by_group):
        axes.axhline(scored.level, color=GREY, linestyle="--", label=f"meant, {scored.level:.0%}")
    by_prediction.set(
        xlabel=f"predicted {scored.data.label}", ylabel="share inside the interval", ylim=(0, 1.05)
    )
    by_group.set_xticks(np.arange(len(names)), names)
    by_group.set_xlabel("pairs")
    by_group.legend(loc="lower right")
    return figure


def save_reliability(
    tables: Mapping[str, Sequence[Mapping[str, float]]], folder: str | Path
) -> None:
    """Write ``reliability.png`` to a folder, which is made."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plot_reliability(tables).savefig(folder / "reliability.png", dpi=150)


def plot_reliability(tables: Mapping[str, Sequence[Mapping[str, float]]]) -> Figure:
    """Draw the shares that were observed beside the chances that were predicted.

    Parameters
    ----------
    tables : mapping of str to a table
        By `dta_demo.evaluation.binding.reliability_table`, under what each is the chance of; two
        at most.
    """
    figure = Figure(figsize=(5.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="meant")
    for (name, table), colour in zip(tables.items(), (BLUE, ORANGE), strict=False):
        kept = [each for each in table if each["n"] >= LEAST_PAIRS_A_BIN]
        x, y, n = (
            np.array([each[key] for each in kept]) for key in ("mean_predicted", "observed", "n")
        )
        error = NORMAL_95 * np.sqrt(y * (1 - y) / n)
        axes.errorbar(x, y, error, fmt="o-", capsize=3, color=colour, label=name)
    axes.set(xlabel="predicted chance", ylabel="observed share", xlim=(0, 1), ylim=(0, 1.05))
    axes.legend(loc="upper left")
    return figure


def _draw_shares(
    axes: Axes,
    x: np.ndarray,
    parts: list[np.ndarray],
    inside: np.ndarray,
    colour: str,
    name: str,
) -> None:
    """Draw the share of pairs inside their intervals in each part, with its 95% limits."""
    kept = [number for number, rows in enumerate(parts) if rows.sum() >= LEAST_PAIRS_A_BIN]
    counts = np.array([parts[number].sum() for number in kept])
    shares = np.array([inside[parts[number]].mean() for number in kept])
    error = NORMAL_95 * np.sqrt(shares * (1 - shares) / counts)
    axes.errorbar(x[kept], shares, error, fmt="o", capsize=3, color=colour, label=name)


def plot_errors(scored: Scored) -> Figure:
    """Draw predictions against labels, darker where there are more, and the error by label."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    scatter, by_label = figure.subplots(1, 2)
    measured, predicted, unit = scored.data.affinity, scored.predicted, scored.data.label
    cells = scatter.hexbin(measured, predicted, gridsize=50, bins="log", cmap="cividis_r")
    figure.colorbar(cells, ax=scatter, label="pairs")
    ends = [min(measured.min(), predicted.min()), max(measured.max(), predicted.max())]
    scatter.plot(ends, ends, color=GREY, linestyle="--")
    scatter.set(xlabel=f"measured {unit}", ylabel=f"predicted {unit}")
    bins = errors_by_label(measured, predicted, scored.data.floor)
    x = np.arange(len(bins))
    by_label.bar(x, [np.sqrt(each["mse"]) for each in bins], color=BLUE, label="RMSE")
    by_label.plot(x, [each["bias"] for each in bins], "o-", color=ORANGE, label="bias")
    by_label.axhline(0, color=GREY)
    by_label.set_xticks(x, [_name_bin(each) for each in bins])
    by_label.set(xlabel=f"measured {unit}", ylabel=f"error of prediction, {unit}")
    by_label.legend()
    return figure


def _name_bin(label_bin: dict[str, float]) -> str:
    """Name a bin of labels, with its number of pairs."""
    low, high = label_bin["from"], label_bin["to"]
    ends = f"at {low:g}" if low == high else f"{low:g}–{high:g}"
    return f"{ends}\n{label_bin['n']:,}"
