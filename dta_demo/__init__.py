"""Drug-target affinity from a protein sequence and a SMILES, with how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

__all__ = ["AffinityPredictor"]


def __getattr__(name: str) -> object:
    """Import the predictor, and torch with it, only when it is asked for."""
    if name == "AffinityPredictor":
        from dta_demo.predictor.predictor import AffinityPredictor

        return AffinityPredictor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
