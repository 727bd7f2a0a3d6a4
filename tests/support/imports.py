"""Imports of the package, read from its source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE = ROOT / "dta_demo"


def read_modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Every module of a package by its dotted name; a package's own name for its ``__init__``."""
    modules = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def read_imports(modules: dict[str, Path]) -> dict[str, set[str]]:
    """What each module imports, anywhere in it: modules of the package, and names of libraries."""
    found = {}
    for module, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found[module] = set(_imported(tree, modules)) - {module}
    return found


def _imported(tree: ast.Module, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in modules else node.module


def find_upward(imports: dict[str, set[str]], floors: tuple[str, ...], prefix: str) -> list[str]:
    """Imports of a room that stands higher than the importing one, as ``module -> module``."""
    upward = []
    for module, imported in imports.items():
        here = _room(module, prefix)
        for other in sorted(imported):
            there = _room(other, prefix)
            if here in floors and there in floors and floors.index(there) > floors.index(here):
                upward.append(f"{module} -> {other}")
    return upward


def _room(module: str, prefix: str) -> str:
    """Name of the room that a module lies in, or nothing outside the prefix."""
    return module.removeprefix(prefix).split(".")[0] if module.startswith(prefix) else ""


def find_cycle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, or nothing."""
    done: set[str] = set()
    way: list[str] = []

    def visit(module: str) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done or module not in imports:
            return []
        way.append(module)
        for other in sorted(imports[module]):
            if circle := visit(other):
                return circle
        way.pop()
        done.add(module)
        return []

    return next(filter(None, map(visit, imports)), [])
