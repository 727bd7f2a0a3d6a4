"""Each pooling by itself: what it gives a readout that sees nothing else of the protein.

``python -m dta_demo.training.pooling_study --run RUN --output FILE.json`` trains readouts on the
first dataset of a training run, with its folds and drug encoders: for each of four poolings, three
regions and three choices of the encoder's layers, for known pairs, new molecules and new targets,
with three seeds. Beside them stand the encoder with random weights, the amino-acid composition, the
letters of the pocket, a random vector for each protein, and no protein at all. A command that was
stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.pooling import FIXED_POOLINGS, POOLING_NAMES
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.evaluation.calibration import clip_label
from dta_demo.evaluation.predictions_file import refuse_unwritable
from dta_demo.evaluation.splits import FOLDS
from dta_demo.model.region import AMINO_ACIDS
from dta_demo.results.group import Group
from dta_demo.training.all_layers import (
    LayerEmbeddings,
    Scale,
    embed_every_layer,
    randomise_esm,
)
from dta_demo.training.pooling_panel import REGIONS, PoolingPanel, build_panel
from dta_demo.training.preparation import prepare
from dta_demo.training.readout_training import (
    AttentionVectors,
    FixedVectors,
    MixedVectors,
    PairGrid,
    ProteinVectors,
    ReadoutSettings,
    train_readouts,
)
from dta_demo.training.settings import RecipeSettings

FOLDER = "poolings"
SEEDS = (0, 1, 2)
SPLITS = (Group.SEEN, Group.NEW_DRUG, Group.NEW_TARGET)
LAST, BEST, MIX = "last", "best", "mix"
LAYER_CHOICES = (LAST, BEST, MIX)

ESM, RANDOM = "esm2", "random weights"
COMPOSITION, POCKET, IDENTITY, NONE = "composition", "pocket letters", "random vector", "none"
BASELINES = (COMPOSITION, POCKET, IDENTITY, NONE)


@dataclass(frozen=True)
class Condition:
    """What the readouts of one entry of the table see of the protein.

    Attributes
    ----------
    reads : str
        The encoder, `ESM` or `RANDOM`, or one of `BASELINES`.
    region : str
        One of `REGIONS`.
    pooling : str
        Empty for a baseline.
    layers : str
        One of `LAYER_CHOICES`, or the number of a layer, 0 for the token embedding.
    """

    reads: str
    region: str = "domain"
    pooling: str = ""
    layers: str = LAST

    @property
    def name(self) -> str:
        """Name in the files."""
        parts = (self.reads, self.region, self.pooling, self.layers if self.pooling else "")
        return ", ".join(part for part in parts if part)


def list_conditions() -> Iterator[Condition]:
    """List the conditions that are trained with every seed, the cheapest first."""
    yield from (Condition(name) for name in (NONE, IDENTITY, POCKET))
    yield from (Condition(COMPOSITION, region) for region in REGIONS)
    yield from (Condition(RANDOM, pooling=pooling) for pooling in POOLING_NAMES)
    for choice in LAYER_CHOICES:
        for pooling in POOLING_NAMES:
            yield from (Condition(ESM, region, pooling, choice) for region in REGIONS)


class PoolingComparison:
    """Errors of every condition, kept in the folder of a run.

    Parameters
    ----------
    settings : RecipeSettings
        Of the run whose data, folds and encoders are used.
    """

    def __init__(self, settings: RecipeSettings) -> None:
        self.prepared = prepare(settings)
        self.panel: PoolingPanel = build_panel(self.prepared)
        self.settings = ReadoutSettings()
        self.path = settings.run / FOLDER / "errors.json"
        self.path.parent.mkdir(exist_ok=True)
        kept = json.loads(self.path.read_text("utf-8")) if self.path.exists() else {}
        self.errors: dict[str, list[float]] = kept
        self._embedded: dict[tuple[str, str, int], LayerEmbeddings] = {}

    def run(self, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
        """Train whatever is not done; return the document."""
        table: dict[str, dict[str, Any]] = {}
        for condition in list_conditions():
            table[condition.name] = {
                str(split): summarise([self.score(condition, split, seed) for seed in seeds])
                for split in SPLITS
            }
        return {
            "dataset": self.prepared.table.sources[0].name,
            "seeds": list(seeds),
            "folds": FOLDS,
            "conditions": table,
            "single_layers": self._single_layers(),
        }

    @property
    def layers(self) -> int:
        """Layers of the encoder, the token embedding included."""
        return self.prepared.encoder.num_layers + 1

    def score(self, condition: Condition, split: Group, seed: int) -> list[float]:
        """Error of a condition on each fold of a split, or recall them."""
        key = f"{condition.name} | {split} | {seed}"
        if key not in self.errors:
            print(key, file=sys.stderr, flush=True)
            grid = self.panel.grids[split]
            vectors = self._vectors(condition, split, seed)
            predicted = train_readouts(grid, vectors, self.settings, seed).predicted
            self.errors[key] = score_folds(grid, predicted)
            partial = self.path.with_suffix(".partial")
            partial.write_text(json.dumps(self.errors), "utf-8")
            partial.replace(self.path)
        return self.errors[key]

    # --- What a condition reads ---------------------------------------------------------------

    def _vectors(self, condition: Condition, split: Group, seed: int) -> ProteinVectors | None:
        if condition.reads == NONE:
            return None
        if condition.reads in BASELINES:
            read = self._baseline(condition, seed)
            return FixedVectors(Scale.of(read).apply(read)[None], FOLDS)
        weights_seed = seed if condition.reads == RANDOM else 0
        embedded = self.embed(condition.reads, condition.region, weights_seed)
        layers = self._choose_layers(condition, split)
        # Seeded here as well: what follows draws the first weights of the attention pooling.
        torch.manual_seed(seed)
        if condition.pooling == "attention":
            return AttentionVectors(embedded, layers, self.settings)
        vectors = embedded.pooled[condition.pooling]
        if condition.layers == MIX:
            return MixedVectors(vectors, FOLDS)
        return FixedVectors(vectors[layers[:, 0]], FOLDS)

    def _baseline(self, condition: Condition, seed: int) -> Tensor:
        letters = self.panel.letters[condition.region]
        if condition.reads == POCKET:
            return self.panel.pocket
        if condition.reads == COMPOSITION:
            return torch.tensor([count_letters(each) for each in letters])
        generator = torch.Generator().manual_seed(seed)
        distinct = {each: place for place, each in enumerate(dict.fromkeys(letters))}
        channels = self.prepared.encoder.hidden_size
        drawn = torch.randn(len(distinct), channels, generator=generator)
        return drawn[[distinct[each] for each in letters]]

    def embed(self, reads: str, region: str, seed: int = 0) -> LayerEmbeddings:
        """Embeddings of a region in every layer, computed once."""
        key = (reads, region, seed)
        if key not in self._embedded:
            encoder = self.prepared.encoder
            if reads == RANDOM:
                esm = randomise_esm(encoder.esm, seed)
                encoder = MemoryOptimizedESMEncoder.from_esm(esm, pooling_strategy=None)
            self._embedded[key] = embed_every_layer(
                encoder, self.panel.letters[region], f"{reads}, {region}"
            )
        return self._embedded[key]

    def _choose_layers(self, condition: Condition, split: Group) -> Tensor:
        """Layers that the network of each fold reads: (folds, chosen layers)."""
        if condition.layers == MIX:
            return torch.arange(self.layers).expand(FOLDS, -1)
        if condition.layers == BEST:
            return self._best_layers(condition, split)[:, None]
        layer = self.layers - 1 if condition.layers == LAST else int(condition.layers)
        return torch.full((FOLDS, 1), layer)

    def _best_layers(self, condition: Condition, split: Group) -> Tensor:
        """Layer with the smallest error on the other folds, for the network of each fold.

        The attention pooling takes that of the mean: it averages, too, and takes ten times as long.
        """
        if condition.pooling == "attention":
            condition = replace(condition, pooling="mean")
        errors = np.array([self.score(each, split, 0) for each in self._singles(condition)])
        others = errors.sum(axis=1, keepdims=True) - errors
        return torch.from_numpy(others.argmin(axis=0))

    def _singles(self, condition: Condition) -> list[Condition]:
        """The same condition with each layer alone, the last under its own name."""
        numbers = [str(layer) for layer in range(self.layers - 1)]
        return [replace(condition, layers=each) for each in [*numbers, LAST]]

    def _single_layers(self) -> dict[str, dict[str, list[float]]]:
        """Error of each layer alone, with the first seed, by condition and split."""
        return {
            f"{region}, {pooling}": {
                str(split): [
                    float(np.mean(self.score(each, split, 0)))
                    for each in self._singles(Condition(ESM, region, pooling))
                ]
                for split in SPLITS
            }
            for region in REGIONS
            for pooling in FIXED_POOLINGS
        }


def count_letters(sequence: str) -> list[float]:
    """Share of each amino acid in a sequence: 20 numbers."""
    counts = Counter(sequence)
    return [counts[letter] / len(sequence) for letter in AMINO_ACIDS]


def score_folds(grid: PairGrid, predicted: Tensor) -> list[float]:
    """Mean squared error of the network of each fold, on the pairs that it left out."""
    errors = []
    for of_fold, test in zip(predicted, grid.test, strict=True):
        rows = test > 0
        clipped = clip_label(of_fold[rows].double().numpy(), grid.floor)
        errors.append(float(np.square(clipped - grid.affinity[rows].numpy()).mean()))
    return errors


def summarise(by_seed: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Mean over folds and seeds of the error, and its standard error over the seeds.

    Returns
    -------
    dict
        ``mean``, ``standard_error``, None for one seed, and ``by_seed``, the error of each fold.
    """
    values = np.array(by_seed)
    means = values.mean(axis=1)
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else None
    return {
        "mean": round(float(means.mean()), 5),
        "standard_error": error if error is None else round(error, 5),
        "by_seed": values.round(5).tolist(),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison that the command line asks for and write its document."""
    parser = argparse.ArgumentParser("pooling_study", description="each pooling by itself")
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    options = parser.parse_args(arguments)
    refuse_unwritable(options.output)
    document = PoolingComparison(RecipeSettings.load(options.run)).run()
    # Without spaces it is a fourth as large, and it comes with the checkpoint.
    text = json.dumps(document, separators=(",", ":"))
    options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"pooling_study: {error}")
