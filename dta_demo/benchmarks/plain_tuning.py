"""The second phase of training as it is written without this package's encoder."""

from __future__ import annotations

import numpy as np
from torch import nn
from transformers import EsmConfig, EsmModel

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.model.member import RegionBatch
from dta_demo.training.member import Network
from dta_demo.training.tuning import TuningTrainer


class PlainTuningTrainer(TuningTrainer):
    """Runs all layers of transformers' `EsmModel`, from the tokens, on one padded batch a step.

    The weights are those of the trainer it stands beside, and the same of them train, so that
    both compute the same loss and gradients.
    """

    esm: nn.Module

    @classmethod
    def beside(cls, tuner: TuningTrainer) -> PlainTuningTrainer:
        """Share everything with a trainer but how the encoder runs."""
        trainer = cls.__new__(cls)
        vars(trainer).update(vars(tuner))
        trainer.esm = share_weights(tuner.encoder)
        trainer.esm.to(tuner.device)
        return trainer

    def read(self, network: Network, proteins: np.ndarray) -> RegionBatch:
        """Run the encoder and cut the regions out of its output."""
        windows = [self.windows[int(number)] for number in proteins]
        tokens = self.encoder.tokenizer([window.protein.sequence for window in windows])
        tokens = tokens.to(self.device)
        states = self.esm(tokens.ids, tokens.attention_mask).last_hidden_state
        return RegionBatch(
            [self._cut(window, row) for window, row in zip(windows, states, strict=True)]
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
