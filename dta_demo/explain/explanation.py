"""Explanation of a prediction: its attribution, and the test whether that is faithful."""

from __future__ import annotations

from dataclasses import replace

from dta_demo.explain.attribution import attribute
from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.faithfulness import (
    check_atoms,
    check_residues,
    hide_atoms,
    hide_residues,
)
from dta_demo.explain.records import Attribution, Explanation, Faithfulness, HidingCurve
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.prediction import Prediction
from dta_demo.runtime.cache import ByteBoundCache

SHARED_CHECKS: ByteBoundCache[Faithfulness] = ByteBoundCache(2**22)
SHARED_CURVES: ByteBoundCache[HidingCurve] = ByteBoundCache(2**22)
"""Tests of this process: another layer's attention is compared with the same draws."""


def explain(
    predictor: AffinityPredictor,
    protein: str | Protein,
    molecule: str | Molecule,
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
    layers = predictor.num_layers
    heads = predictor.num_heads
    layer = layers if layer is None else layer
    if not (1 <= layer <= layers and 0 <= head <= heads):
        raise InputError(f"The encoder has layers 1 to {layers} and heads 1 to {heads}.")
    protein = read_protein(protein)
    attribution = attribute(predictor, protein, molecule)
    prediction = predictor.predict(protein, attribution.molecule)
    return _check(predictor, prediction, attribution, layer, head)


def is_checked(predictor: AffinityPredictor, protein: Protein, molecule: Molecule) -> bool:
    """Whether the attribution of a pair has been checked, and `explain` would recall it."""
    if not predictor.remembers(protein):
        return False
    key = (predictor.identify(predictor.read_itself(protein)), molecule.smiles)
    return SHARED_CHECKS.recall((key, "residues")) is not None


def _check(
    predictor: AffinityPredictor,
    prediction: Prediction,
    attribution: Attribution,
    layer: int,
    head: int,
) -> Explanation:
    """Check an attribution, and the attention of one layer and head beside it."""
    protein, molecule = attribution.protein, attribution.molecule
    pair = ExplainedPair(predictor, protein, molecule)
    hiding = hide_residues(pair)
    key = (predictor.identify(protein), molecule.smiles)

    def follow_attention() -> HidingCurve:
        received = predictor.attention(protein).received[layer - 1]
        of_head = received[head - 1] if head else received.mean(axis=0)
        return hiding.follow(hiding.select(of_head))

    attention = SHARED_CURVES.get((key, layer, head), follow_attention)
    of_residues = SHARED_CHECKS.get((key, "residues"), lambda: check_residues(hiding, attribution))
    of_atoms = SHARED_CHECKS.get((key, "atoms"), lambda: check_atoms(hide_atoms(pair), attribution))
    return Explanation(
        prediction=prediction,
        attribution=attribution,
        layer=layer,
        head=head,
        of_residues=replace(of_residues, rankings={"attention": attention, **of_residues.rankings}),
        of_atoms=of_atoms,
    )
