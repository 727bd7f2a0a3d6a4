"""The file of the readouts that come with the code: each pooling by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from dta_demo.checkpoint.checks import (
    MAX_LABEL,
    CheckpointError,
    check_array,
    check_number,
    check_weights,
    check_whole,
    require,
)
from dta_demo.checkpoint.reading import read_described_arrays
from dta_demo.encoders.pooling import POOLING_NAMES, AttentionPooling, Pooled, make_pooling
from dta_demo.model.readout import Readouts
from dta_demo.model.region import pool_region
from dta_demo.trust.calibration import Calibration, read_calibration

ENTRIES = "readouts"
"""Entry of the file's metadata that holds everything but the weights, as JSON."""

BOUNDS = {"networks": 32, "hidden": 1024, "factors": 256, "heads": 64}


@dataclass(frozen=True)
class PoolingReadouts:
    """The readouts of one pooling, side by side.

    Attributes
    ----------
    poolings : ModuleList
        The pooling of each network; the same for all where it learns nothing.
    mean, spread : Tensor, shape (hidden,)
        By which a pooled vector is standardised.
    drug_mean, drug_spread : Tensor, shape (channels,)
        The same for a molecule's embedding.
    calibration : Calibration
        Intervals, calibrated on pairs that the networks left out.
    figures : dict of str to dict
        Errors in cross-validation by group.
    """

    name: str
    readouts: Readouts
    poolings: nn.ModuleList
    mean: Tensor
    spread: Tensor
    drug_mean: Tensor
    drug_spread: Tensor
    calibration: Calibration
    figures: dict[str, dict[str, float]]

    def pool(self, embeddings: Tensor) -> list[Pooled]:
        """Pool a region (1 + residues, hidden), BOS first, for each network.

        Readouts stay on the CPU, where the encoder's embeddings may not be.
        """
        embeddings = embeddings.to(self.mean)
        return [pool_region(pooling, embeddings) for pooling in self.poolings]

    def predict(self, vectors: Tensor, drugs: Tensor) -> Tensor:
        """Predict every protein with every molecule.

        Parameters
        ----------
        vectors : Tensor, shape (networks, proteins, hidden)
            Pooled.
        drugs : Tensor, shape (molecules, channels)
            From the drug encoder.

        Returns
        -------
        Tensor, shape (networks, proteins, molecules)
        """
        molecules = ((drugs - self.drug_mean) / self.drug_spread).expand(len(vectors), -1, -1)
        return self.readouts((vectors - self.mean) / self.spread, molecules)


def save_readouts(
    by_pooling: Mapping[str, PoolingReadouts], sizes: Mapping[str, int], digest: str, path: Path
) -> None:
    """Write the readouts of every pooling; equal ones give equal bytes.

    Parameters
    ----------
    sizes : mapping of str to int
        Those of `BOUNDS`.
    digest : str
        Of the weights that they belong to, see `digest_weights`.
    """
    tensors: dict[str, Tensor] = {}
    for name, each in by_pooling.items():
        tensors |= {f"{name}.{key}": value for key, value in _tensors_of(each).items()}
    entries = {
        "digest": digest,
        "sizes": dict(sizes),
        "calibrations": {name: asdict(each.calibration) for name, each in by_pooling.items()},
        "figures": {name: each.figures for name, each in by_pooling.items()},
    }
    halves = {name: value.detach().half().contiguous() for name, value in tensors.items()}
    save_file(halves, path, {ENTRIES: json.dumps(entries, separators=(",", ":"))})


def _tensors_of(each: PoolingReadouts) -> dict[str, Tensor]:
    tensors = dict(each.readouts.state_dict())
    for name in ("mean", "spread", "drug_mean", "drug_spread"):
        tensors[f"scale.{name}"] = getattr(each, name)
    learned = [pooling for pooling in each.poolings if isinstance(pooling, AttentionPooling)]
    if learned:
        tensors["score.weight"] = torch.stack([pooling.score.weight for pooling in learned])
        tensors["score.bias"] = torch.stack([pooling.score.bias for pooling in learned])
    return tensors


def load_readouts(path: Path, digest: str, hidden_size: int) -> dict[str, PoolingReadouts]:
    """Read the readouts of every pooling.

    Parameters
    ----------
    digest : str
        Of the weights that are loaded.
    hidden_size : int
        Channels of the encoder's embeddings.

    Raises
    ------
    CheckpointError
        When they were made with other weights than those that are loaded, or are damaged.
    """
    entries, arrays = read_described_arrays(path, ENTRIES, "readouts")
    check_weights(path, entries, digest)
    stored = entries.get("sizes")
    named = stored if isinstance(stored, dict) else {}
    sizes = {
        name: check_whole(f"number of {name} of the readouts", named.get(name), 1, bound)
        for name, bound in BOUNDS.items()
    }
    parts = [_Part(path, name, arrays) for name in POOLING_NAMES]
    return {part.name: _build(part, entries, sizes, hidden_size) for part in parts}


@dataclass(frozen=True)
class _Part:
    """The arrays of one pooling in a file, checked as they are read."""

    path: Path
    name: str
    arrays: Mapping[str, np.ndarray]

    def read(self, key: str, *shape: int | None) -> Tensor:
        """Read an array of a shape."""
        array = check_array(self.path, self.arrays, f"{self.name}.{key}", shape)
        return torch.from_numpy(array.astype(np.float32))

    def read_spread(self, key: str, channels: int) -> Tensor:
        """Read standard deviations, which are above 0."""
        spread = self.read(key, channels)
        require(bool((spread > 0).all()), self.path, "a standard deviation is not above 0")
        return spread

    def build_poolings(self, sizes: Mapping[str, int], hidden_size: int) -> nn.ModuleList:
        """Build the pooling of each network."""
        networks, heads = sizes["networks"], sizes["heads"]
        poolings = [make_pooling(self.name, hidden_size, heads) for _ in range(networks)]
        if self.name == "attention":
            weights = self.read("score.weight", networks, heads, hidden_size)
            biases = self.read("score.bias", networks, heads)
            for pooling, weight, bias in zip(poolings, weights, biases, strict=True):
                pooling.load_state_dict({"score.weight": weight, "score.bias": bias})
        return nn.ModuleList(poolings).requires_grad_(False)


def _build(
    part: _Part, entries: Mapping[str, Any], sizes: Mapping[str, int], hidden_size: int
) -> PoolingReadouts:
    """Build the readouts of one pooling of what the file holds."""
    drug_mean = part.read("scale.drug_mean", None)
    channels = len(drug_mean)
    readouts = Readouts(sizes["networks"], hidden_size, channels, sizes["hidden"], sizes["factors"])
    state = {key: part.read(key, *value.shape) for key, value in readouts.state_dict().items()}
    readouts.load_state_dict(state)
    try:
        calibration = read_calibration(part.path, entries["calibrations"][part.name])
        figures = {
            group: {metric: check_number(metric, value, 0, MAX_LABEL) for metric, value in
                    found.items()}
            for group, found in entries["figures"][part.name].items()
        }  # fmt: skip
    except (LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{part.path} lacks the calibration of {part.name}.") from error
    return PoolingReadouts(
        part.name,
        readouts.eval().requires_grad_(False),
        part.build_poolings(sizes, hidden_size),
        part.read("scale.mean", hidden_size),
        part.read_spread("scale.spread", hidden_size),
        drug_mean,
        part.read_spread("scale.drug_spread", channels),
        calibration,
        figures,
    )
