"""The catalogue's kinases under each pooling: their vectors, and who is near whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from dta_demo.checkpoint.checks import check_array, check_weights, require
from dta_demo.checkpoint.reading import read_described_arrays
from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.predictor.kinome import ProfiledProtein, list_kinome

ENTRIES = "kinome"
"""Entry of the file's metadata that holds the labels and letters, as JSON."""

NEIGHBOURS = 10
"""Nearest kinases that are compared, and of which the families are counted."""


@dataclass(frozen=True)
class PooledProteins:
    """Some proteins under each pooling.

    Attributes
    ----------
    profiled : tuple of ProfiledProtein
    letters : tuple of str
        What the encoder reads of each.
    vectors : numpy.ndarray of float32, shape (poolings, proteins, hidden)
        Pooled vectors, in the order of `POOLING_NAMES`; that of the attention pooling is the mean
        over its networks.
    """

    profiled: tuple[ProfiledProtein, ...]
    letters: tuple[str, ...]
    vectors: np.ndarray

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of each protein."""
        return tuple(each.label for each in self.profiled)

    @property
    def families(self) -> list[str]:
        """Family of each kinase, empty where it is not known."""
        return [each.kinase.family if each.kinase else "" for each in self.profiled]

    def compare(self, vectors: np.ndarray) -> np.ndarray:
        """Cosines of one protein's vectors (poolings, hidden) with all: (poolings, proteins)."""
        pairs = zip(self.vectors, vectors, strict=True)
        joined = [to_directions(rest, np.vstack([rest, own])) for rest, own in pairs]
        return np.stack([directions[:-1] @ directions[-1] for directions in joined])

    @cached_property
    def directions(self) -> np.ndarray:
        """Standardised vectors of length 1: (poolings, proteins, hidden)."""
        return np.stack([to_directions(each, each) for each in self.vectors])

    @cached_property
    def nearest(self) -> np.ndarray:
        """Places of each protein's nearest others under each pooling, nearest first.

        Returns
        -------
        numpy.ndarray of int64, shape (poolings, proteins, NEIGHBOURS)
        """
        return np.stack([find_nearest(directions) for directions in self.directions])


def to_directions(panel: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Standardise each channel by a panel of proteins, and scale each vector to length 1.

    Raw vectors of two kinases always point the same way: what they have in common is most of them.

    Parameters
    ----------
    panel, vectors : numpy.ndarray, shape (proteins, hidden)
    """
    spread = panel.std(axis=0)
    centred = (vectors - panel.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.where(lengths > 0, lengths, 1.0))


def find_nearest(directions: np.ndarray) -> np.ndarray:
    """Places of the nearest others by the cosine, nearest first: (proteins, NEIGHBOURS)."""
    cosines = directions @ directions.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]


def save_pooled_kinome(pooled: PooledProteins, digest: str, path: Path) -> None:
    """Write the catalogue's kinases under each pooling, in half precision."""
    entries = {"digest": digest, "labels": list(pooled.labels), "letters": list(pooled.letters)}
    metadata = {ENTRIES: json.dumps(entries, separators=(",", ":"))}
    save_file({"vectors": pooled.vectors.astype(np.float16)}, path, metadata)


def load_pooled_kinome(path: Path, digest: str, hidden_size: int) -> PooledProteins:
    """Read the catalogue's kinases under each pooling.

    Raises
    ------
    CheckpointError
        When they were pooled with other weights or are of another catalogue, or the file is
        damaged.
    """
    profiled = tuple(list_kinome(load_catalogue()))
    entries, arrays = read_described_arrays(path, ENTRIES, "pooled kinases")
    check_weights(path, entries, digest)
    labels = [each.label for each in profiled]
    require(entries.get("labels") == labels, path, "it is of another catalogue")
    letters = entries.get("letters") or ()
    require(len(letters) == len(labels), path, "it lacks letters of a kinase")
    shape = (len(POOLING_NAMES), len(labels), hidden_size)
    vectors = check_array(path, arrays, "vectors", shape).astype(np.float32)
    return PooledProteins(profiled, tuple(map(str, letters)), vectors)
