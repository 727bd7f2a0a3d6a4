"""Control of a prediction: the same residues in another order.

A shuffled protein has the length and the composition of the query and none of its sequence. A
model that predicts the same for both has read the molecule and no protein.
"""

from __future__ import annotations

import numpy as np

from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd

DRAWS = 5
"""Shuffled copies of a protein."""

OUTSIDE_DOMAIN = "Outside the training domain this only shows how the model behaves. "


def shuffle_residues(sequence: str, draws: int = DRAWS) -> list[str]:
    """Shuffle the residues of a protein, the same way each time.

    Two proteins of one length, such as a protein and its mutant, are shuffled alike.
    """
    letters = np.array(list(sequence))
    return ["".join(np.random.default_rng(draw).permutation(letters)) for draw in range(draws)]


def compare_with_shuffled(
    prediction: Prediction, shuffled: np.ndarray, typical_error: float
) -> tuple[bool | None, str]:
    """Compare a prediction with that of the shuffled protein, to see whether the protein matters.

    Parameters
    ----------
    prediction : Prediction
        With the protein as it is.
    shuffled : numpy.ndarray, shape (draws,)
        pKd with its residues shuffled.
    typical_error : float
        Difference from which the two are told apart, pKd.

    Returns
    -------
    bool or None
        None where both are at the floor, which tells nothing.
    str
        The verdict in words.
    """
    control = float(shuffled.mean())
    in_domain = prediction.applicability.in_domain
    caveat = "" if in_domain else OUTSIDE_DOMAIN
    value, value_shuffled = prediction.say(prediction.affinity), prediction.say(control)
    if prediction.at_floor and prediction.is_at_floor(control):
        return None, (
            f"{caveat}This does not tell whether the protein matters: the prediction is {value} "
            "with it and with its residues shuffled."
        )
    if abs(prediction.affinity - control) > typical_error:
        return True, (
            f"{caveat}The protein matters to this prediction: {value} with it, {value_shuffled} "
            "with its residues shuffled."
        )
    return False, (
        f"{caveat}The protein hardly matters to this prediction: {value} with it, "
        f"{value_shuffled} with its residues shuffled, a difference below the model's typical "
        f"error of {format_pkd(typical_error)}."
    )
