"""The endpoints: the same texts in as on the page, plain JSON out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.explain import explain as explain_pair
from dta_demo.ui.guard import guarded
from dta_demo.ui.model_threads import on_model_thread

if TYPE_CHECKING:
    from dta_demo.predictor import AffinityPredictor


def add_endpoints(predictor: AffinityPredictor) -> None:
    """Add the endpoints to the Blocks, each under the name of its function."""

    def predict(protein: str, smiles: str) -> dict[str, Any]:
        """Predict the affinity of a protein (sequence or FASTA) and a molecule (SMILES)."""
        return predictor.predict(protein, smiles).to_dict()

    def controls(protein: str, smiles: str) -> dict[str, Any]:
        """Predict as /predict does, beside a shuffled protein and the means of the training."""
        return predictor.controls(protein, smiles).to_document()

    def attention(protein: str) -> dict[str, Any]:
        """Return the attention that each residue received, layers by residues."""
        return predictor.attention(protein).to_dict()

    def explain(protein: str, smiles: str) -> dict[str, Any]:
        """Attribute a prediction to residues and atoms, and check whether that is faithful."""
        return explain_pair(predictor, protein, smiles).to_dict()

    def poolings(protein: str, smiles: str) -> dict[str, Any]:
        """Return the four pooling strategies side by side on one pair."""
        return predictor.poolings(protein, smiles).to_dict()

    for endpoint in (predict, controls, attention, explain, poolings):
        gr.api(
            guarded(on_model_thread(endpoint), for_page=False),
            api_name=endpoint.__name__,
            api_description=endpoint.__doc__,
            concurrency_id="model",
        )
