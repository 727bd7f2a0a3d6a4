"""Fixtures of the tests of screening."""

from __future__ import annotations

import pytest

from dta_demo.predictor.encoding import SHARED_CACHE, SHARED_FORMS
from tests.screening.samples import MOLECULES


@pytest.fixture
def abl1(examples):
    return examples["Imatinib – ABL1"]["sequence"]


@pytest.fixture
def nothing_remembered():
    """Encode proteins anew, as a process of its own does: on one thread."""
    SHARED_CACHE.clear()
    SHARED_FORMS.clear()


@pytest.fixture
def molecules(tmp_path):
    path = tmp_path / "molecules.smi"
    path.write_text("".join(f"{smiles} m{n}\n" for n, smiles in enumerate(MOLECULES)))
    return path
