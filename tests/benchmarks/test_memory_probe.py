from subprocess import CompletedProcess

import pytest

from dta_demo.benchmarks import memory_probe
from dta_demo.benchmarks.memory_probe import measure_memory
from dta_demo.benchmarks.records import NotMeasurableError, Settings
from dta_demo.predictor.predictor import CHECKPOINT


@pytest.mark.checkpoint
def test_a_process_of_its_own_measures_a_pass():
    settings = Settings(checkpoint=CHECKPOINT, device="cpu")
    try:
        measured = measure_memory("received", 128, settings)
    except NotMeasurableError as error:
        pytest.skip(str(error))
    assert 0 < measured.growth < measured.total


@pytest.fixture
def finish_with(monkeypatch):
    def patch(returncode: int, stdout: str = "", stderr: str = "") -> None:
        done = CompletedProcess([], returncode, stdout, stderr)
        monkeypatch.setattr(memory_probe.subprocess, "run", lambda *_, **__: done)

    return patch


def test_a_process_that_fails_is_reported(finish_with):
    finish_with(1, stderr="FileNotFoundError: There is no checkpoint here.")
    with pytest.raises(RuntimeError, match="no checkpoint here"):
        measure_memory("received", 128, Settings())


def test_a_peak_that_did_not_grow_is_no_measurement(finish_with):
    finish_with(0, stdout='{"growth": 0.0, "total": 500.0}')
    with pytest.raises(NotMeasurableError, match="peak memory"):
        measure_memory("received", 128, Settings())
