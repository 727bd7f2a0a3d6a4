"""Comparison of the four poolings on one encoded protein."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.model.region import pool_region
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.notes import read_itself
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.prediction import Prediction


def compare_poolings(
    loaded: LoadedModel, prediction: Prediction, encoded: EncodedProtein
) -> PoolingReport:
    """Compare the pooled vectors, and what each residue contributes to them."""
    protein = read_itself(prediction.protein, encoded)
    with loaded.lock, torch.no_grad():
        vectors, weights = _pool(loaded, encoded)
    of_letters = weights[:, 1:].float().cpu().numpy()
    along = encoded.place(of_letters, len(protein.sequence))
    similarity = cosine_similarity(vectors.unsqueeze(1), vectors.unsqueeze(0), dim=-1)
    return PoolingReport(
        replace(prediction, protein=protein), POOLING_NAMES, similarity.cpu().numpy(), along
    )


def _pool(loaded: LoadedModel, encoded: EncodedProtein) -> tuple[Tensor, Tensor]:
    """Pool one protein, averaged over members: (poolings, hidden), (poolings, tokens)."""
    pooled = [
        [pool_region(member.poolings[name], encoded.region.embeddings) for name in POOLING_NAMES]
        for member in loaded.ensemble.model.choose_members()
    ]
    vectors = torch.stack([torch.stack([p.vector[0] for p in row]) for row in pooled])
    weights = torch.stack([torch.stack([p.weights[0] for p in row]) for row in pooled])
    return vectors.mean(dim=0), weights.mean(dim=0)
