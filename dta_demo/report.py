"""What the command line prints for people, line by line."""

from __future__ import annotations

from dta_demo.results import Controls, Prediction, TrainingMean
from dta_demo.units import format_pkd, say_interval
from dta_demo.wording import count_of


def describe_prediction(prediction: Prediction) -> list[str]:
    """Write a prediction; outside the domain the reason comes first, as a warning."""
    applicability = prediction.applicability
    value = prediction.say(prediction.affinity)
    interval = say_interval(prediction.interval, prediction.floor)
    lines = [
        f"{value}; higher pKd is tighter",
        f"{prediction.level:.0%} interval: pKd {interval}",
    ]
    if applicability.in_domain:
        lines = [*lines, applicability.reason]
    else:
        warning = f"Warning: outside the training domain. {applicability.reason}"
        lines = [warning, f"Guess: {lines[0]}", lines[1]]
    changes = (*prediction.protein.changes, *prediction.drug.changes, *prediction.notes)
    return [*lines, *(f"- {change}" for change in changes)]


def describe_controls(controls: Controls) -> list[str]:
    """Write the controls of a prediction."""
    prediction = controls.prediction
    return [
        "Controls:",
        f"- residues shuffled, mean of {len(controls.shuffled)}: "
        f"{prediction.say(controls.shuffled_mean)}",
        f"- {_describe_mean('molecule', controls.drug_mean)}",
        f"- {_describe_mean('target', controls.target_mean)}",
        f"- both means together: pKd {format_pkd(controls.additive)}",
        controls.verdict,
    ]


def _describe_mean(what: str, mean: TrainingMean) -> str:
    whose, nearest = f"the {what}", mean.nearest
    if not mean.own:
        whose = f"the nearest {what}, {nearest.name} (similarity {nearest.similarity:.0%})"
    pairs = count_of(mean.pairs, "training pair")
    return f"mean of {whose} over {pairs}: pKd {format_pkd(mean.pkd)}"
