"""What the survey of drugs in their places says about contributions, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from dta_demo.explain.pocket_findings import OTHERS, OWN, PocketFindings, load_findings
from dta_demo.ui.shared import cards
from dta_demo.ui.text import explanation as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def pocket_card(predictor: AffinityPredictor) -> Markup:
    """Say how well contributions find drugs; empty where other weights were surveyed."""
    findings = load_findings(predictor)
    if findings is None:
        return Markup()
    return (
        cards.heading(text.POCKET_TITLE)
        + cards.finding(say_findings(findings))
        + cards.note([*say_groups(findings), text.SPLIT_AFTERWARDS, text.POCKET_HINT])
    )


def say_findings(findings: PocketFindings) -> str:
    """Write what was found over all structures, with what follows from it."""
    layers = findings.of_layers
    return text.POCKET_FOUND.format(
        structures=findings.structures,
        kinases=findings.kinases,
        area=findings.areas[OWN].mean,
        precision=findings.precisions[OWN].mean,
        chance=findings.chance,
        lowest=layers.lowest,
        highest=layers.highest,
        pocket=findings.areas["pocket"].mean,
        pocket_precision=findings.precisions["pocket"].mean,
        others=findings.areas[OTHERS].mean,
        others_precision=findings.precisions[OTHERS].mean,
    )


def say_groups(findings: PocketFindings) -> list[str]:
    """Write whether a drug's own contributions know its place, a sentence for each group."""
    return [
        sentences[found.is_above_chance].format(difference=found.mean, error=found.standard_error)
        for found, sentences in (
            (findings.of_measured, text.PANEL_DRUGS),
            (findings.of_new, text.NEW_DRUGS),
        )
    ]
