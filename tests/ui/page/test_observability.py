"""What a running server tells about itself, and that nothing of a visitor is in it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.runtime.limits import HOME
from tests.support.paths import ROOT
from tests.support.server import PATIENCE_SECONDS, ask, serve, until
from tests.support.tools import call

SECRET = "WYWYWYCMH"
"""Part of each input: letters of amino acids that no path, message or name here holds."""

PROTEIN = SECRET + "ACDEFGHIKLMNPQRSTVWY" * 5
VISITOR = "203.0.113.77"


@dataclass
class Watched:
    """What a server wrote and counted while visitors asked it for all sorts of things."""

    output: str
    log: list[dict[str, Any]]
    metrics: str
    health: httpx.Response


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("watched")
    port, metrics_port = find_free_port(), find_free_port()
    environment = {
        **os.environ, "GRADIO_SERVER_PORT": str(port), "DTA_METRICS_PORT": str(metrics_port),
        "DTA_MCP": "1", "DTA_PROXIES": "1", "DTA_MAX_WORK": "5000", "DTA_HEAVY_FROM": "50",
    }  # fmt: skip
    out, errors = folder / "out", folder / "err"
    command = [sys.executable, str(ROOT / "app.py")]
    with (
        out.open("wb") as output,
        errors.open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=output, stderr=log) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: is_healthy(url))
            send_all_sorts(url)
            metrics = httpx.get(f"http://127.0.0.1:{metrics_port}/metrics").text
            health = httpx.get(f"{url}/health")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()
    return Watched(out.read_text() + errors.read_text(), read_log(errors), metrics, health)


def is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def read_log(path: Path) -> list[dict[str, Any]]:
    """Lines of the log; the bar that the model's library draws while it loads is none."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line and not line.startswith("Loading")]


def send_all_sorts(url: str) -> None:
    """Valid, invalid and hostile requests, each with the secret in it."""
    hostile = f"<script>{SECRET}</script>\n{{{SECRET}}}"
    ask(url, "predict", PROTEIN, f"CCO {SECRET}")
    ask(url, "predict", PROTEIN, f"C1CC {SECRET}")
    ask(url, "predict", f"{hostile}", "CCO")
    ask(url, "predict", [SECRET], {SECRET: SECRET})
    ask(url, "predict", SECRET)
    ask(url, "controls", PROTEIN * 20, "CCO")
    ask(url, "attention", PROTEIN)
    ask(url, "screen", PROTEIN, f"CCO {SECRET}\nC1CC {SECRET}\n{SECRET}")
    for route in (f"call/{SECRET}", f"call/v2/{SECRET}", f"deep_link?x={SECRET}", "queue/join"):
        httpx.post(f"{url}/gradio_api/{route}", json={"data": SECRET, "fn_index": SECRET})
    httpx.post(f"{url}/gradio_api/upload", files={"files": (f"{SECRET}.pdb", SECRET.encode())})
    httpx.post(f"{url}/gradio_api/call/predict", content=SECRET * 200_000)
    httpx.get(f"{url}/{SECRET}", headers={"x-forwarded-for": VISITOR})
    with socket.create_connection((httpx.URL(url).host, httpx.URL(url).port or 0)) as connection:
        connection.sendall(f"{SECRET} is no request\r\n\r\n".encode())
        connection.recv(1_000)
    call(url, "predict_affinity", visitor=VISITOR, protein=PROTEIN, smiles="CCO")
    call(url, "predict_affinity", visitor=VISITOR, protein=hostile, smiles="CCO")
    call(url, "predict_affinity", visitor=VISITOR, protein=5, smiles=[SECRET])
    call(url, SECRET, visitor=VISITOR)
    accept = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    for body in (SECRET, {SECRET: SECRET}, {"method": SECRET}, {"method": "tools/call"}):
        spoken = {"jsonrpc": "2.0", "id": 1, **body} if isinstance(body, dict) else body
        httpx.post(f"{url}/gradio_api/mcp/", json=spoken, headers=accept)


def test_nothing_that_was_sent_is_in_the_log(watched: Watched) -> None:
    assert SECRET not in watched.output
    assert "CCO" not in watched.output
    assert VISITOR not in watched.output
    assert "Traceback" not in watched.output


def test_each_request_is_a_line_with_its_lane_outcome_and_time(watched: Watched) -> None:
    requests = [line for line in watched.log if line["event"] == "request"]
    fields = {"time", "level", "event", "endpoint", "lane", "outcome", "milliseconds"}
    assert all(set(line) == fields for line in requests)
    seen = {(line["endpoint"], line["lane"], line["outcome"]) for line in requests}
    assert seen >= {
        ("/predict", "heavy", "answered"), ("/predict", "light", "invalid"),
        ("/predict", "", "invalid"), ("/controls", "light", "refused"),
        ("/attention", "heavy", "answered"), ("/tool", "", "invalid"), ("http", "", "404"),
        ("http", "", "413"),
    }  # fmt: skip
    assert "uvicorn.error" in {line.get("logger") for line in watched.log}
    assert all(line["milliseconds"] > 0 for line in requests if line["lane"])


def test_requests_are_counted_under_names_that_no_visitor_can_make_up(watched: Watched) -> None:
    assert re.search(
        r'dta_requests_total{endpoint="/predict",lane="heavy",outcome="answered"} [1-9]',
        watched.metrics,
    )
    assert 'dta_request_seconds_count{endpoint="/attention"} 1.0' in watched.metrics
    assert 'dta_lane_jobs{lane="light"} 0.0' in watched.metrics
    assert SECRET not in watched.metrics


def test_a_server_with_its_model_is_ready(watched: Watched) -> None:
    assert watched.health.json() == {"status": "ready"}
    assert watched.health.headers["x-content-type-options"] == "nosniff"


def test_a_server_that_is_closing_says_so(predictor: Any) -> None:
    with serve(predictor, HOME) as (url, page):
        assert httpx.get(f"{url}/health").status_code == 200
        page.lanes.light.refuse()
        answer = httpx.get(f"{url}/health")
        assert (answer.status_code, answer.json()) == (503, {"status": "closing"})
