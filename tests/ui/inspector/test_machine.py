import platform
from typing import Any

import pytest
import torch

from dta_demo.predictor.caches import describe_caches
from dta_demo.ui.inspector.machine import draw_caches, draw_machine


def test_at_home_the_facts_are_those_of_the_process(
    predictor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    drawn = draw_machine(predictor)
    assert f"<dt>Threads</dt><dd>{torch.get_num_threads()}</dd>" in drawn
    assert f"python {platform.python_version()}" in drawn
    assert "Memory at its peak" in drawn
    assert draw_caches() in drawn


@pytest.mark.parametrize("variable", ["SPACE_ID", "GRADIO_SERVER_NAME"])
def test_in_public_nothing_of_the_machine_is_told(
    predictor: Any, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "demo.example")
    drawn = draw_machine(predictor)
    assert "<dd>cpu</dd>" in drawn
    assert "<dd>float32</dd>" in drawn
    for secret in ("Memory", "Threads", "Versions", "python", "Hits", platform.node()):
        assert secret not in drawn


def test_no_path_is_told(predictor: Any) -> None:
    drawn = draw_machine(predictor)
    assert str(predictor.info().checkpoint) not in drawn
    assert platform.node() not in drawn


def test_the_table_counts_hits(predictor: Any) -> None:
    predictor.predict("CDK2", "CCO")
    predictor.predict("CDK2", "CCO")
    status = describe_caches()["proteins"]
    assert status.hits > 0
    assert status.hit_rate is not None
    row = draw_caches().split("Encoded proteins")[1].split("</tr>")[0]
    assert f"<td>{status.hits:,}</td><td>{status.misses:,}</td>" in row
