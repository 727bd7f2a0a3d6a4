"""What the predictors of this process keep between calls, and how often it was of use."""

from __future__ import annotations

from typing import Any

from dta_demo.predictor.attention import SHARED_MAPS
from dta_demo.predictor.encoding import SHARED_CACHE, SHARED_FORMS
from dta_demo.runtime.cache import ByteBoundCache, CacheStatus

CACHES: dict[str, ByteBoundCache[Any]] = {
    "proteins": SHARED_CACHE,
    "forms": SHARED_FORMS,
    "attention_maps": SHARED_MAPS,
}
"""Caches by what they hold."""


def describe_caches() -> dict[str, CacheStatus]:
    """Status of each cache, by what it holds."""
    return {name: cache.status() for name, cache in CACHES.items()}
