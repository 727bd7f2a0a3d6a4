"""The figures of the poolings in words, for who does not see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from dta_demo.results.pooling_map import PoolingMap
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.units import format_pkd
from dta_demo.ui.pooling.answers import say_answer
from dta_demo.ui.pooling.map_figure import PALETTE
from dta_demo.ui.shared.formatting import (
    join_sentences,
    list_residues,
    list_values,
    molecule_name,
    protein_name,
    shown_pkd,
)
from dta_demo.ui.shared.plotting import times_equal
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import pooling_map as map_text

NAMED = 5
"""Residues or proteins that are named."""


def describe_dots(report: PoolingReport) -> str:
    """Describe the answer of each pooling by itself."""
    prediction = report.prediction
    answers = [
        text.INTERVAL_HOVER.format(
            name=text.NAMES[answer.name],
            value=say_answer(prediction, answer),
            low=format_pkd(answer.interval[0]),
            high=format_pkd(answer.interval[1]),
        )
        for answer in report.answers
    ]
    return text.DOTS_DESCRIPTION.format(
        protein=protein_name(prediction.protein),
        molecule=molecule_name(prediction.molecule),
        answers="; ".join(answers),
        value=shown_pkd(prediction, prediction.affinity),
    )


def describe_similarity(report: PoolingReport) -> str:
    """Describe the similarity of the vectors, whose numbers stand nowhere else."""
    name, centred = protein_name(report.prediction.protein), report.centred_similarity
    pairs = _list_pairs(report.names, report.similarity)
    words = text.SIMILARITY_DESCRIPTION.format(protein=name, pairs=pairs)
    if centred is None:
        return words
    less_mean = text.SIMILARITY_CENTRED.format(pairs=_list_pairs(report.names, centred))
    return join_sentences([words, less_mean])


def describe_weights(report: PoolingReport) -> str:
    """Describe the weights of each pooling and of each head."""
    by_head = times_equal(report.head_weights)
    head, place = divmod(int(by_head.argmax()), by_head.shape[1])
    protein = report.prediction.protein
    return join_sentences(
        [
            text.WEIGHTS_DESCRIPTION.format(protein=protein_name(protein)),
            *(_describe_weight(report, name) for name in report.names),
            text.DESCRIBED_HEADS.format(
                heads=len(by_head),
                value=f"{by_head[head, place]:.2f}",
                residue=f"{protein.sequence[place]}{place + 1}",
                head=head + 1,
            ),
            text.DESCRIBED_REST,
        ]
    )


def _describe_weight(report: PoolingReport, pooling: str) -> str:
    """Name the heaviest residues of one pooling, where it has any."""
    name, weights = text.NAMES[pooling], report.weights[report.names.index(pooling)]
    if not weights.any():
        return text.DESCRIBED_NO_WEIGHT.format(name=name)
    if pooling not in report.ranked:
        return text.DESCRIBED_EVEN.format(name=name, read=f"{report.read_residues:,}")
    sequence = report.prediction.protein.sequence
    places = [number - 1 for number in report.top(pooling)[:NAMED]]
    if pooling == "max":
        top = list_residues(sequence, report.maxima, places, digits=0)
        return text.DESCRIBED_WON.format(name=name, channels=report.channels, top=top)
    top = list_residues(sequence, times_equal(weights), places)
    return text.DESCRIBED_WEIGHTS.format(name=name, top=top)


def describe_maps(
    found: PoolingMap, colour: str, pkd: Mapping[str, float], marked: str = ""
) -> str:
    """Describe the maps: their colours, and what lies near the protein that is ringed.

    Parameters
    ----------
    colour, pkd, marked
        As of `map_figure.kinome_maps`.
    """
    return join_sentences(
        [
            map_text.MAPS_DESCRIPTION.format(
                count=f"{len(found.labels):,}",
                method=found.method,
                poolings=", ".join(text.SHORT[name] for name in found.names),
            ),
            _describe_colours(found, colour, pkd),
            *_describe_surroundings(found, marked),
        ]
    )


def _describe_colours(found: PoolingMap, colour: str, pkd: Mapping[str, float]) -> str:
    """Count the proteins of each colour, or name those with the highest pKd."""
    if colour == "pkd":
        values = [pkd[label] for label in found.labels]
        best = sorted(found.labels, key=lambda label: -pkd[label])[:NAMED]
        return map_text.COLOURED[colour].format(
            lowest=format_pkd(min(values)),
            highest=format_pkd(max(values)),
            kinds=list_values(best, [pkd[label] for label in best]),
        )
    kinds = found.groups if colour == "group" else found.families
    frequent = Counter(filter(None, kinds)).most_common(len(PALETTE))
    counts = [(kind, count) for kind, count in frequent]
    rest = len(kinds) - sum(count for _, count in counts)
    counts += [(map_text.OTHERS, rest)] if rest else []
    names, numbers = zip(*counts, strict=True)
    return map_text.COLOURED[colour].format(kinds=list_values(names, numbers, digits=0))


def _describe_surroundings(found: PoolingMap, marked: str) -> Iterator[str]:
    """Name what lies next to the ringed protein on each map."""
    if marked not in found.labels:
        return
    row = found.labels.index(marked)
    for name, places in zip(found.names, found.places, strict=True):
        apart = np.linalg.norm(places - places[row], axis=1)
        apart[row] = np.inf
        nearest = np.argsort(apart, kind="stable")[:NAMED].tolist()
        yield map_text.NEAR_MARKED.format(
            marked=marked,
            name=text.SHORT[name],
            nearest=", ".join(found.labels[place] for place in nearest),
        )


def describe_agreement(found: PoolingMap) -> str:
    """Describe how far the poolings agree, in numbers that stand nowhere else."""
    return map_text.AGREEMENT_DESCRIPTION.format(
        overlap=_list_pairs(found.names, found.overlap), cka=_list_pairs(found.names, found.cka)
    )


def _list_pairs(names: Sequence[str], matrix: np.ndarray) -> str:
    """List the values of a symmetric matrix between poolings."""
    pairs = list(combinations(range(len(names)), 2))
    words = [
        text.PAIR_OF_POOLINGS.format(one=text.SHORT[names[one]], other=text.SHORT[names[other]])
        for one, other in pairs
    ]
    return list_values(words, [float(matrix[pair]) for pair in pairs])
