"""Answers of the readouts on one pair: pKd, interval and typical error of each pooling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.pooling import Pooled
from dta_demo.inputs.molecule import Molecule
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.readout_file import PoolingReadouts
from dta_demo.results.poolings import PoolingAnswer
from dta_demo.results.prediction import Prediction
from dta_demo.trust.applicability import interval_group
from dta_demo.trust.calibration import clip_to_floor


def answer_pair(
    loaded: LoadedModel,
    readouts: Mapping[str, PoolingReadouts],
    prediction: Prediction,
    pooled: Mapping[str, Sequence[Pooled]],
) -> tuple[PoolingAnswer, ...]:
    """Answer a pair by each pooling alone.

    Parameters
    ----------
    pooled : mapping of str to sequence of Pooled
        The protein under the pooling of each network.
    """
    drugs = embed_molecule(loaded, prediction.molecule)
    group = interval_group(prediction.applicability)
    answers = []
    for name, each in readouts.items():
        of_networks = run_networks(each, pooled[name], drugs)
        value = clip_to_floor(of_networks.mean(keepdims=True), loaded.floor)
        low, high = each.calibration.interval(value, group)
        answers.append(
            PoolingAnswer(
                name=name,
                affinity=float(value[0]),
                interval=(float(low[0]), float(high[0])),
                network_std=float(of_networks.std()),
                error=each.figures[group]["mse"] ** 0.5,
                at_floor=bool(value[0] < each.calibration.floor_below),
            )
        )
    return tuple(answers)


def embed_molecule(loaded: LoadedModel, molecule: Molecule) -> Tensor:
    """Embedding of a molecule by the drug encoder: (1, channels)."""
    counts = loaded.ensemble.fingerprint_smiles([molecule.smiles]).counts
    return torch.from_numpy(loaded.ensemble.model.drug_encoder.embed_counts(counts))


def run_networks(each: PoolingReadouts, pooled: Sequence[Pooled], drugs: Tensor) -> np.ndarray:
    """PKd by each network of a readout, not clipped: (networks,)."""
    vectors = torch.stack([found.vector.float().cpu() for found in pooled])
    with torch.no_grad():
        return np.asarray(each.predict(vectors, drugs)[:, 0, 0].double().numpy())
