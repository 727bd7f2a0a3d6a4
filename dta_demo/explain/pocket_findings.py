"""What the survey of drugs in their places found, as it is kept and shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from dta_demo.checkpoint.reading import read_json
from dta_demo.predictor.kinome_file import digest_weights
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.group import Group
from dta_demo.runtime.bundled import bundled_file

FINDINGS = "structures/survey.json"
"""The survey that comes with the code, of the checkpoint that does."""

OWN, OTHERS, CAFFEINE = "contributions", "contributions, other drugs", "contributions, caffeine"
"""Rankings by contributions to the prediction of the drug that is there, and the controls."""

CONFIDENCE = 0.95
"""With which two rankings are told apart, by Student's t over the kinases."""

MEASURED = (Group.SEEN, Group.NEW_TARGET)
"""Groups of pairs whose drug is in the training panel."""

_LAYER = re.compile(r"attention \d+")


@dataclass(frozen=True)
class Spread:
    """Mean of a measure over the structures, with its lowest and highest value."""

    mean: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Compute it from the values of the structures."""
        return cls(float(np.mean(values)), float(min(values)), float(max(values)))


@dataclass(frozen=True)
class Difference:
    """Mean difference over some kinases, with its standard error."""

    mean: float
    standard_error: float
    kinases: int

    @classmethod
    def over_kinases(cls, values: Sequence[float], genes: Sequence[str]) -> Difference:
        """Compute it from one value a structure; those of one kinase are averaged first."""
        by_gene = list(_average_by_gene(values, genes))
        error = float(np.std(by_gene, ddof=1) / np.sqrt(len(by_gene)))
        return cls(float(np.mean(by_gene)), error, len(by_gene))

    @property
    def is_above_chance(self) -> bool:
        """Whether it is told apart from nothing."""
        quantile = float(student.ppf((1 + CONFIDENCE) / 2, self.kinases - 1))
        return self.mean > quantile * self.standard_error


@dataclass(frozen=True)
class PocketFindings:
    """How well contributions and attention find the residues that a drug touches.

    Attributes
    ----------
    structures, kinases : int
    areas : dict of str to Spread
        Area under the ROC curve by ranking: ``"contributions"``, ``"attention 1"``, ``"pocket"``.
    precisions : dict of str to Spread
        Fraction that touch the drug among as many residues as touch it.
    areas_in_pocket : dict of str to Spread
        Of rankings by contributions, among the residues of the pocket alone.
    chance : float
        Mean precision of a random order.
    of_measured, of_new : Difference
        Area of the contributions for the drug itself, less the mean for other drugs with the same
        kinase: of drugs of the training panel, and of others.
    """

    structures: int
    kinases: int
    areas: Mapping[str, Spread]
    precisions: Mapping[str, Spread]
    areas_in_pocket: Mapping[str, Spread]
    chance: float
    of_measured: Difference
    of_new: Difference

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> PocketFindings:
        """Read what `summarise` wrote."""
        told = [row for row in document["structures"] if "skipped" not in row]
        inside = [row["in_pocket"] for row in told if row["in_pocket"][OWN]]
        return cls(
            len(told),
            len({row["gene"] for row in told}),
            _spread([row["rankings"] for row in told], "area"),
            _spread([row["rankings"] for row in told], "precision"),
            _spread(inside, "area"),
            float(np.mean([row["chance"] for row in told])),
            _own_above_others([row for row in told if row["group"] in MEASURED]),
            _own_above_others([row for row in told if row["group"] not in MEASURED]),
        )

    @property
    def of_layers(self) -> Spread:
        """Mean areas of the layers of attention, the mean of which is over all."""
        return Spread.of([x.mean for name, x in self.areas.items() if _LAYER.fullmatch(name)])


def load_findings(predictor: AffinityPredictor) -> PocketFindings | None:
    """Read the survey that comes with the code; None where it is of other weights."""
    document = _read_document()
    belongs = document["weights"] == digest_weights(Path(predictor.info().checkpoint))
    return PocketFindings.from_dict(document) if belongs else None


def summarise(documents: Sequence[dict[str, Any]], digest: str) -> dict[str, Any]:
    """Put the documents of a survey together, with the heads chosen on one another.

    Parameters
    ----------
    documents : sequence of dict
        As `pocket_survey.survey` yields them.
    digest : str
        Of the weights that were surveyed.

    Returns
    -------
    dict
        ``"structures"``, the documents with their rankings rounded and without the areas of all
        heads; and ``"best_head"``, see `choose_heads`.
    """
    told = [row for row in documents if "skipped" not in row]
    areas = np.array([row["heads"] for row in told])
    return {
        "weights": digest,
        "best_head": choose_heads(areas, [row["gene"] for row in told]),
        "structures": [
            {key: _round(value) for key, value in row.items() if key != "heads"}
            for row in documents
        ],
    }


def choose_heads(areas: np.ndarray, genes: Sequence[str]) -> dict[str, Any]:
    """Choose the head of attention that finds drugs best, honestly and not.

    Parameters
    ----------
    areas : numpy.ndarray, shape (structures, layers, heads)
    genes : sequence of str
        The kinase of each structure.

    Returns
    -------
    dict
        ``"each"`` holds the mean area where each structure chooses its own head, ``"same"`` that
        of the one head that is best on all of them, and ``"left_out"`` that where the head is
        chosen on the structures of other kinases; and which heads these are, numbered from 1.
    """
    flat = areas.reshape(len(areas), -1)
    heads = areas.shape[2]
    best = int(flat.mean(axis=0).argmax())
    left_out, chosen = [], []
    for row, gene in zip(flat, genes, strict=True):
        others = flat[[other != gene for other in genes]]
        head = int(others.mean(axis=0).argmax())
        left_out.append(float(row[head]))
        chosen.append(head)
    return {
        "each": _round(float(flat.max(axis=1).mean())),
        "same": _round(float(flat[:, best].mean())),
        "same_head": _name(best, heads),
        "left_out": _round(float(np.mean(left_out))),
        "left_out_lowest": _round(min(left_out)),
        "left_out_highest": _round(max(left_out)),
        "left_out_heads": sorted({tuple(_name(head, heads)) for head in chosen}),
    }


def _name(head: int, heads: int) -> list[int]:
    """Layer and head, both from 1, of the head at a place among all."""
    return [head // heads + 1, head % heads + 1]


def _round(value: Any) -> Any:
    """Round the numbers of a document to four digits."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _round(each) for key, each in value.items()}
    return value


@cache
def _read_document() -> dict[str, Any]:
    return read_json(bundled_file(FINDINGS))


def _spread(rankings: Sequence[Mapping[str, Any]], measure: str) -> dict[str, Spread]:
    """Spread of a measure over the structures, by ranking."""
    return {name: Spread.of([row[name][measure] for row in rankings]) for name in rankings[0]}


def _own_above_others(rows: Sequence[Mapping[str, Any]]) -> Difference:
    """How much better contributions find their own drug than those for other drugs do."""
    areas = [(row["rankings"][OWN]["area"], row["rankings"][OTHERS]["area"]) for row in rows]
    return Difference.over_kinases([own - other for own, other in areas], [x["gene"] for x in rows])


def _average_by_gene(values: Sequence[float], genes: Sequence[str]) -> Iterator[float]:
    for gene in dict.fromkeys(genes):
        own = [value for value, other in zip(values, genes, strict=True) if other == gene]
        yield float(np.mean(own))
