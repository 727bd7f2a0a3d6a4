"""The server under visitors who mean it no good: every route, no browser."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from dta_demo.benchmarks.app_process import find_free_port
from dta_demo.explain import attribution
from dta_demo.runtime.limits import HOME, Limits
from dta_demo.ui.page import blocks
from dta_demo.ui.page.layout import build, launch_options
from dta_demo.ui.shared.lanes import tell_visitor
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import server as server_text
from tests.support.datasets import KINASE
from tests.support.paths import ROOT
from tests.support.server import PATIENCE_SECONDS, ask, serve, until
from tests.support.synthetic import as_pdb, helix

LONG_PROTEIN = "ACDEFGHIKL" * 2_000


@pytest.fixture(scope="module")
def small(predictor: Any) -> Iterator[tuple[str, Any]]:
    """A server with so narrow limits that a test can reach them."""
    limits = replace(
        HOME, max_work=60_000, heavy_from=5_000, light_per_visitor=3, heavy_per_visitor=1,
        sessions=5, request_bytes=100_000, upload_bytes=200_000, uploads_bytes=300_000,
    )  # fmt: skip
    with serve(predictor, limits) as served:
        yield served


@pytest.fixture(scope="module")
def url(small: tuple[str, Any]) -> str:
    return small[0]


# ---- Ways in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["run/predict", "api/predict", "run/controls", "api/explain"])
def test_no_direct_post_skips_the_lanes(url: str, route: str) -> None:
    answer = httpx.post(f"{url}/gradio_api/{route}", json={"data": [LONG_PROTEIN, "CCO"]})
    assert answer.status_code == 404
    assert answer.json()["detail"] != "Not Found"  # The route is there, and closed.


def test_the_python_client_and_curl_get_the_same(url: str, predictor: Any) -> None:
    expected = predictor.predict(KINASE, "CCO").to_dict()
    client = Client(url, verbose=False, analytics_enabled=False)
    assert client.predict(KINASE, "CCO", api_name="/predict") == expected
    client.close()
    assert ask(url, "predict", KINASE, "CCO") == ("complete", [expected])


@pytest.mark.parametrize(
    "route", ["deep_link?session_hash=x", "proxy=https://x.hf.space/", "dev/reload", "runs"]
)
def test_routes_that_write_files_or_ask_others_are_closed(url: str, route: str) -> None:
    for answer in (httpx.get(f"{url}/gradio_api/{route}"), httpx.post(f"{url}/gradio_api/{route}")):
        assert answer.status_code == 404
        assert answer.json()["detail"] == server_text.UNKNOWN_REQUEST


def test_no_recording_is_taken(url: str) -> None:
    answer = httpx.post(f"{url}/gradio_api/process_recording", files={"file": ("a.mp4", b"x")})
    assert answer.status_code == 404


# ---- Limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["controls", "explain"])
def test_too_much_work_is_refused_at_once_with_a_sentence(url: str, name: str) -> None:
    event, data = ask(url, name, LONG_PROTEIN, "CCO")
    assert event == "error"
    assert "times the work" in str(data)


def test_one_visitor_has_a_bounded_number_of_requests_waiting(
    url: str, monkeypatch: pytest.MonkeyPatch, predictor: Any
) -> None:
    hold, recalled = threading.Event(), predictor.predict

    def wait(*pair: Any) -> Any:
        hold.wait(PATIENCE_SECONDS)
        return recalled(*pair)

    monkeypatch.setattr(predictor, "predict", wait)
    answers: list[tuple[str, Any]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(url, "predict", KINASE, "CCO")))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) == 2)
    assert all("3 requests from your address" in str(answer) for answer in answers)
    hold.set()
    for thread in threads:
        thread.join()
    assert sorted(event for event, _ in answers) == ["complete"] * 3 + ["error"] * 2


@pytest.mark.parametrize(
    ("forwarded", "proxies", "visitor"),
    [
        ("", 0, "10.0.0.1"),
        ("1.2.3.4", 0, "10.0.0.1"),  # Written by the visitor: there is no proxy.
        ("1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),  # The first was written by the visitor.
        ("6.6.6.6, 1.2.3.4, 9.9.9.9", 2, "1.2.3.4"),
        ("nonsense", 1, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
    ],
)
def test_a_visitor_is_told_by_what_cannot_be_forged(
    forwarded: str, proxies: int, visitor: str
) -> None:
    assert tell_visitor("10.0.0.1", forwarded, proxies) == visitor


def test_only_so_many_visits_are_kept(small: tuple[str, Any]) -> None:
    url, page = small
    for _ in range(12):
        assert ask(url, "predict", KINASE, "CCO")[0] == "complete"
    assert len(page.state_holder.session_data) <= 5


def test_requests_to_endpoints_do_not_push_out_people_at_the_page(small: tuple[str, Any]) -> None:
    url, page = small
    read_upload(url, page, "nothing")  # An event of the page, in the visit "upload".
    for _ in range(12):
        assert ask(url, "predict", KINASE, "CCO")[0] == "complete"
    assert "upload" in page.state_holder.session_data


def test_unread_answers_are_bounded_and_none_is_lost_that_somebody_waits_for(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAX_UNREAD", 4)
    hold, recalled = threading.Event(), predictor.controls

    def wait(*pair: Any) -> Any:
        hold.wait(PATIENCE_SECONDS)
        return recalled(*pair)

    monkeypatch.setattr(predictor, "controls", wait)
    with serve(predictor, HOME) as (url, page):
        answers: list[tuple[str, Any]] = []
        slow = threading.Thread(target=lambda: answers.append(ask(url, "controls", KINASE, "CCO")))
        slow.start()
        until(lambda: len(page.lanes.light) == 1)
        for _ in range(12):
            httpx.post(f"{url}/gradio_api/call/predict", json={"data": [KINASE, "CCO"]})
            until(lambda: len(page.lanes.light) == 1)
        assert len(page._queue.pending_messages_per_session) <= 4
        assert len(page._queue.pending_event_ids_session) <= 4
        hold.set()
        slow.join()
    assert answers[0][0] == "complete"


def test_a_large_request_gets_a_sentence(url: str) -> None:
    for headers in ({}, {"transfer-encoding": "chunked"}):
        body = json.dumps({"data": ["A" * 200_000, "CCO"]}).encode()
        content = body if not headers else iter([body[:90_000], body[90_000:]])
        answer = httpx.post(f"{url}/gradio_api/call/predict", content=content, headers=headers)
        assert answer.status_code in (400, 413)
    assert httpx.get(url).status_code == 200


# ---- Stopping ----------------------------------------------------------------------------------


def test_an_explanation_stops_when_its_visitor_leaves(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()
    ended: list[type[BaseException]] = []

    def watch(*given: Any) -> None:
        started.set()
        try:
            while True:
                given[0].read(given[0].unknown_letters[None])
        except BaseException as error:
            ended.append(type(error))
            raise

    monkeypatch.setattr(attribution, "attribute_residues", watch)
    with serve(predictor, HOME) as (url, page):
        protein = KINASE + "GSGSGS"
        joined = httpx.post(
            f"{url}/gradio_api/call/explain", json={"data": [protein, "CCO"]}
        ).json()
        address = f"{url}/gradio_api/call/explain/{joined['event_id']}"
        with httpx.stream("GET", address, timeout=PATIENCE_SECONDS):
            assert started.wait(PATIENCE_SECONDS)
        until(lambda: bool(ended))
        until(lambda: len(page.lanes.heavy) == 0)
    assert ended[0].__name__ == "JobStoppedError"


def test_a_long_explanation_is_stopped_with_a_sentence(predictor: Any) -> None:
    with serve(predictor, replace(HOME, heavy_seconds=1)) as (url, _):
        event, data = ask(url, "explain", "ACDEFGHIKL" * 150, "CCO")
    assert event == "error"
    assert "stopped after 1 s" in str(data)


def test_predictions_pass_while_an_explanation_runs(predictor: Any) -> None:
    with serve(predictor, HOME) as (url, page):
        slow = threading.Thread(target=ask, args=(url, "explain", "ACDEFGHIKL" * 120, "CCO"))
        slow.start()
        until(lambda: len(page.lanes.heavy) == 1)
        assert ask(url, "predict", KINASE, "CCN")[0] == "complete"
        assert ask(url, "predict", "", "CCO")[0] == "error"
        assert len(page.lanes.heavy) == 1  # Both were answered before it.
        page.lanes.heavy.stop()
        slow.join()


# ---- Uploads -----------------------------------------------------------------------------------


def files_below(folder: str) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def upload(url: str, data: bytes) -> httpx.Response:
    return httpx.post(f"{url}/gradio_api/upload", files={"files": ("fold.pdb", data)})


def read_upload(url: str, page: Any, path: str) -> Any:
    """Trigger the event that reads an uploaded file."""
    (number,) = [n for n, fn in page.fns.items() if fn.name == "read_file"]
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    body = {"data": [file, None], "fn_index": number, "session_hash": "upload"}
    assert httpx.post(f"{url}/gradio_api/queue/join", json=body).status_code == 200
    stream = f"{url}/gradio_api/queue/data?session_hash=upload"
    return httpx.get(stream, timeout=PATIENCE_SECONDS).text


def test_an_uploaded_file_is_gone_once_it_was_read(
    predictor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with serve(predictor, HOME) as (url, page):
        (path,) = upload(url, as_pdb(helix(KINASE))).json()
        assert files_below(str(tmp_path))
        assert "1 protein chain read" in read_upload(url, page, path)
        assert files_below(str(tmp_path)) == []
        assert "cannot be used" in read_upload(url, page, path)


def test_a_file_elsewhere_on_the_server_is_neither_read_nor_deleted(
    predictor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    secret = tmp_path / "secret.pdb"
    secret.write_bytes(as_pdb(helix(KINASE)))
    with serve(predictor, HOME) as (url, page):
        assert "protein chain read" not in read_upload(url, page, str(secret))
    assert secret.is_file()


def test_uploads_have_a_quota(
    predictor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    limits = replace(HOME, upload_bytes=200_000, uploads_bytes=300_000)
    with serve(predictor, limits) as (url, _):
        answers = [upload(url, bytes([n]) * 120_000) for n in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 507, 507, 507]
        assert answers[-1].text == server_text.UPLOADS_FULL
        assert upload(url, b"x" * 250_000).status_code == 413
    assert sum(path.stat().st_size for path in files_below(str(tmp_path))) <= 300_000


def test_a_server_that_is_told_to_stop_cleans_up_and_ends_well(tmp_path: Path) -> None:
    port = find_free_port()
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(ROOT / "app.py")], env=environment) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: _answers(url))
            assert upload(url, b"ATOM").status_code == 200
            assert files_below(str(tmp_path))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()
    assert list(tmp_path.iterdir()) == []


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("variable", "value"), [("GRADIO_SERVER_PORT", "abc"), ("DTA_SESSIONS", "many")]
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_a_sentence(
    variable: str, value: str
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


# ---- Wrong inputs ------------------------------------------------------------------------------

SECRET = "MKVLSECRET"


@pytest.mark.parametrize(
    "data",
    [
        [None, None], [SECRET, None], [5, "CCO"], [[SECRET], "CCO"], [{"a": SECRET}, SECRET],
        [True, False], [SECRET], [SECRET] * 3, [],
    ],
)  # fmt: skip
def test_wrong_inputs_get_a_sentence_and_leave_nothing_in_the_log(
    url: str, data: list[Any], caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.INFO)
    event, answer = ask(url, "predict", *data)
    assert event == "error"
    assert answer["error"].endswith(".")
    assert answer["error"] != server_text.FAILED
    written = "".join([caplog.text, *capfd.readouterr()])
    assert SECRET not in written
    assert "Traceback" not in written


def test_a_choice_that_is_not_on_offer_is_named(small: tuple[str, Any], capfd: Any) -> None:
    url, page = small
    number = next(number for number, each in page.fns.items() if each.name == "redraw")
    others = [None] * (len(page.fns[number].inputs) - 1)
    body = {"data": [*others, SECRET], "fn_index": number, "session_hash": "c"}
    httpx.post(f"{url}/gradio_api/queue/join", json=body)
    told = httpx.get(f"{url}/gradio_api/queue/data?session_hash=c", timeout=PATIENCE_SECONDS).text
    assert attention_text.TOP_LABEL in told
    assert "cannot be used" in told
    assert SECRET not in "".join([told, *capfd.readouterr()])


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("call/nothing", {"data": []}),
        ("call/v2/nothing", {"protein": SECRET}),
        ("call/v2/predict", {"wrong": SECRET}),
        ("queue/join", {"data": [], "fn_index": 10_000, "session_hash": "x"}),
        ("queue/join", {"data": SECRET, "fn_index": 0, "session_hash": "x"}),
        ("queue/join", [SECRET]),
        ("cancel", {"event_id": SECRET}),
    ],
)
def test_requests_for_what_is_not_there_are_refused_without_a_trace(
    url: str, route: str, body: Any, capfd: Any
) -> None:
    answer = httpx.post(f"{url}/gradio_api/{route}", json=body)
    assert 400 <= answer.status_code < 500
    written = "".join(capfd.readouterr())
    assert "Traceback" not in written
    assert SECRET not in written


# ---- Headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["/", "/config", "/gradio_api/info", "/theme.css", "/nothing"])
def test_every_answer_has_the_headers(url: str, route: str) -> None:
    headers = httpx.get(url + route).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'self'"):
        assert rule in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_space_may_frame_the_page_and_the_page_asks_it_nothing(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/demo")
    limits = Limits.from_environment()
    page = build(predictor, examples=[], limits=limits)
    assert page.space_id is None
    (headers, *_) = launch_options(limits)["app_kwargs"]["middleware"]
    assert "frame-ancestors 'self' https://huggingface.co" in headers.kwargs["policy"]


def test_who_refused_what_is_an_error_of_the_client(url: str) -> None:
    client = Client(url, verbose=False, analytics_enabled=False)
    with pytest.raises(AppError, match="Enter a protein"):
        client.predict("", "CCO", api_name="/predict")
    client.close()
