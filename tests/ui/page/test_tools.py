"""The endpoints as tools for language models."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dta_demo.runtime.limits import HOME
from dta_demo.ui.page.layout import build
from dta_demo.ui.text import server as server_text
from dta_demo.ui.text.api import ENDPOINTS
from tests.support.hostile import HOSTILE
from tests.support.server import PATIENCE_SECONDS, ask, launch, until
from tests.support.tools import call, talk, text_of


@pytest.fixture(scope="module")
def served(predictor: Any) -> Iterator[tuple[str, Any]]:
    limits = replace(HOME, light_per_visitor=1, proxies=1, max_work=60_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTA_MCP", "1")
        page = build(predictor, examples=[], limits=limits)
    with launch(page, limits) as url:
        yield url, page


@pytest.fixture(scope="module")
def url(served: tuple[str, Any]) -> str:
    return served[0]


def test_the_endpoints_are_the_tools_and_nothing_else(served: tuple[str, Any]) -> None:
    url, page = served
    tools = talk(url, lambda session: session.list_tools()).tools
    assert [tool.name for tool in tools] == [words.tool for words in ENDPOINTS.values()]
    public = {fn.api_name for fn in page.fns.values() if fn.api_visibility == "public"}
    assert public == set(ENDPOINTS)


def test_each_tool_says_what_goes_in_and_what_comes_out_in_which_unit(url: str) -> None:
    for tool in talk(url, lambda session: session.list_tools()).tools:
        assert "Returns JSON: " in str(tool.description)
        assert tool.name == "protein_attention" or "pKd" in str(tool.description)
        for given in tool.inputSchema["properties"].values():
            assert given["type"] == "string"
            assert len(given["description"]) > 20
    words = ENDPOINTS["predict"].description
    assert "kd_nm is the same as a Kd in nM" in words


def test_the_words_name_fields_that_the_answers_have(predictor: Any) -> None:
    document = predictor.predict("ABL1", "imatinib").to_dict()
    words = ENDPOINTS["predict"].returns
    named = {
        "summary", "affinity", "kd_nm", "interval", "at_floor", "probability_binds",
        "probability_active",
    }  # fmt: skip
    assert named <= set(document)
    assert all(name in words for name in named)


def test_there_are_neither_prompts_nor_files(url: str) -> None:
    capabilities = talk(url, lambda session: session.initialize()).capabilities
    assert capabilities.tools is not None
    assert (capabilities.prompts, capabilities.resources) == (None, None)


def test_a_call_gives_the_document_of_the_endpoint(url: str, predictor: Any) -> None:
    result = call(url, "predict_affinity", protein="ABL1 T315I", smiles="imatinib")
    assert not result.isError
    expected = predictor.predict("ABL1 T315I", "imatinib").to_dict()
    assert json.loads(text_of(result)) == expected


def test_what_may_be_left_out_has_its_default(url: str) -> None:
    result = call(url, "scan_mutations", protein="ABL1", smiles="imatinib", mutations="T315I")
    (mutant,) = json.loads(text_of(result))["mutants"]
    assert mutant["mutation"] == "T315I"


@pytest.mark.parametrize(
    ("protein", "smiles"),
    [("", "CCO"), (HOSTILE, "CCO"), ("ABL1", HOSTILE), ("ABL1", "C1CC"), ("A" * 30_000, "CCO")],
)
def test_a_refusal_is_the_sentence_of_the_endpoint(url: str, protein: str, smiles: str) -> None:
    result = call(url, "predict_with_controls", protein=protein, smiles=smiles)
    event, data = ask(url, "controls", protein, smiles)
    assert event == "error"
    assert result.isError
    assert text_of(result) == data["error"]


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("predict_affinity", {"protein": 5, "smiles": "CCO"}, "The input 'protein' cannot be used"),
        ("predict_affinity", {"protein": None, "smiles": []}, "The input 'protein' cannot be used"),
        ("predict_affinity", {"protein": "ABL1"}, "2 inputs are needed"),
        ("predict_affinity", {"protein": "A", "smiles": "C", "x": "1"}, "2 inputs are needed"),
        ("read_file", {"path": "/etc/passwd"}, server_text.UNKNOWN_REQUEST),
        ("predict", {}, server_text.UNKNOWN_REQUEST),
    ],
)
def test_what_is_no_call_of_a_tool_gets_a_sentence(
    url: str, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    result = call(url, tool, **arguments)
    assert result.isError
    assert text_of(result).startswith(sentence)


def test_visitors_are_counted_by_their_address_and_one_who_leaves_is_not_waited_for(
    served: tuple[str, Any], predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, page = served
    hold, recalled = threading.Event(), predictor.predict

    def wait(protein: str, smiles: str) -> Any:
        if smiles == "CCO":
            hold.wait(PATIENCE_SECONDS)
        return recalled(protein, smiles)

    monkeypatch.setattr(predictor, "predict", wait)
    body = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "predict_affinity", "arguments": {"protein": "ABL1", "smiles": "CCO"}},
    }  # fmt: skip
    accepted = {"accept": "application/json, text/event-stream", "x-forwarded-for": "1.2.3.4"}
    address = f"{url}/gradio_api/mcp/"
    with httpx.stream("POST", address, json=body, headers=accepted, timeout=PATIENCE_SECONDS):
        until(lambda: len(page.lanes.light) == 1)
        pair = {"protein": "ABL1", "smiles": "imatinib"}
        refused = call(url, "predict_affinity", visitor="1.2.3.4", **pair)
        assert "1 requests from your address" in text_of(refused)
        assert not call(url, "predict_affinity", visitor="4.3.2.1", **pair).isError
        (job,) = page.lanes.light._jobs
        assert not job._stopped.is_set()
    until(job._stopped.is_set)
    hold.set()
    until(lambda: len(page.lanes.light) == 0)


@pytest.mark.parametrize("route", ["mcp/sse", "mcp/messages/", "mcp/messages/?session_id=x"])
def test_the_older_way_to_call_tools_is_closed(url: str, route: str) -> None:
    for answer in (httpx.get(f"{url}/gradio_api/{route}"), httpx.post(f"{url}/gradio_api/{route}")):
        assert answer.status_code == 404
        assert answer.json()["detail"] == server_text.UNKNOWN_REQUEST


def test_without_the_setting_there_are_no_tools(site: str) -> None:
    for answer in (httpx.get(f"{site}/gradio_api/mcp/"), httpx.post(f"{site}/gradio_api/mcp/")):
        assert answer.status_code in (404, 405)
