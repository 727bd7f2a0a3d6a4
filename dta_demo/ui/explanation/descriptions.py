"""The figures of an explanation in words, for who does not see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dta_demo.explain.records import Attribution, Explanation, Faithfulness
from dta_demo.kinases.landmarks import Landmark
from dta_demo.results.units import format_pkd
from dta_demo.ui.shared.formatting import (
    join_sentences,
    list_differences,
    molecule_name,
    protein_name,
    residue_names,
    say_landmarks,
    write_difference,
)
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as text

NAMED = 5
"""Residues that are named."""


def describe_residues(found: Attribution, landmarks: Sequence[Landmark] = ()) -> str:
    """Describe the contribution of each residue."""
    residues, sequence = found.residues, found.protein.sequence
    largest = np.argsort(-np.abs(residues), kind="stable")[:NAMED].tolist()
    words = text.RESIDUES_DESCRIPTION.format(
        protein=protein_name(found.protein),
        molecule=molecule_name(found.molecule),
        value=format_pkd(found.value),
        lowest=write_difference(residues.min(), 3),
        highest=write_difference(residues.max(), 3),
        start=found.region.start,
        end=found.region.end,
        top=list_differences(residue_names(sequence, largest), residues[largest], 3),
        sum=write_difference(residues.sum()),
    )
    return join_sentences([words, say_landmarks(landmarks), text.RESIDUES_REST])


def describe_hiding(found: Explanation) -> str:
    """Describe the curves of both tests, whose numbers stand nowhere else."""
    layer = attention_text.LAYER_WORDS.format(layer=found.layer)
    return join_sentences(
        [
            text.HIDING_DESCRIPTION.format(intact=format_pkd(found.of_residues.intact)),
            *(
                words.format(
                    counts=", ".join(map(str, test.random.counts)),
                    curves="; ".join(_describe_curves(test, layer)),
                    all_hidden=format_pkd(test.all_hidden),
                )
                for words, test in (
                    (text.RESIDUES_HIDDEN, found.of_residues),
                    (text.ATOMS_HIDDEN, found.of_atoms),
                )
            ),
        ]
    )


def _describe_curves(test: Faithfulness, layer: str) -> Iterator[str]:
    """Write each curve with its verdict, where hiding all changes enough for one."""
    for name, curve in test.rankings.items():
        words = text.CURVE_ABOVE if test.beats_chance(name) else text.CURVE_NOT_ABOVE
        yield (words if test.matters else text.CURVE).format(
            name=text.RANKINGS[name].format(layer=layer), values=_list(curve.pkd[0])
        )
    random = test.random.pkd
    yield text.CURVE_RANDOM.format(draws=len(random), values=_list(random.mean(axis=0)))


def _list(pkd: np.ndarray) -> str:
    return ", ".join(map(format_pkd, pkd))
