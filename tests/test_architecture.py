"""The house: which room may use which, and how large its pieces may grow.

`FLOORS` is the one place where the order of the rooms is written; CONTRIBUTING.md draws it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.imports import (
    PACKAGE,
    find_cycle,
    find_upward,
    read_imports,
    read_modules,
)

FLOORS = (
    "inputs", "runtime", "kinases", "molecules", "results", "checkpoint", "encoders", "structures",
    "data", "model", "trust", "predictor", "explain", "screening", "evaluation", "training",
    "ui", "benchmarks", "cli",
)  # fmt: skip
"""The rooms from the ground floor up: a room uses those before it only."""

UI_FLOORS = (
    "text", "static", "shared", "inputs", "attention", "pooling", "explanation", "scan",
    "structure", "profile", "screening", "inspector", "about", "prediction", "report", "tour",
    "page",
)  # fmt: skip
"""The same inside ``ui/``."""

FORBIDDEN = {
    "gradio": set(FLOORS) - {"ui", "benchmarks"},
    "plotly": set(FLOORS) - {"ui"},
    "torch": {"inputs", "kinases"},
}
"""Libraries, and the rooms that must not import them."""

MAX_MODULE, MAX_CLASS, MAX_FUNCTION = 350, 200, 40
"""Lines; those of docstrings do not count in classes and functions."""

MODULES = read_modules()
IMPORTS = read_imports(MODULES)


def test_every_module_lies_in_a_room_with_a_floor():
    flat = {path.name for path in PACKAGE.glob("*.py")}
    assert flat == {"__init__.py", "__main__.py"}
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(FLOORS)
    assert {path.parent.name for path in PACKAGE.glob("ui/*/__init__.py")} == set(UI_FLOORS)


def test_no_room_imports_one_above_it():
    assert find_upward(IMPORTS, FLOORS, "dta_demo.") == []
    assert find_upward(IMPORTS, UI_FLOORS, "dta_demo.ui.") == []


def test_no_modules_import_each_other_in_a_circle():
    assert find_cycle(IMPORTS) == []


@pytest.mark.parametrize(("library", "rooms"), FORBIDDEN.items())
def test_a_library_stays_out_of_the_rooms_that_do_without_it(library, rooms):
    users = {
        module
        for module, imported in IMPORTS.items()
        if any(name.split(".")[0] == library for name in imported)
    }
    assert {module for module in users if module.split(".")[1] in rooms} == set()


def test_nobody_outside_its_room_reaches_into_the_predictor():
    found = []
    for module, path in MODULES.items():
        if module.startswith("dta_demo.predictor"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            private = isinstance(node, ast.Attribute) and node.attr.startswith("_")
            if private and ast.unparse(node.value).endswith("predictor"):
                found.append(f"{module}: {ast.unparse(node)}")
    assert found == []


@pytest.mark.parametrize(
    "module", [name for name, path in MODULES.items() if path.stem == "__init__"]
)
def test_a_room_says_what_it_is_for(module):
    docstring = ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8")))
    assert docstring
    assert docstring.count(".") >= 2


def test_modules_classes_and_functions_stay_small():
    assert list(find_long()) == []


def find_long() -> Iterator[str]:
    """Modules, classes and functions over the limits."""
    for module, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > MAX_MODULE:
            yield module
        for node in ast.walk(ast.parse(text)):
            limit = {
                ast.ClassDef: MAX_CLASS, ast.FunctionDef: MAX_FUNCTION,
                ast.AsyncFunctionDef: MAX_FUNCTION,
            }.get(type(node))  # fmt: skip
            if limit and count_lines(node) > limit:
                yield f"{module}.{node.name}"


def count_lines(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a definition, without its docstrings."""
    documented = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [
        each.body[0]
        for each in ast.walk(node)
        if isinstance(each, documented) and ast.get_docstring(each) is not None
    ]
    lengths = [each.end_lineno - each.lineno + 1 for each in (node, *docstrings)]
    return lengths[0] - sum(lengths[1:])


@pytest.fixture
def write_house(tmp_path):
    """A package with an arrow upward and a circle, and one without."""

    def write(**modules):
        for name, line in modules.items():
            path = tmp_path / "house" / name.replace("__", "/") / "__init__.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(line + "\n", encoding="utf-8")
        return read_imports(read_modules(tmp_path / "house"))

    return write


def test_an_arrow_upward_is_found_wherever_the_import_stands(write_house):
    imports = write_house(
        cellar="def late():\n    from house import attic\n", attic="import house.cellar"
    )
    assert find_upward(imports, ("cellar", "attic"), "house.") == ["house.cellar -> house.attic"]
    assert find_cycle(imports)[0] == find_cycle(imports)[-1]


def test_a_house_in_order_passes(write_house):
    imports = write_house(cellar="import numpy", attic="from house import cellar")
    assert find_upward(imports, ("cellar", "attic"), "house.") == []
    assert find_cycle(imports) == []
