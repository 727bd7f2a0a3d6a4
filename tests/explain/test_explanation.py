from __future__ import annotations

import threading

import pytest

from dta_demo.explain import attribution, explain, explanation
from dta_demo.explain.attribution import SHARED_ATTRIBUTIONS, is_attributed
from dta_demo.explain.explanation import SHARED_CHECKS, SHARED_CURVES, is_checked
from dta_demo.model.pair_function import PairFunction
from dta_demo.runtime.jobs import Job, JobStoppedError

SECONDS = 600.0


@pytest.fixture
def caches(monkeypatch):
    """Caches that hold nothing, in the place of those of the process."""
    made = {}
    for module, name, shared in (
        (attribution, "SHARED_ATTRIBUTIONS", SHARED_ATTRIBUTIONS),
        (explanation, "SHARED_CHECKS", SHARED_CHECKS),
        (explanation, "SHARED_CURVES", SHARED_CURVES),
    ):
        made[name] = type(shared)(shared.max_bytes)
        monkeypatch.setattr(module, name, made[name])
    return made


class Batches:
    """Counter of the batches that an explanation reads, which does something at one of them."""

    def __init__(self, monkeypatch, at: int, then) -> None:
        self.count = 0
        run = PairFunction._run

        def count(function, letters, first, last):
            self.count += 1
            if self.count == at:
                then()
            return run(function, letters, first, last)

        monkeypatch.setattr(PairFunction, "_run", count)


@pytest.mark.parametrize("part", ["residues", "attention", "check"])
def test_a_stopped_explanation_ends_with_its_batch_and_keeps_nothing_half_done(
    predictor, cdk2, caches, monkeypatch, part
):
    at = {"residues": 5, "attention": 2, "check": 6}[part]
    if part != "residues":
        attribution.attribute(predictor, *cdk2)
    job = Job(is_heavy=True, seconds=SECONDS)
    batches = Batches(monkeypatch, at, job.stop)
    with pytest.raises(JobStoppedError, match="nobody waits"):
        job.run(lambda: explain(predictor, *cdk2))
    assert batches.count == at
    assert is_attributed(predictor, *cdk2) is (part != "residues")
    assert not is_checked(predictor, *cdk2)
    assert (caches["SHARED_CURVES"].nbytes > 0) is (part == "check")
    assert caches["SHARED_CHECKS"].nbytes == 0


def test_a_light_request_has_the_model_in_the_middle_of_an_explanation(
    predictor, cdk2, caches, monkeypatch
):
    begun, found = threading.Event(), []
    heavy = Job(is_heavy=True, seconds=SECONDS)
    batches = Batches(monkeypatch, 3, begun.set)
    thread = threading.Thread(
        target=lambda: found.append(heavy.run(lambda: explain(predictor, *cdk2)))
    )
    thread.start()
    assert begun.wait(SECONDS)
    with predictor.hold_model():
        between = batches.count
    thread.join(SECONDS)
    assert 3 <= between < batches.count
    assert found[0].of_residues.beats_chance("attribution")
