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

from dta_demo.checkpoint.checks import CheckpointError, check_array, check_whole, require
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
        """Pool a region (1 + residues, hidden), BOS first, for each network."""
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
    require(
        entries.get("digest") == digest, path,
        "it was made with other weights than those of the checkpoint",
    )  # fmt: skip
    stored = entries.get("sizes")
    named = stored if isinstance(stored, dict) else {}
    sizes = {
        name: check_whole(f"number of {name} of the readouts", named.get(name), 1, bound)
        for name, bound in BOUNDS.items()
    }
    return {name: _build(path, name, entries, arrays, sizes, hidden_size) for name in POOLING_NAMES}


def _build(
    path: Path,
    name: str,
    entries: dict[str, Any],
    arrays: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
    hidden_size: int,
) -> PoolingReadouts:
    """Build the readouts of one pooling of what the file holds."""
    own = {
        key.removeprefix(f"{name}."): value
        for key, value in arrays.items()
        if key.startswith(f"{name}.")
    }

    def read(key: str, *shape: int | None) -> Tensor:
        return torch.from_numpy(check_array(path, own, key, shape).astype(np.float32))

    drug_mean = read("scale.drug_mean", None)
    networks, heads = sizes["networks"], sizes["heads"]
    readouts = Readouts(
        networks, hidden_size, len(drug_mean), sizes["hidden"], sizes["factors"]
    ).eval()
    state = {key: read(key, *value.shape) for key, value in readouts.state_dict().items()}
    readouts.load_state_dict(state)
    poolings = nn.ModuleList([make_pooling(name, hidden_size, heads) for _ in range(networks)])
    if name == "attention":
        weight = read("score.weight", networks, heads, hidden_size)
        bias = read("score.bias", networks, heads)
        for pooling, *values in zip(poolings, weight, bias, strict=True):
            pooling.load_state_dict({"score.weight": values[0], "score.bias": values[1]})
    try:
        calibration = read_calibration(path, entries["calibrations"][name])
        figures = entries["figures"][name]
    except (LookupError, TypeError) as error:
        raise CheckpointError(f"{path} lacks the calibration of {name}.") from error
    spread, drug_spread = read("scale.spread", hidden_size), read("scale.drug_spread", None)
    for each in (spread, drug_spread):
        require(bool((each > 0).all()), path, "a standard deviation is not above 0")
    return PoolingReadouts(
        name, readouts.requires_grad_(False), poolings.requires_grad_(False),
        read("scale.mean", hidden_size), spread, drug_mean, drug_spread, calibration, figures,
    )  # fmt: skip
