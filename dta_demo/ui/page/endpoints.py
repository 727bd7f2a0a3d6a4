"""The endpoints: the same texts as on the page in, plain JSON out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.explain import explain as explain_pair
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.screening.positions import read_choice
from dta_demo.screening.profile import profile as profile_molecule
from dta_demo.screening.scan import scan as scan_pair
from dta_demo.ui.screening.endpoint import build_screen_endpoint, work_of_screen
from dta_demo.ui.shared.lanes import Lanes, no_work
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text.api import ENDPOINTS

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def add_endpoints(predictor: AffinityPredictor, lanes: Lanes) -> None:
    """Add the endpoints to the Blocks, each under the name of its function.

    What goes in and comes out is said in `dta_demo.ui.text.api`.
    """
    work = WorkEstimate(predictor)

    def predict(protein: str, smiles: str) -> dict[str, Any]:
        """Predict the affinity of a protein and a molecule."""
        return predictor.predict(protein, smiles).to_dict()

    def controls(protein: str, smiles: str) -> dict[str, Any]:
        """Predict as /predict does, and compare with a shuffled protein and the training means."""
        return predictor.controls(protein, smiles).to_document()

    def attention(protein: str) -> dict[str, Any]:
        """Return the attention that each residue received, and statistics of every head."""
        return predictor.head_statistics(protein).beside(predictor.attention(protein))

    def explain(protein: str, smiles: str) -> dict[str, Any]:
        """Attribute a prediction to residues and atoms, and check whether that is faithful."""
        return explain_pair(predictor, protein, smiles).to_dict()

    def poolings(protein: str, smiles: str) -> dict[str, Any]:
        """Compare the four poolings on one pair, by themselves and inside the model."""
        return predictor.analyse_poolings(protein, smiles).to_dict()

    def profile(smiles: str) -> dict[str, Any]:
        """Predict a molecule with every human kinase, and score its selectivity."""
        return profile_molecule(predictor, smiles).to_dict()

    estimates: list[tuple[Callable[..., Any], Callable[..., int]]] = [
        (predict, lambda protein, smiles: work.encoding(read_protein(protein))),
        (controls, lambda protein, smiles: work.controls(read_protein(protein))),
        (attention, lambda protein: work.heads(read_protein(protein))),
        (
            explain,
            lambda *pair: work.explanation(read_protein(pair[0]), read_small_molecule(pair[1])),
        ),
        (profile, no_work),
        (build_screen_endpoint(predictor, lanes.limits), work_of_screen),
        (poolings, lambda protein, smiles: work.poolings(read_protein(protein))),
    ]
    for endpoint, estimate in [*estimates, _scan_endpoint(predictor, work)]:
        gr.api(
            lanes.handler(endpoint, estimate, for_page=False),
            api_name=endpoint.__name__,
            api_description=ENDPOINTS[endpoint.__name__].description,
        )


def _scan_endpoint(
    predictor: AffinityPredictor, work: WorkEstimate
) -> tuple[Callable[..., Any], Callable[..., int]]:
    """Endpoint of the mutation scan, and the estimate of its work."""

    def scan(protein: str, smiles: str, region: str = "", mutations: str = "") -> dict[str, Any]:
        """Predict what substitutions change: in the pocket, a region (310-320) or of a list."""
        pair = read_protein(protein), read_small_molecule(smiles)
        return scan_pair(predictor, *pair, *read_choice(region, mutations)).to_dict()

    def estimate(protein: str, smiles: str, region: str = "", mutations: str = "") -> int:
        return work.scan(read_protein(protein), *read_choice(region, mutations))

    return scan, estimate
