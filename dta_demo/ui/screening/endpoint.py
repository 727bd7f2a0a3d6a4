"""The endpoint ``/screen``."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dta_demo.runtime.limits import Limits
from dta_demo.screening.batches import Partner
from dta_demo.screening.crews import OneProcess
from dta_demo.screening.screen import Screen
from dta_demo.screening.sources import MOLECULES
from dta_demo.ui.screening.running import LimitedSource, most_rows
from dta_demo.ui.screening.store import KeptScreen

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

MOLECULE_WORK = 4
"""Work of a molecule, in residues read by the encoder: some 0.5 ms."""


def build_screen_endpoint(
    predictor: AffinityPredictor, limits: Limits
) -> Callable[[str, str], dict[str, Any]]:
    """Make the function of the endpoint."""

    def screen(protein: str, molecules: str) -> dict[str, Any]:
        """Predict a protein with a list of molecules, a row for each.

        The molecules are lines of SMILES, CSV or TSV with a column of SMILES, or SDF, as text. A
        row that cannot be read has a fault in the place of its prediction.
        """
        kept = KeptScreen(MOLECULES, protein, "", most_rows(limits, MOLECULES))
        source = LimitedSource(io.BytesIO(molecules.encode()), kept, limits.upload_bytes)
        rows = list(Screen(source, Partner(protein=protein), OneProcess(predictor)))
        return {
            "source": source.report.to_dict(),
            "is_cut": kept.is_cut,
            "rows": [row.to_dict() for row in rows],
        }

    return screen


def work_of_screen(protein: str, molecules: str) -> int:
    """Work of a screen, by its lines."""
    return MOLECULE_WORK * (molecules.count("\n") + 1)
