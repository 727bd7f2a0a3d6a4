"""What each readout makes of a protein of which some residues are hidden from the encoder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from dta_demo.kinases.forms import DomainForm
from dta_demo.predictor.encoding import EncodedProtein, ProteinEncoding
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.pooling_answers import embed_molecule, run_networks
from dta_demo.predictor.readout_file import PoolingReadouts
from dta_demo.results.poolings import HiddenResidues, PoolingReport
from dta_demo.trust.calibration import clip_to_floor

RANDOM_DRAWS = 5
"""Sets of random residues that are hidden to compare with."""

HIDDEN_LETTER = "X"


def hide_residues(
    loaded: LoadedModel,
    encoding: ProteinEncoding,
    readouts: Mapping[str, PoolingReadouts],
    report: PoolingReport,
    encoded: EncodedProtein,
) -> Iterator[HiddenResidues]:
    """Hide the residues that a pooling weighs most, and the pocket, beside random ones."""
    sets = {name: report.top(name) for name in report.ranked}
    if report.pocket:
        sets["pocket"] = report.pocket
    letters = {int(number): place for place, number in enumerate(encoded.numbers) if number}
    counts = dict.fromkeys(len(numbers) for numbers in sets.values())
    drawn = [numbers for count in counts for numbers in draw_residues(list(letters), count)]
    forms = [
        hide_letters(encoded.read.form, [letters[number] for number in numbers])
        for numbers in [*sets.values(), *drawn]
    ]
    drugs = embed_molecule(loaded, report.prediction.molecule)
    with torch.no_grad():
        values = [
            [
                run_networks(each, each.pool(region.embeddings), drugs).mean()
                for each in readouts.values()
            ]
            for region in encoding.read_regions(forms)
        ]
    before = np.array([answer.affinity for answer in report.answers])
    changes = clip_to_floor(np.array(values), loaded.floor) - before
    by_count = changes[len(sets) :].reshape(len(counts), RANDOM_DRAWS, -1)
    chance = dict(zip(counts, by_count, strict=True))
    for (what, numbers), change in zip(sets.items(), changes[: len(sets)], strict=True):
        random = chance[len(numbers)]
        yield HiddenResidues(
            what,
            numbers,
            changes=tuple(change.tolist()),
            random=tuple(random.mean(axis=0).tolist()),
            random_std=tuple(random.std(axis=0, ddof=1).tolist()),
        )


def hide_letters(form: DomainForm, places: Sequence[int]) -> DomainForm:
    """Form with the letters at some places, from 0, unknown to the encoder."""
    letters = np.array(list(form.letters))
    letters[list(places)] = HIDDEN_LETTER
    return replace(form, construct=replace(form.construct, sequence="".join(letters)))


def draw_residues(numbers: Sequence[int], count: int) -> Iterator[tuple[int, ...]]:
    """Draw sets of random residues, the same each time."""
    for draw in range(RANDOM_DRAWS):
        chosen = np.random.default_rng(draw).choice(numbers, count, replace=False)
        yield tuple(int(number) for number in chosen)
