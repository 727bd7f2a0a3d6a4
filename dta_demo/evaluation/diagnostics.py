"""Controls that take the meaning out of one side of the pairs and leave everything else.

A predictor that lets both sides interact must do far worse on them; one that only learned which
molecules are promiscuous keeps the error of the additive baseline (`baselines.Additive`) when
the proteins are made meaningless, and the other way round. Labels, folds and the measured grid
stay, and the same is drawn each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from dta_demo.data.affinities import AffinityData
from dta_demo.kinases.targets import Target
from dta_demo.trust.controls import shuffle_residues

SEED = 20


def shuffle_proteins(data: AffinityData, read: Callable[[Target], str]) -> AffinityData:
    """Shuffle what is read of each protein; its length, its composition and its name stay.

    As a rule no kinase domain is found then, and the model reads all of it.

    Parameters
    ----------
    read : callable
        Gives the letters that a model reads of a target.
    """
    return replace(data, targets=tuple(_shuffle(target, read(target)) for target in data.targets))


def _shuffle(target: Target, letters: str) -> Target:
    (shuffled,) = shuffle_residues(letters, draws=1)
    return replace(target, construct=replace(target.construct, sequence=shuffled))


def permute_proteins(data: AffinityData) -> AffinityData:
    """Exchange the targets of the pairs, so that each has the protein of another one."""
    return replace(data, target_index=_exchange(data.target_index))


def permute_molecules(data: AffinityData) -> AffinityData:
    """Exchange the molecules of the pairs, so that each has the structure of another one."""
    return replace(data, drug_index=_exchange(data.drug_index))


def _exchange(index: np.ndarray) -> np.ndarray:
    """Replace each number by the next one on a random ring, so that none stays itself."""
    present, place = np.unique(index, return_inverse=True)
    ring = np.random.default_rng(SEED).permutation(len(present))
    following = np.empty_like(ring)
    following[ring] = np.roll(ring, -1)
    return np.asarray(present[following[place]])
