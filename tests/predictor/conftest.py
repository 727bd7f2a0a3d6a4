"""Fixtures of the tests of the predictor."""

from __future__ import annotations

import pytest

from dta_demo.predictor.encoding import SHARED_CACHE, SHARED_FORMS


@pytest.fixture
def nothing_remembered():
    """Forget the proteins and the forms that other tests had encoded in this process."""
    SHARED_CACHE.clear()
    SHARED_FORMS.clear()
