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
        + cards.note([text.POCKET_HINT])
    )


def say_findings(findings: PocketFindings) -> str:
    """Write the findings as sentences, with what follows from them."""
    layers, measured, new = findings.of_layers, findings.of_measured, findings.of_new
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
        measured=text.SHOWN if measured.is_above_chance else text.NOT_SHOWN,
        measured_difference=measured.mean,
        measured_error=measured.standard_error,
        new=text.SHOWN if new.is_above_chance else text.NOT_SHOWN,
        new_difference=new.mean,
        new_error=new.standard_error,
    )
