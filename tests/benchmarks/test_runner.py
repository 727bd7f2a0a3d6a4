import json

import pytest

from dta_demo.benchmarks import runner
from dta_demo.benchmarks.records import Figure, NotMeasured, Settings
from dta_demo.benchmarks.runner import NAMES, format_table, run_benchmarks

FIGURES = (
    Figure("slow pass", 3.0, 2.0, "s", "fast pass", asked=1.2),
    Figure("rate", 9.0, 10.0, "/s", "other rate", asked=0.85, at_least=True),
    Figure("pass beside a peer", 1.0, 4.0, "s", "peer"),
    NotMeasured("pass beside another peer", "it is not installed"),
)


@pytest.fixture
def document(monkeypatch):
    monkeypatch.setattr(runner, "find", lambda name: lambda settings: iter(FIGURES))
    return run_benchmarks(["attention", "batch"], Settings(quick=True, device="cpu"))


def rows_of(document) -> list[list[str]]:
    lines = format_table(document).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[start + 1 :]]


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no benchmark 'nonsense'.*attention"):
        run_benchmarks(["attention", "nonsense"], Settings())


def test_the_document_is_json_and_names_the_machine(document):
    assert json.loads(json.dumps(document)) == document
    assert document["quick"] is True
    assert document["machine"]["cores"] >= 1
    assert "torch" in document["machine"]["libraries"]
    assert list(document["benchmarks"]) == ["attention", "batch"]


def test_the_table_has_a_row_for_each_figure(document):
    rows = rows_of(document)
    assert [row[0] for row in rows] == ["attention"] * 4 + ["batch"] * 4
    assert [row[1] for row in rows[:4]] == [figure.what for figure in FIGURES]
    assert rows[0][2:] == ["3 s", "2 s (fast pass)", "1.50", "≤ 1.2 (missed)"]
    assert rows[1][4:] == ["0.90", "≥ 0.85"]
    assert rows[2][4:] == ["0.25", ""]


def test_the_table_says_why_something_was_not_measured(document):
    assert rows_of(document)[3][2] == "not measured: it is not installed"


def test_a_quick_run_is_said_to_be_one(document):
    assert "Quick run" in format_table(document)
    assert "Quick run" not in format_table({**document, "quick": False})


@pytest.mark.parametrize("name", ["attention", "length", "batch"])
def test_a_benchmark_is_found_by_its_name(name):
    assert name in NAMES
    assert callable(runner.find(name))
