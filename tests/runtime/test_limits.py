"""Limits of the server, and the port, as the environment sets them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from dta_demo.runtime import limits
from dta_demo.runtime.limits import (
    HOME,
    PUBLIC,
    Limits,
    SettingError,
    allows_other_encoders,
    is_public,
    read_metrics_port,
    read_port,
    serves_tools,
)
from tests.support.paths import ROOT


def test_at_home_the_limits_are_looser_than_in_public() -> None:
    assert Limits.from_environment({}) == HOME
    for field in fields(Limits):
        assert getattr(HOME, field.name) >= getattr(PUBLIC, field.name), field.name
    assert HOME.max_work > PUBLIC.max_work


@pytest.mark.parametrize(
    ("environment", "public"),
    [
        ({}, False),
        ({"SPACE_ID": "someone/demo"}, True),
        ({"GRADIO_SERVER_NAME": "0.0.0.0"}, True),
        ({"GRADIO_SERVER_NAME": "::"}, True),
        ({"GRADIO_SERVER_NAME": "127.0.0.1"}, False),
        ({"GRADIO_SERVER_NAME": "::1"}, False),
        ({"GRADIO_SERVER_NAME": "localhost"}, False),
        ({"GRADIO_SERVER_NAME": "demo.example"}, True),
        ({"GRADIO_SERVER_NAME": "0.0.0.0", "DTA_PUBLIC": "0"}, False),
        ({"DTA_PUBLIC": "1"}, True),
    ],
)
def test_a_server_that_others_reach_is_public(environment: dict[str, str], public: bool) -> None:
    assert is_public(environment) is public
    assert Limits.from_environment(environment).max_work == (PUBLIC if public else HOME).max_work


def test_a_space_has_one_proxy_in_front() -> None:
    assert Limits.from_environment({"SPACE_ID": "someone/demo"}).proxies == 1
    assert Limits.from_environment({"SPACE_ID": "x", "DTA_PROXIES": "0"}).proxies == 0


def test_each_limit_can_be_set() -> None:
    for field in fields(Limits):
        variable = f"DTA_{field.name.upper()}"
        assert getattr(Limits.from_environment({variable: "7"}), field.name) == 7


@pytest.mark.parametrize("text", ["abc", "-1", "0", "1.5", "1e3", "nan"])
def test_what_is_no_number_gets_one_sentence(text: str) -> None:
    with pytest.raises(
        SettingError, match=r"^DTA_SESSIONS must be a whole number of at least 1\.$"
    ):
        Limits.from_environment({"DTA_SESSIONS": text})


@pytest.mark.parametrize("text", ["abc", "0", "65536", "7860x"])
def test_what_is_no_port_gets_one_sentence(text: str) -> None:
    for variable in ("GRADIO_SERVER_PORT", "PORT"):
        with pytest.raises(SettingError, match=rf"^{variable} must be a whole number from 1 to"):
            read_port({variable: text})


def test_the_port_is_read_from_either_variable() -> None:
    assert read_port({}) is None
    assert read_port({"PORT": "80"}) == 80
    assert read_port({"PORT": "80", "GRADIO_SERVER_PORT": "7860"}) == 7860


def test_every_limit_is_documented() -> None:
    readme = ROOT / "docs" / "deployment.md"
    words = readme.read_text(encoding="utf-8")
    for field in fields(Limits):
        assert f"`DTA_{field.name.upper()}`" in words


@pytest.mark.parametrize(
    ("environment", "allowed"),
    [
        ({}, True),
        ({"SPACE_ID": "a/b"}, False),
        ({"DTA_PUBLIC": "1"}, False),
        ({"DTA_PUBLIC": "1", "DTA_OTHER_ENCODERS": "1"}, True),
        ({"DTA_OTHER_ENCODERS": "0"}, False),
    ],
)
def test_visitors_of_a_public_server_load_no_other_encoder_unless_it_says_so(
    environment: dict[str, str], allowed: bool
) -> None:
    assert allows_other_encoders(environment) is allowed


def test_other_encoders_are_allowed_or_not() -> None:
    with pytest.raises(SettingError, match="DTA_OTHER_ENCODERS must be a whole number"):
        allows_other_encoders({"DTA_OTHER_ENCODERS": "yes"})


@pytest.mark.parametrize(("text", "served"), [("", False), ("0", False), ("1", True)])
def test_tools_are_served_when_asked_for(text: str, served: bool) -> None:
    assert serves_tools({"DTA_MCP": text}) is served


@pytest.mark.parametrize(
    ("read", "setting", "requirements"),
    [
        (serves_tools, {"DTA_MCP": "1"}, "requirements-mcp.txt"),
        (read_metrics_port, {"DTA_METRICS_PORT": "9100"}, "requirements-metrics.txt"),
    ],
)
def test_what_needs_a_missing_package_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, read: Any, setting: dict[str, str], requirements: str
) -> None:
    monkeypatch.setattr(limits, "find_spec", lambda name: None)
    assert not read({})
    with pytest.raises(SettingError, match=requirements):
        read(setting)
    assert (ROOT / requirements).is_file()


def test_metrics_have_a_port_when_asked_for() -> None:
    assert read_metrics_port({}) is None
    assert read_metrics_port({"DTA_METRICS_PORT": "9100"}) == 9100
    with pytest.raises(SettingError, match="DTA_METRICS_PORT"):
        read_metrics_port({"DTA_METRICS_PORT": "0"})
