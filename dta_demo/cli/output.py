"""Documents and figures on standard output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    print(json.dumps(document))


def print_figures(figures: Mapping[str, Any]) -> None:
    """Print one figure a line, each after its name and a tab."""
    for name, value in figures.items():
        print(f"{name}\t{value}")


def flatten(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Name the figures of nested tables by the way to them: ``caches.forms.hits``."""
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": each for inner, each in flatten(value).items()}
        else:
            flat[name] = value
    return flat
