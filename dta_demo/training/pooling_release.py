"""The readouts that come with the code: each pooling by itself, on the region that the page reads.

``python -m dta_demo.training.pooling_release --run RUN --checkpoint CHECKPOINT --output FOLDER``
trains them on the first dataset of the run that made the checkpoint: for each pooling a network
for each fold of the pairs, which is released, and one for each fold of the cold splits, which
calibrates. It writes ``readouts.safetensors``, and ``kinome.safetensors`` with the pooled vectors
of the catalogue's kinases.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from dta_demo.encoders.pooling import POOLING_NAMES, Pooling, make_pooling
from dta_demo.evaluation.calibration import clip_label, fit_calibration
from dta_demo.evaluation.metrics import ACTIVE_FROM, regression_metrics
from dta_demo.evaluation.splits import FOLDS
from dta_demo.model.labels import LABELS
from dta_demo.predictor.kinome_file import digest_weights
from dta_demo.predictor.pooled_kinome import save_pooled_kinome
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.predictor.readout_file import PoolingReadouts, save_readouts
from dta_demo.results.group import Group
from dta_demo.training.all_layers import LayerEmbeddings, embed_every_layer
from dta_demo.training.pooling_panel import PoolingPanel, build_panel
from dta_demo.training.preparation import Preparation, prepare
from dta_demo.training.readout_training import (
    AttentionVectors,
    FixedVectors,
    PairGrid,
    ProteinVectors,
    ReadoutSettings,
    Trained,
    train_readouts,
)
from dta_demo.training.settings import RecipeSettings
from dta_demo.trust.calibration import Calibration

READOUTS, KINOME = "readouts.safetensors", "kinome.safetensors"
METRICS = ("mse", "ci")


class ReadoutRelease:
    """Trains and calibrates the readouts of every pooling.

    Parameters
    ----------
    prepared : Preparation
        Of the run that made the checkpoint.
    """

    def __init__(self, prepared: Preparation) -> None:
        self.settings = ReadoutSettings()
        self.label = LABELS[prepared.table.sources[0].label]
        self.panel: PoolingPanel = build_panel(prepared)
        self.embedded: LayerEmbeddings = embed_every_layer(
            prepared.encoder, self.panel.letters["domain"], "domain"
        )

    def train(self, name: str) -> PoolingReadouts:
        """Train the readouts of one pooling."""
        trained = {group: self._train(name, grid) for group, grid in self.panel.grids.items()}
        released = trained[Group.SEEN]
        # The attention pooling averages, so that its vector is scaled like the mean.
        scale = self.embedded.pooled_scales["mean" if name == "attention" else name]
        return PoolingReadouts(
            name,
            released.readouts,
            nn.ModuleList(to_poolings(name, released.vectors, self.embedded, self.settings.heads)),
            scale.mean[-1],
            scale.spread[-1],
            self.panel.drug_mean,
            self.panel.drug_spread,
            self._calibrate(trained),
            {str(group): self._score(group, each) for group, each in trained.items()},
        )

    def _train(self, name: str, grid: PairGrid) -> Trained:
        torch.manual_seed(0)
        last = torch.full((FOLDS, 1), self.embedded.last_layer)
        vectors: ProteinVectors
        if name == "attention":
            vectors = AttentionVectors(self.embedded, last, self.settings)
        else:
            vectors = FixedVectors(self.embedded.pooled[name][-1:], FOLDS)
        return train_readouts(grid, vectors, self.settings, seed=0)

    def _left_out(self, group: Group, trained: Trained) -> tuple[np.ndarray, np.ndarray]:
        """Pairs that the networks left out: measured, predicted; both of (pairs,)."""
        grid = self.panel.grids[group]
        rows = grid.test > 0
        measured = grid.affinity.expand(len(rows), -1, -1)[rows].numpy()
        predicted = trained.predicted[rows].double().numpy()
        return measured, clip_label(predicted, grid.floor)

    def _calibrate(self, trained: dict[Group, Trained]) -> Calibration:
        held_out = {group: self._left_out(group, each) for group, each in trained.items()}
        floor = self.panel.grids[Group.SEEN].floor
        return fit_calibration(held_out, floor, ACTIVE_FROM[self.label])

    def _score(self, group: Group, trained: Trained) -> dict[str, float]:
        found = regression_metrics(*self._left_out(group, trained))
        return {name: round(found[name], 4) for name in METRICS}


def to_poolings(
    name: str, vectors: ProteinVectors | None, embedded: LayerEmbeddings, heads: int
) -> list[Pooling]:
    """Build the pooling of each network, on embeddings as the encoder gives them.

    Parameters
    ----------
    vectors : ProteinVectors or None
        Trained on standardised embeddings, where the pooling learns.
    """
    poolings = [make_pooling(name, embedded.residues.shape[-1], heads) for _ in range(FOLDS)]
    if not isinstance(vectors, AttentionVectors):
        return poolings
    mean, spread = embedded.residue_scale.mean[-1], embedded.residue_scale.spread[-1]
    learned = zip(poolings, vectors.score, vectors.score_bias[:, 0], strict=False)
    for pooling, score, bias in learned:
        weight = score.detach() / spread
        state = {"score.weight": weight, "score.bias": bias.detach() - weight @ mean}
        pooling.load_state_dict(state)
    return poolings[: len(vectors.score)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the readouts that the command line asks for, and write their files."""
    parser = argparse.ArgumentParser("pooling_release", description="readouts of each pooling")
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--checkpoint", type=Path, required=True, help="what the run made")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(arguments)
    release = ReadoutRelease(prepare(RecipeSettings.load(options.run)))
    by_pooling = {name: release.train(name) for name in POOLING_NAMES}
    settings, digest = release.settings, digest_weights(options.checkpoint)
    sizes = {
        "networks": FOLDS, "hidden": settings.hidden, "factors": settings.factors,
        "heads": settings.heads,
    }  # fmt: skip
    options.output.mkdir(parents=True, exist_ok=True)
    save_readouts(by_pooling, sizes, digest, options.output / READOUTS)
    predictor = AffinityPredictor.load(options.checkpoint, device="cpu")
    kinome = predictor.pooling.pool_catalogue(by_pooling)
    save_pooled_kinome(kinome, digest, options.output / KINOME)


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"pooling_release: {error}")
