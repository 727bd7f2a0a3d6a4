"""Maps of many proteins under each pooling, with numbers that compare the poolings."""

from __future__ import annotations

import importlib
import importlib.util
from collections import Counter
from collections.abc import Sequence

import numpy as np

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import join_with_and
from dta_demo.model.region import AMINO_ACIDS
from dta_demo.predictor.pooled_kinome import (
    NEIGHBOURS,
    PooledProteins,
    find_nearest,
    to_directions,
)
from dta_demo.results.pooling_map import PoolingMap

PCA, UMAP = "PCA", "UMAP"
LEAST_PROTEINS = NEIGHBOURS + 1
"""Proteins from which each has as many nearest ones as are compared."""


def list_methods() -> tuple[str, ...]:
    """Methods that a map can be made by: UMAP only where umap-learn is installed."""
    return (PCA, UMAP) if importlib.util.find_spec("umap") else (PCA,)


def map_proteins(pooled: PooledProteins, method: str = PCA) -> PoolingMap:
    """Map proteins under each pooling.

    Raises
    ------
    InputError
        When there are too few proteins, or the method is none of `list_methods`.
    """
    if len(pooled.labels) < LEAST_PROTEINS:
        raise InputError(f"A map needs at least {LEAST_PROTEINS} proteins.")
    if method not in list_methods():
        raise InputError(f"Maps are made by {join_with_and(list(list_methods()))} here.")
    drawn = [project(vectors) for vectors in pooled.vectors]
    places = [place for place, _ in drawn]
    if method == UMAP:
        places = [embed(directions) for directions in pooled.directions]
    composition = count_amino_acids(pooled.letters)
    by_composition = find_nearest(to_directions(composition, composition))
    return PoolingMap(
        POOLING_NAMES,
        pooled.labels,
        tuple(each.kinase.group if each.kinase else "" for each in pooled.profiled),
        tuple(pooled.families),
        np.stack(places),
        method,
        tuple(share for _, share in drawn) if method == PCA else None,
        overlap_of_nearest(pooled.nearest),
        linear_cka(pooled.vectors),
        tuple(share_of_family(nearest, pooled.families) for nearest in pooled.nearest),
        share_of_family(by_composition, pooled.families),
        chance_of_family(pooled.families),
    )


def embed(directions: np.ndarray) -> np.ndarray:
    """Place proteins by UMAP (McInnes et al. 2018, arXiv:1802.03426), the same each time."""
    umap = importlib.import_module("umap")
    reducer = umap.UMAP(metric="cosine", random_state=0, n_jobs=1)
    return np.asarray(reducer.fit_transform(directions))


def share_of_family(nearest: np.ndarray, families: Sequence[str]) -> float:
    """Share of the nearest that have the protein's family, among families of two or more.

    Parameters
    ----------
    nearest : numpy.ndarray of int64, shape (proteins, neighbours)
    """
    names = np.array(families)
    counts = Counter(families)
    judged = np.array([bool(name) and counts[name] > 1 for name in families])
    if not judged.any():
        return float("nan")
    return float((names[nearest[judged]] == names[judged][:, None]).mean())


def chance_of_family(families: Sequence[str]) -> float:
    """What `share_of_family` would be of neighbours drawn at random."""
    counts = Counter(families)
    judged = [name for name in families if name and counts[name] > 1]
    if not judged:
        return float("nan")
    return float(np.mean([(counts[name] - 1) / (len(families) - 1) for name in judged]))


def count_amino_acids(letters: Sequence[str]) -> np.ndarray:
    """Share of each amino acid in each protein, the baseline of every comparison."""
    counts = [[text.count(letter) / len(text) for letter in AMINO_ACIDS] for text in letters]
    return np.array(counts)


def overlap_of_nearest(nearest: np.ndarray) -> np.ndarray:
    """Mean share of the nearest that two poolings have in common: (poolings, poolings)."""
    places = range(len(nearest))
    return np.array(
        [
            [
                np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(*pair, strict=True)])
                for pair in ((nearest[one], nearest[other]) for other in places)
            ]
            for one in places
        ]
    )


def linear_cka(vectors: np.ndarray) -> np.ndarray:
    """Linear centred kernel alignment between the poolings' vectors of the same proteins.

    Kornblith et al. 2019, arXiv:1905.00414: 1 where one is a rotation and scaling of the other.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (poolings, proteins, hidden)

    Returns
    -------
    numpy.ndarray, shape (poolings, poolings)
    """
    centred = [each - each.mean(axis=0) for each in vectors.astype(np.float64)]
    grams = [each @ each.T for each in centred]
    grams = [gram / np.linalg.norm(gram) for gram in grams]
    return np.array([[np.vdot(one, other) for other in grams] for one in grams])


def project(vectors: np.ndarray) -> tuple[np.ndarray, float]:
    """Project the directions of some proteins on their first two principal components.

    Returns
    -------
    numpy.ndarray, shape (proteins, 2)
        Each component's sign is such that its largest value is positive.
    float
        Share of the variance that the two have.
    """
    directions = to_directions(vectors, vectors)
    centred = directions - directions.mean(axis=0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    places = left[:, :2] * singular[:2]
    largest = places[np.abs(places).argmax(axis=0), range(places.shape[1])]
    share = float((singular[:2] ** 2).sum() / (singular**2).sum())
    return places * np.where(largest < 0, -1.0, 1.0), share
