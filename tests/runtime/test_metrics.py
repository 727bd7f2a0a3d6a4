"""Counts and times of requests as Prometheus text."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.runtime.metrics import Metrics
from dta_demo.runtime.requests import Request, logger


@pytest.fixture
def port() -> Iterator[int]:
    """A free port, while requests are logged; a logger remembers its level until it is set."""
    level = logger.level
    logger.setLevel(logging.INFO)
    yield find_free_port()
    logger.setLevel(level)


def read(port: int) -> dict[tuple[str, ...], float]:
    """Samples by their name and labels."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_outcome_and_answers_timed(port: int) -> None:
    metrics = Metrics()
    metrics.watch("light", lambda: 3)
    with metrics.served(port):
        for milliseconds in (5.0, 50.0):
            Request("/predict", "light", "answered", milliseconds).note()
        Request("/predict", "light", "invalid", 1.0).note()
        samples = read(port)
    assert samples["dta_requests_total", "/predict", "light", "answered"] == 2
    assert samples["dta_requests_total", "/predict", "light", "invalid"] == 1
    assert samples["dta_request_seconds_count", "/predict"] == 2
    assert samples["dta_request_seconds_bucket", "/predict", "0.01"] == 1
    assert samples["dta_request_seconds_sum", "/predict"] == pytest.approx(0.055)
    assert samples["dta_lane_jobs", "light"] == 3
    assert samples["process_resident_memory_bytes",] > 0


def test_nothing_is_counted_or_served_before_or_after(port: int) -> None:
    metrics = Metrics()
    with metrics.served(port):
        pass
    Request("/predict").note()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics")
    assert metrics.registry.get_sample_value("dta_requests_total", {"endpoint": "/predict"}) is None


def test_other_machines_do_not_reach_them(port: int) -> None:
    metrics = Metrics()
    with metrics.served(port), pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{port}/metrics")  # Another address of this machine.


def test_a_port_that_is_taken_is_an_error_of_the_system(port: int) -> None:
    with Metrics().served(port), pytest.raises(OSError, match="in use"), Metrics().served(port):
        pass
