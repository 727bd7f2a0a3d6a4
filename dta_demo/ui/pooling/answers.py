"""Answers of the readouts as the page writes them."""

from __future__ import annotations

from dta_demo.results.poolings import PoolingAnswer
from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd
from dta_demo.ui.text import shared as text


def say_answer(prediction: Prediction, answer: PoolingAnswer) -> str:
    """Write the pKd of an answer; a bound at the floor."""
    if answer.at_floor:
        return text.AT_MOST.format(value=f"{prediction.floor:g}")
    return format_pkd(answer.affinity)


def say_answer_interval(prediction: Prediction, answer: PoolingAnswer) -> str:
    """Write the interval of an answer; one that reaches the floor has no lower end."""
    low, high = answer.interval
    if low <= prediction.floor:
        return text.AT_MOST.format(value=format_pkd(high))
    return text.RANGE.format(low=format_pkd(low), high=format_pkd(high))
