"""Batches of training: random proteins by random molecules, with the pairs measured among them.

Each protein and each molecule of a batch is projected once for all its pairs. What is drawn
follows from the seed and the number of the epoch alone, so that a run that was killed goes on to
the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dta_demo.training.pairs import Source
from dta_demo.training.settings import MemberSettings


def shuffled_batches(
    sources: Sequence[Source], settings: MemberSettings, epoch: int
) -> Iterator[tuple[Source, np.ndarray]]:
    """Batches of an epoch in random order.

    Yields
    ------
    Source, numpy.ndarray of int64
        The dataset, and the batch's rows of it.
    """
    batches = [
        (source, rows) for source in sources for rows in cut_batches(source, settings, epoch)
    ]
    for place in _generator(settings, epoch, 1).permutation(len(batches)):
        yield batches[place]


def cut_batches(source: Source, settings: MemberSettings, epoch: int) -> list[np.ndarray]:
    """Cut a dataset into batches, each the rows of some random proteins and random molecules."""
    random = _generator(settings, epoch, 2)
    proteins, drugs = len(np.unique(source.protein)), len(np.unique(source.drug))
    wanted_proteins, wanted_pairs = settings.batch_size(source.auxiliary)
    batch_proteins = min(wanted_proteins, proteins)
    measured = len(source.affinity) / proteins / drugs
    batch_drugs = max(1, round(wanted_pairs / (batch_proteins * measured)))
    block_of_protein = random_blocks(source.protein, wanted_proteins, random)
    block_of_drug = random_blocks(source.drug, batch_drugs, random)
    key = block_of_protein * (block_of_drug.max() + 1) + block_of_drug
    order = np.argsort(key, kind="stable")
    batches = np.split(order, np.flatnonzero(np.diff(key[order])) + 1)
    fraction = dict(settings.epoch_fractions).get(source.name, 1.0)
    taken = random.permutation(len(batches))[: max(1, round(fraction * len(batches)))]
    return [batches[place] for place in taken]


def random_blocks(index: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Block of each entry, where the distinct numbers are put into random blocks of a size."""
    distinct, place = np.unique(index, return_inverse=True)
    blocks = random.permutation(len(distinct)) // size
    return np.asarray(blocks[place])


def _generator(settings: MemberSettings, epoch: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, epoch, purpose])
