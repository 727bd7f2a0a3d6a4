"""Runner of the benchmarks by name, and the table of their figures."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from dta_demo.benchmarks.machine import describe_machine
from dta_demo.benchmarks.records import Benchmark, Settings
from dta_demo.encoders.devices import resolve_device

NAMES = (
    "attention",
    "predict",
    "length",
    "batch",
    "screen",
    "profile",
    "scan",
    "explain",
    "start",
    "page",
    "load",
    "train",
)
"""Benchmarks; each is the function ``measure`` of the module of its name."""


def run_benchmarks(names: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Run benchmarks one after the other and return their figures.

    Returns
    -------
    dict
        ``{"machine", "quick", "benchmarks": {name: [figure, ...]}}``, plain JSON types.

    Raises
    ------
    ValueError
        When there is no benchmark of that name.
    """
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise ValueError(f"There is no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}.")
    measured = {name: [each.to_dict() for each in find(name)(settings)] for name in names}
    return {
        "machine": describe_machine(resolve_device(settings.device)),
        "quick": settings.quick,
        "benchmarks": measured,
    }


def find(name: str) -> Benchmark:
    """Import a benchmark, with the libraries that only it needs."""
    measure: Benchmark = import_module(f"dta_demo.benchmarks.{name}").measure
    return measure


def format_table(document: dict[str, Any]) -> str:
    """Format the result of `run_benchmarks` as a Markdown table, with the machine above it."""
    machine = document["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"device {machine['device']}; Python {machine['python']}, {libraries}.",
        "",
    ]
    if document["quick"]:
        lines += ["Quick run: it shows that the benchmarks work; the figures mean little.", ""]
    lines += [
        "| benchmark | measured | this demo | reference | ratio | asked |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in document["benchmarks"].items():
        lines += [f"| {name} | {_cells(figure)} |" for figure in figures]
    return "\n".join(lines)


def _cells(figure: dict[str, Any]) -> str:
    if "not_measured" in figure:
        return f"{figure['what']} | not measured: {figure['not_measured']} | | |"
    unit = figure["unit"]
    cells = [
        figure["what"],
        f"{figure['ours']:g} {unit}",
        f"{figure['reference']:g} {unit} ({figure['against']})",
        f"{figure['ratio']:.2f}",
        _asked(figure),
    ]
    return " | ".join(cells)


def _asked(figure: dict[str, Any]) -> str:
    if figure["asked"] is None:
        return ""
    sign = "≥" if figure["at_least"] else "≤"
    return f"{sign} {figure['asked']:g}{'' if figure['met'] else ' (missed)'}"
