"""The structure that comes with the code: ABL1 with imatinib in its pocket."""

from __future__ import annotations

from dta_demo.runtime.bundled import bundled_file

BUNDLED = "PDB 2HYY"
"""Where it is from; ``assets/structures/README.md`` says more."""


def read_bundled() -> bytes:
    """Read its file, packed with gzip."""
    return bundled_file("structures/2HYY.pdb.gz").read_bytes()
