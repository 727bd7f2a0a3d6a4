"""Results for people, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dta_demo.inputs.wording import count_of
from dta_demo.results.attention import AttentionReport
from dta_demo.results.controls import Controls, TrainingMean
from dta_demo.results.poolings import PoolingAnswer, PoolingReport
from dta_demo.results.prediction import Prediction, say_chance
from dta_demo.results.units import format_pkd, kd_of, say_floor, say_interval, say_pkd

if TYPE_CHECKING:
    from dta_demo.explain.records import Explanation

TOP = 10
"""Residues and atoms listed of an explanation."""

TOP_ATTENTION = 20
"""Residues listed by the attention that they receive."""


def describe_prediction(prediction: Prediction) -> list[str]:
    """Write a prediction; outside the domain the reason comes first, as a warning."""
    applicability = prediction.applicability
    value = prediction.say(prediction.affinity)
    interval = say_interval(prediction.interval, prediction.floor)
    lines = [
        f"{value}; higher pKd is tighter",
        f"{prediction.level:.0%} interval: pKd {interval}",
    ]
    binding = _describe_binding(prediction)
    if applicability.in_domain:
        lines = [*lines, *binding, applicability.reason]
    else:
        warning = f"Warning: outside the training domain. {applicability.reason}"
        guesses = [f"Guess: {line}" for line in (lines[0], *binding[:1])]
        lines = [warning, guesses[0], lines[1], *guesses[1:], *binding[1:]]
    changes = (
        prediction.recognised.sentence, *prediction.protein.changes, *prediction.molecule.changes,
        *prediction.notes,
    )  # fmt: skip
    return [*lines, *(f"- {change}" for change in changes)]


def _describe_binding(prediction: Prediction) -> list[str]:
    """Write the chance that a pair binds, and which affinity is which; nothing without binding."""
    binding = prediction.binding
    if binding is None:
        return []
    return [
        f"Chance that it binds (Kd below {kd_of(prediction.floor)}): "
        f"{say_chance(binding.probability_binds)}; of a pKd of {binding.active_from:g} or more: "
        f"{say_chance(binding.probability_active)}",
        prediction.binding_explained,
    ]


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


def describe_attention(report: AttentionReport) -> list[str]:
    """Write the residues that receive most, averaged over layers and heads."""
    profile = report.received.mean(axis=(0, 1))
    sequence = report.protein.sequence
    return [
        f"{sequence[place]}{place + 1}\t{profile[place] * len(profile):.2f} times the even share"
        for place in profile.argsort()[::-1][:TOP_ATTENTION]
    ]


def describe_poolings(report: PoolingReport) -> list[str]:
    """Write the prediction of each pooling: by itself, and inside the model."""
    prediction = report.prediction
    inside = [prediction.say(prediction.by_pooling[name]) for name in report.names]
    if not report.answers:
        return [f"{name}\t{value}" for name, value in zip(report.names, inside, strict=True)]
    return [
        f"{answer.name}\tby itself {_say_answer(answer, prediction)}\tinside the model {value}"
        for answer, value in zip(report.answers, inside, strict=True)
    ]


def _say_answer(answer: PoolingAnswer, prediction: Prediction) -> str:
    value = say_floor(prediction.floor) if answer.at_floor else say_pkd(answer.affinity)
    interval = say_interval(answer.interval, prediction.floor)
    return f"{value}; {prediction.level:.0%} interval: pKd {interval}"


def describe_explanation(explanation: Explanation) -> list[str]:
    """Write what contributes most to a prediction, and what came of the check."""
    found = explanation.attribution
    residues = [f"{letter}{n}" for n, letter in enumerate(found.protein.sequence, start=1)]
    atoms = [f"{symbol}{n}" for n, symbol in enumerate(found.symbols, start=1)]
    return [
        *describe_prediction(explanation.prediction),
        f"Baseline, with every residue hidden and no atom left: pKd {format_pkd(found.baseline)}",
        f"Residues with the largest contributions, pKd: {_largest(residues, found.residues)}",
        f"Atoms with the largest contributions, pKd: {_largest(atoms, found.atoms)}",
        f"All contributions sum to the difference from the baseline within "
        f"{found.completeness_error:.1%}",
        *explanation.verdicts,
    ]


def _largest(names: list[str], values: np.ndarray) -> str:
    order = np.argsort(-np.abs(values), kind="stable")[:TOP]
    return ", ".join(f"{names[place]} {values[place]:+.2f}" for place in order)
