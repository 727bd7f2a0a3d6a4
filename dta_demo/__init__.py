"""Drug-target affinity from a protein sequence and a SMILES, with how far to trust it.

It offers the predictor, the protein encoder, the record of a prediction and the error that bad
input raises. Each is imported on first use, so that the command line answers without torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
    from dta_demo.inputs.errors import InputError
    from dta_demo.predictor.predictor import AffinityPredictor
    from dta_demo.results.prediction import Prediction

__all__ = [
    "AffinityPredictor",
    "InputError",
    "MemoryOptimizedESMEncoder",
    "Prediction",
    "__version__",
]

__version__ = "0.12.0"

_MODULES = {
    "AffinityPredictor": "dta_demo.predictor.predictor",
    "InputError": "dta_demo.inputs.errors",
    "MemoryOptimizedESMEncoder": "dta_demo.encoders.protein",
    "Prediction": "dta_demo.results.prediction",
}


def __getattr__(name: str) -> object:
    """Import one of the public names, and torch with it where it needs torch."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
