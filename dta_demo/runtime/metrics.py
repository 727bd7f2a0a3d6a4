"""Counts and times of requests as Prometheus text, on a port that only this machine reaches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

from dta_demo.runtime.requests import logger as requests_logger

HOST = "127.0.0.1"
BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)
"""Upper bounds of the times that are counted together, in seconds."""


class Metrics(logging.Handler):
    """Counts of the requests that are noted, and the jobs in the lanes."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "dta_requests", "Requests that have ended.", ("endpoint", "lane", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "dta_request_seconds", "Time of requests that were answered, waiting included.",
            ("endpoint",), buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._jobs = Gauge(
            "dta_lane_jobs", "Jobs that run or wait.", ("lane",), registry=self.registry
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Count a request."""
        request = getattr(record, "request", None)
        if request is None:
            return
        self._requests.labels(request.endpoint, request.lane, request.outcome).inc()
        if request.outcome == "answered":
            self._seconds.labels(request.endpoint).observe(request.milliseconds / 1_000)

    def watch(self, lane: str, count: Callable[[], int]) -> None:
        """Tell the number of a lane's jobs, counted when the metrics are read."""
        self._jobs.labels(lane).set_function(count)

    @contextmanager
    def served(self, port: int) -> Iterator[None]:
        """Count the requests that are noted meanwhile, and serve the metrics.

        Raises
        ------
        OSError
            When the port cannot be had.
        """
        server, thread = start_http_server(port, addr=HOST, registry=self.registry)
        requests_logger.addHandler(self)
        try:
            yield
        finally:
            requests_logger.removeHandler(self)
            server.shutdown()
            server.server_close()
            thread.join()
