"""The examples of docs/api.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dta_demo.runtime.limits import HOME
from dta_demo.ui.page.layout import build
from dta_demo.ui.text.api import ENDPOINTS
from tests.support.paths import ROOT
from tests.support.server import PATIENCE_SECONDS, launch

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"
SECTIONS = dict(re.findall(r"^### /(\w+)\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def url(predictor: Any) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTA_MCP", "1")
        page = build(predictor, examples=[], limits=HOME)
    with launch(page, HOME) as url:
        yield url


def take(language: str, text: str) -> str:
    """The one block of code in a language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(code)


def run(command: list[str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_endpoint_has_its_section_with_its_inputs() -> None:
    assert list(SECTIONS) == list(ENDPOINTS)
    for name, section in SECTIONS.items():
        listed = ", ".join(f"`{given}`" for given in ENDPOINTS[name].inputs)
        assert f"Inputs: {listed}." in section


@pytest.mark.parametrize("name", SECTIONS)
def test_the_example_with_curl_gets_the_document(url: str, name: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the examples need curl")
    code = take("bash", SECTIONS[name]).replace(ADDRESS, url)
    event, data = run(["bash", "-c", code]).strip().splitlines()[-2:]
    assert event == "event: complete"
    (document,) = json.loads(data.removeprefix("data: "))
    assert document


@pytest.mark.parametrize("name", SECTIONS)
def test_the_example_in_python_prints_something(url: str, name: str) -> None:
    code = take("python", SECTIONS[name]).replace(ADDRESS, url)
    assert run([sys.executable, "-c", code]).strip().splitlines()[-1]


def test_the_example_of_a_tool_prints_the_prediction(url: str, predictor: Any) -> None:
    tools = TEXT[TEXT.index("## Tools for language models") :]
    printed = run([sys.executable, "-c", take("python", tools).replace(ADDRESS, url)])
    assert json.loads(printed) == predictor.predict("ABL1 T315I", "imatinib").to_dict()
    table = dict(re.findall(r"^\| `(\w+)` \| `/(\w+)` \|$", tools, re.MULTILINE))
    assert table == {words.tool: name for name, words in ENDPOINTS.items()}


def test_the_openapi_page_lists_the_endpoints(url: str) -> None:
    assert "/gradio_api/openapi.json" in TEXT
    paths = httpx.get(f"{url}/gradio_api/openapi.json").json()["paths"]
    for name, words in ENDPOINTS.items():
        asked = paths[f"/gradio_api/call/v2/{name}"]["post"]
        assert asked["description"].startswith(words.description)
