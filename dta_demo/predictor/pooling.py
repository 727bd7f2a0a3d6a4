"""Comparison of the four poolings on one encoded protein."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.model.region import pool_region
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.notes import region_of
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.prediction import Prediction


def compare_poolings(
    loaded: LoadedModel, prediction: Prediction, encoded: EncodedProtein
) -> PoolingReport:
    """Compare the pooled vectors, and what each residue contributes to them."""
    protein = prediction.protein
    with loaded.lock, torch.no_grad():
        vectors, weights = _pool(loaded, encoded)
    start = region_of(protein, encoded).start
    along = np.zeros((len(POOLING_NAMES), len(protein.sequence)), dtype=np.float32)
    along[:, start - 1 : start - 1 + weights.shape[1] - 1] = weights[:, 1:].cpu().numpy()
    similarity = cosine_similarity(vectors.unsqueeze(1), vectors.unsqueeze(0), dim=-1)
    return PoolingReport(prediction, POOLING_NAMES, similarity.cpu().numpy(), along)


def _pool(loaded: LoadedModel, encoded: EncodedProtein) -> tuple[Tensor, Tensor]:
    """Pool one protein, averaged over members: (poolings, hidden), (poolings, tokens)."""
    pooled = [
        [pool_region(member.poolings[name], encoded.region.embeddings) for name in POOLING_NAMES]
        for member in loaded.ensemble.model.choose_members()
    ]
    vectors = torch.stack([torch.stack([p.vector[0] for p in row]) for row in pooled])
    weights = torch.stack([torch.stack([p.weights[0] for p in row]) for row in pooled])
    return vectors.mean(dim=0), weights.mean(dim=0)
