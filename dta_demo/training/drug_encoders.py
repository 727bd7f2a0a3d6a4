"""Drug encoders of a run: one on all data, and one for each fold of targets that are left out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import numpy as np
import torch
from filelock import Timeout
from torch import Tensor

from dta_demo.encoders.drug import DrugEncoder
from dta_demo.model.member import join_drug_inputs
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training.jobs import NONE
from dta_demo.training.molecules import DrugEncoderTraining
from dta_demo.training.preparation import Preparation


class DrugEncoders:
    """Drug encoders by the fold of targets that none of their training pairs has.

    Attributes
    ----------
    counts : numpy.ndarray of float32, shape (molecules, fragments)
        Log fragment counts of the molecules of the table of pairs.
    """

    def __init__(self, prepared: Preparation) -> None:
        self.prepared = prepared
        config = prepared.config
        self.counts = fingerprint_smiles(prepared.table.smiles, config.fingerprint_bits).counts
        self._encoders: dict[int, DrugEncoder] = {}
        self._embeddings: dict[int, np.ndarray] = {}

    def share_out(self, left_out_targets: Iterable[int]) -> None:
        """Train the networks that no other process is training."""
        for fold in left_out_targets:
            for number in range(self.prepared.config.drug_networks):
                with contextlib.suppress(Timeout):
                    self._training(fold).train(number, wait=False)

    def encoder(self, left_out_targets: int = NONE) -> DrugEncoder:
        """Drug encoder that saw no pair of a fold of targets, trained where that is not done."""
        if left_out_targets not in self._encoders:
            encoder = self.prepared.config.build_drug_encoder()
            training = self._training(left_out_targets)
            for number, network in enumerate(encoder.networks):
                # Rounded as the checkpoint will hold them, so that training reads the same.
                weights = training.train(number)
                network.load_state_dict({name: w.half().float() for name, w in weights.items()})
            self._encoders[left_out_targets] = encoder.eval()
        return self._encoders[left_out_targets]

    def embeddings(self, left_out_targets: int = NONE) -> np.ndarray:
        """Embeddings of the molecules of the table: float32, (molecules, channels)."""
        if left_out_targets not in self._embeddings:
            embedded = self.encoder(left_out_targets).embed_counts(self.counts)
            self._embeddings[left_out_targets] = embedded
        return self._embeddings[left_out_targets]

    def inputs(self, left_out_targets: int = NONE) -> Tensor:
        """What members read of the molecules of the table: (molecules, inputs)."""
        embeddings = torch.from_numpy(self.embeddings(left_out_targets))
        return join_drug_inputs(torch.from_numpy(self.counts), embeddings)

    def _training(self, left_out_targets: int) -> DrugEncoderTraining:
        prepared = self.prepared
        name = "drug-encoder" + (f"-{left_out_targets}" if left_out_targets != NONE else "")
        return DrugEncoderTraining(
            prepared.config,
            prepared.molecules,
            left_out_targets,
            prepared.settings.run / name,
            prepared.settings.member.seed,
        )
