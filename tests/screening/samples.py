"""Molecules to screen: readable ones, repeated ones and faults."""

from __future__ import annotations

from tests.support.outside import IMATINIB

MOLECULES = [
    f"{'C' * (n % 7 + 1)}Nc1nc(cc(n1){'N' if n % 2 else 'O'}C{'C' * (n % 5)})c1ccc{tail}cc1"
    for n in range(36)
    for tail in ("(F)", "(OC)", "(C#N)", "(C1CC1)", "(CN2CCOCC2)")
] + [IMATINIB, "C1CC", "CC(=O)[O-].[Na+]", "no", "CCO"]
