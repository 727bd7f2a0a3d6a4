import pytest

from dta_demo.benchmarks import timing
from dta_demo.benchmarks.timing import time_side_by_side


def test_contenders_run_in_turn_and_know_the_round():
    calls = []
    contenders = {
        name: lambda number, name=name: calls.append((name, number)) for name in ("ours", "theirs")
    }
    time_side_by_side(contenders, rounds=2, warm_up=1)
    assert calls == [(name, number) for number in (-1, 0, 1) for name in ("ours", "theirs")]


def test_warm_up_is_not_counted(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])

    def run(number: int) -> None:
        clock[0] += 100.0 if number < 0 else number + 1.0

    seconds = time_side_by_side({"run": run}, rounds=3, warm_up=2)
    assert seconds["run"].tolist() == pytest.approx([1.0, 2.0, 3.0])
