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
