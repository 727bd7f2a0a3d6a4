"""The scans that were made last, for other tabs to colour a structure by."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TYPE_CHECKING

from cachetools import LRUCache

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.results.scan import MutationScan

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

KEPT_SCANS = 32
"""Scans that are kept; that of a pocket takes 1 MB."""

_scans: LRUCache[Hashable, MutationScan] = LRUCache(KEPT_SCANS)
_lock = threading.Lock()


def keep_scan(predictor: AffinityPredictor, found: MutationScan) -> None:
    """Keep the last scan of a pair."""
    with _lock:
        _scans[_key(predictor, found.protein, found.molecule)] = found


def recall_scan(
    predictor: AffinityPredictor, protein: Protein, molecule: Molecule
) -> MutationScan | None:
    """Recall the last scan of a pair; None where there is none."""
    with _lock:
        return _scans.get(_key(predictor, protein, molecule))


def _key(predictor: AffinityPredictor, protein: Protein, molecule: Molecule) -> Hashable:
    return predictor.identify(protein), molecule.smiles
