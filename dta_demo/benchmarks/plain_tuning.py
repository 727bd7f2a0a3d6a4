"""Second phase of training as it is written without this package's encoder."""

from __future__ import annotations

import numpy as np
from torch import nn
from transformers import EsmConfig, EsmModel

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.model.region import RegionBatch
from dta_demo.training.member import Network
from dta_demo.training.tuning import TuningTrainer


class PlainTuningTrainer(TuningTrainer):
    """Trainer that runs all layers of transformers' `EsmModel` on one padded batch a step.

    Parameters
    ----------
    tuner : TuningTrainer
        Shares its weights, so that both compute the same loss and gradients.
    """

    def __init__(self, tuner: TuningTrainer) -> None:
        # Not built anew, which would copy the weights.
        vars(self).update(vars(tuner))
        self.esm = share_weights(tuner.encoder)
        self.esm.to(tuner.task.device)

    def read(self, network: Network, proteins: np.ndarray) -> RegionBatch:
        """Run the encoder and cut the regions out of its output."""
        windows = [self.windows[int(number)] for number in proteins]
        tokens = self.encoder.tokenizer([window.protein.sequence for window in windows])
        tokens = tokens.to(self.task.device)
        embeddings = self.esm(tokens.ids, tokens.attention_mask).last_hidden_state
        return RegionBatch(
            [self.cut(window, row) for window, row in zip(windows, embeddings, strict=True)]
        )


def share_weights(encoder: MemoryOptimizedESMEncoder) -> nn.Module:
    """Build transformers' model, with its own attention, on an encoder's parameters."""
    config = EsmConfig(**encoder.esm.config.to_dict())
    esm = EsmModel(config, add_pooling_layer=False)
    esm.set_attn_implementation("sdpa")
    for name, weights in encoder.esm.named_parameters():
        module, _, leaf = name.rpartition(".")
        setattr(esm.get_submodule(module), leaf, weights)
    return esm
