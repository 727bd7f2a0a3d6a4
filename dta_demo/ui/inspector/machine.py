"""On what the encoder runs here; on a public server only what every visitor may know."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from markupsafe import Markup

from dta_demo.predictor.caches import describe_caches
from dta_demo.runtime.limits import is_public
from dta_demo.runtime.machine import describe_machine
from dta_demo.ui.inspector.parts import megabytes, percent
from dta_demo.ui.shared import cards
from dta_demo.ui.text import inspector as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def draw_machine(predictor: AffinityPredictor) -> Markup:
    """List device and precision, and at home threads, memory, versions and caches too."""
    info = predictor.info()
    facts = {"device": predictor.encoder.device.type, "precision": info.precision}
    if is_public(os.environ):
        return _list(facts)
    status = describe_machine(predictor.encoder.device)
    facts |= {
        "threads": f"{status.threads}",
        "memory_now": _size(status.memory_now),
        "memory_peak": _size(status.memory_peak),
        "versions": name_versions(status.versions),
    }
    return Markup("{}{}").format(_list(facts), draw_caches())


def draw_caches() -> Markup:
    """Tabulate what is kept between requests, and how often it was of use."""
    rows = [
        (
            text.CACHES[name],
            f"{status.values:,}",
            megabytes(status.nbytes),
            megabytes(status.max_bytes),
            f"{status.hits:,}",
            f"{status.misses:,}",
            shared_text.UNKNOWN if status.hit_rate is None else percent(status.hit_rate),
        )
        for name, status in describe_caches().items()
    ]
    return cards.captioned_table(text.CACHE_HEADERS, rows, text.CACHE_NOTE)


def name_versions(versions: dict[str, str]) -> str:
    """Write versions in one line."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _list(facts: dict[str, str]) -> Markup:
    return cards.definition_list((text.FACTS[name], value) for name, value in facts.items())


def _size(size: int | None) -> str:
    return shared_text.UNKNOWN if size is None else megabytes(size)
