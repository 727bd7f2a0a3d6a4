"""Why a prediction is what it is, and how far such reasons can be believed."""

from __future__ import annotations

from dta_demo.explain.attribution import attribute
from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.faithfulness import check_atoms, check_residues, hide_atoms, hide_residues
from dta_demo.explain.records import Explanation
from dta_demo.inputs import Drug, InputError, Protein
from dta_demo.predictor import AffinityPredictor

__all__ = ["attribute", "explain"]


def explain(
    predictor: AffinityPredictor,
    protein: str | Protein,
    drug: str | Drug,
    layer: int | None = None,
    head: int = 0,
) -> Explanation:
    """Explain a prediction, and check the explanation.

    Parameters
    ----------
    layer, head : int
        Whose attention is checked, both from 1: the last layer by default, and for head 0 the
        mean over heads.

    Raises
    ------
    InputError
        As `attribute` raises it, and when the layer or head is not there.
    """
    attribution = attribute(predictor, protein, drug)
    received = predictor.attention(attribution.protein).received
    layers, heads, _ = received.shape
    layer = layers if layer is None else layer
    if not (1 <= layer <= layers and 0 <= head <= heads):
        raise InputError(f"The encoder has layers 1 to {layers} and heads 1 to {heads}.")
    of_layer = received[layer - 1]
    pair = ExplainedPair(predictor, attribution.protein, attribution.drug)
    return Explanation(
        prediction=predictor.predict(attribution.protein, attribution.drug),
        attribution=attribution,
        layer=layer,
        head=head,
        of_residues=check_residues(
            hide_residues(pair),
            attribution,
            of_layer[head - 1] if head else of_layer.mean(axis=0),
        ),
        of_atoms=check_atoms(hide_atoms(pair), attribution),
    )
