"""Predictions of a batch of rows: what each process or machine does with what it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molblock import write_smiles
from dta_demo.inputs.smiles_text import MAX_SMILES_CHARACTERS
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.inputs.wording import plain_line
from dta_demo.predictor.predictor import CHECKPOINT, AffinityPredictor
from dta_demo.results.prediction import Screened
from dta_demo.results.screening import ScreenRow
from dta_demo.results.units import nanomolar
from dta_demo.runtime.threads import torch_threads
from dta_demo.screening.sources import InputRow


@dataclass(frozen=True)
class ModelSettings:
    """What a process loads the model by.

    Attributes
    ----------
    checkpoint : str or None
        Folder; None for the one that comes with the code.
    """

    checkpoint: str | None = None
    device: str = "auto"
    precision: str = "float32"

    @property
    def folder(self) -> Path:
        """Folder of the checkpoint."""
        return CHECKPOINT if self.checkpoint is None else Path(self.checkpoint)


@dataclass(frozen=True)
class Partner:
    """What every row of a screen is paired with; both are None for a table of pairs."""

    protein: str | None = None
    smiles: str | None = None


@cache
def load_once(settings: ModelSettings) -> AffinityPredictor:
    """Load the model, once in a process."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AffinityPredictor.load(settings.checkpoint, settings.device, settings.precision)


def screen_batch(
    predictor: AffinityPredictor, partner: Partner, rows: Sequence[InputRow]
) -> list[ScreenRow]:
    """Predict a batch of rows on one thread, so that it gives the same numbers everywhere.

    Raises
    ------
    InputError
        When the protein of the whole screen is none.
    """
    read = [_with_smiles(row) for row in rows]
    good = [row for row in read if not row.fault]
    with torch_threads(1):
        found = iter(_predict(predictor, partner, good))
        return [_to_row(row, None if row.fault else next(found)) for row in read]


def _predict(
    predictor: AffinityPredictor, partner: Partner, rows: Sequence[InputRow]
) -> Iterator[Screened]:
    if partner.protein is not None:
        return predictor.screen(partner.protein, [row.smiles for row in rows])
    pairs = [
        (row.protein, row.smiles if partner.smiles is None else partner.smiles) for row in rows
    ]
    return predictor.screen_pairs(pairs)


def _with_smiles(row: InputRow) -> InputRow:
    """Write the structure of an SDF record as SMILES."""
    if not row.block:
        return row
    try:
        return replace(row, smiles=write_smiles(row.block))
    except InputError as error:
        return replace(row, fault=str(error))


def _to_row(row: InputRow, found: Screened | None) -> ScreenRow:
    smiles, name = _shorten(row)
    protein = plain_line(row.protein[: 2 * MAX_NAME_CHARACTERS], MAX_NAME_CHARACTERS)
    if found is None or found.affinity is None:
        fault = row.fault if found is None else found.fault
        return ScreenRow(row.line, name, smiles, protein, fault=fault)
    interval, where, binding = found.interval, found.applicability, found.binding
    assert interval is not None
    assert where is not None
    return ScreenRow(
        line=row.line,
        id=name or found.name,
        smiles=smiles,
        protein=protein,
        affinity=round(found.affinity, 4),
        kd_nm=float(f"{nanomolar(found.affinity):.4g}"),
        interval_low=round(interval[0], 4),
        interval_high=round(interval[1], 4),
        group=where.group.value,
        in_domain=where.in_domain,
        reason=where.reason,
        nearest_drug=where.nearest_drug.name,
        nearest_drug_similarity=round(where.nearest_drug.similarity, 4),
        probability_binds=round(binding.probability_binds, 4) if binding else None,
        probability_active=round(binding.probability_active, 4) if binding else None,
        affinity_if_bound=round(binding.affinity_if_bound, 4) if binding else None,
        changes=found.changes,
    )


def _shorten(row: InputRow) -> tuple[str, str]:
    """SMILES and id of a row as they are given back, each one line."""
    text = plain_line(row.smiles[: 2 * MAX_SMILES_CHARACTERS], MAX_SMILES_CHARACTERS)
    smiles, _, name = text.partition(" ")
    if row.block or row.id:
        name = ""
    return smiles, row.id or plain_line(name, MAX_NAME_CHARACTERS)
