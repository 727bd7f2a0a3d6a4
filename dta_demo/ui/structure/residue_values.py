"""Values by which the residues of a structure can be coloured, one per residue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dta_demo.explain.attribution import attribute
from dta_demo.inputs.errors import InputError
from dta_demo.ui.scan.kept import recall_scan
from dta_demo.ui.shared.colours import (
    ABOVE_ZERO,
    DIVERGING,
    Scale,
    colour_above_zero,
    colour_signed,
)
from dta_demo.ui.shared.plotting import times_equal
from dta_demo.ui.shared.query import Query
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import shared as shared_text
from dta_demo.ui.text import structure as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True, eq=False)
class ResidueValues:
    """One number for each residue of the query.

    Attributes
    ----------
    name : str
        Title for the legend.
    unit : str
    values : numpy.ndarray, shape (residues,)
        Residue 1 first.
    signed : bool
        Whether the scale runs from negative to positive values, with a neutral colour at 0.
    known : numpy.ndarray of int64, optional
        Numbers of the residues whose value is known, where the others' 0 stands for none.
    """

    name: str
    unit: str
    values: np.ndarray
    signed: bool = False
    known: np.ndarray | None = None

    @property
    def limit(self) -> float:
        """Upper end of the colour scale; the lower one is 0, or its negative."""
        return float(np.abs(self.values).max())

    @property
    def scale(self) -> Scale:
        """Colours from the lower to the upper end."""
        return DIVERGING if self.signed else ABOVE_ZERO

    def colours(self) -> list[str]:
        """Hex colours of the residues, such as ``#3f0f6b``."""
        colour = colour_signed if self.signed else colour_above_zero
        return colour(self.values, self.limit)

    def top(self, numbers: np.ndarray, count: int) -> list[int]:
        """Choose the residues that stand out most.

        Parameters
        ----------
        numbers : numpy.ndarray
            Residues to choose from, numbered from 1.
        count : int
            The most to choose; residues with the value 0 are not among them.

        Returns
        -------
        list of int
            Numbers, the largest value (or the one furthest from zero) first.
        """
        sizes = np.abs(self.values[numbers - 1])
        order = np.argsort(-sizes, kind="stable")[:count]
        return [int(numbers[index]) for index in order if sizes[index] > 0]


Source = Callable[["AffinityPredictor", Query, int | None], ResidueValues]
"""Computes values for a query; the layer is None where the last is wanted."""


def attention_values(
    predictor: AffinityPredictor, query: Query, layer: int | None
) -> ResidueValues:
    """Attention that each residue receives in one layer, mean over heads."""
    by_layer = predictor.attention(query.protein).by_layer
    layer = layer if layer and layer <= len(by_layer) else len(by_layer)
    title = text.ATTENTION_OF_LAYER.format(attention=text.COLOURS["attention"], layer=layer)
    return ResidueValues(title, shared_text.TIMES_EQUAL, times_equal(by_layer[layer - 1]))


def pooling_values(
    name: str, predictor: AffinityPredictor, query: Query, layer: int | None
) -> ResidueValues:
    """Weight that each residue has in one pooling, whatever the layer."""
    report = predictor.poolings(query.protein, query.molecule)
    weights = report.weights[report.names.index(name)]
    title = text.POOLING_WEIGHT.format(name=pooling_text.NAMES[name].lower())
    return ResidueValues(title, shared_text.TIMES_EQUAL, times_equal(weights))


def attribution_values(
    predictor: AffinityPredictor, query: Query, layer: int | None
) -> ResidueValues:
    """Contribution of each residue to the prediction, whatever the layer."""
    residues = attribute(predictor, query.protein, query.molecule).residues
    return ResidueValues(text.COLOURS["attribution"], shared_text.PKD, residues, signed=True)


def mutation_values(predictor: AffinityPredictor, query: Query, layer: int | None) -> ResidueValues:
    """Mean change by the substitutions of each residue that was scanned, 0 for others.

    Raises
    ------
    InputError
        When the pair was not scanned.
    """
    found = recall_scan(predictor, query.protein, query.molecule)
    if found is None or not found.positions:
        raise InputError(text.SCAN_FIRST)
    values = np.zeros(len(query.protein.sequence), dtype=np.float64)
    for mutant in found.mutants:
        if len(mutant.positions) == 1:
            values[mutant.positions[0] - 1] += mutant.change
    counts = np.bincount([each.positions[0] for each in found.mutants if len(each.positions) == 1])
    for number in found.positions:
        values[number - 1] /= counts[number]
    known = np.array(found.positions)
    return ResidueValues(text.COLOURS["mutations"], shared_text.PKD, values, True, known)


SOURCES: Mapping[str, Source] = {
    "attention": attention_values,
    "mean": partial(pooling_values, "mean"),
    "max": partial(pooling_values, "max"),
    "attention pooling": partial(pooling_values, "attention"),
    "attribution": attribution_values,
    "mutations": mutation_values,
}
"""Sources by the name of the choice. CLS pooling reads no residue and has no weights."""
