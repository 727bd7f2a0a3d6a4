from __future__ import annotations

import gc
from html import unescape
from types import SimpleNamespace

import pytest
import torch

from dta_demo.encoders.other import HUB_PARAMETERS
from dta_demo.inputs.errors import InputError
from dta_demo.predictor.other_encoder import OtherEncoder
from dta_demo.ui.attention import encoder_panel
from dta_demo.ui.attention.encoder_panel import LOADED, load_steps
from dta_demo.ui.attention.source import _estimate
from dta_demo.ui.text import attention as text
from tests.support.doubles import query
from tests.support.encoders import make_esm, save_esm

NAME = next(iter(HUB_PARAMETERS))


class PredictorDouble:
    encoder = SimpleNamespace(device=torch.device("cpu"))


@pytest.fixture
def folder(tmp_path):
    return str(save_esm(make_esm(), tmp_path / "esm"))


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    for name in ("DTA_PUBLIC", "DTA_OTHER_ENCODERS", "SPACE_ID", "GRADIO_SERVER_NAME"):
        monkeypatch.delenv(name, raising=False)


def test_a_folder_is_loaded_in_steps_that_say_what_is_going_on(folder):
    *going_on, (found, status) = load_steps(PredictorDouble(), None, folder)
    assert len(going_on) == 2
    assert isinstance(found, OtherEncoder)
    assert "4 layers of 4 heads" in status
    assert "Predictions stay with the bundled" in status
    assert [each for _, each in load_steps(PredictorDouble(), None, folder)] == [status]
    del found, going_on
    gc.collect()
    assert folder not in LOADED


def test_a_name_is_fetched_first(folder, monkeypatch):
    monkeypatch.setattr(encoder_panel, "fetch_encoder", lambda name: encoder_panel.Path(folder))
    *_, (found, status) = load_steps(PredictorDouble(), NAME, "")
    assert found.name == NAME
    assert NAME in unescape(status)


def test_on_a_public_server_nothing_is_loaded_unless_it_allows_it(folder, monkeypatch):
    monkeypatch.setenv("DTA_PUBLIC", "1")
    for name, place in ((NAME, ""), (None, folder)):
        with pytest.raises(InputError, match="cannot be loaded on this server"):
            next(load_steps(PredictorDouble(), name, place))


def test_a_public_server_never_reads_a_folder(folder, monkeypatch):
    monkeypatch.setenv("DTA_PUBLIC", "1")
    monkeypatch.setenv("DTA_OTHER_ENCODERS", "1")
    monkeypatch.setattr(encoder_panel, "load_encoder", lambda *_: pytest.fail("A folder was read."))
    with pytest.raises(InputError, match="not on a public server"):
        next(load_steps(PredictorDouble(), None, folder))
    steps = load_steps(PredictorDouble(), folder, "")
    next(steps)
    with pytest.raises(InputError, match="Only the ESM-2 models of the list"):
        next(steps)


def test_a_private_server_can_forbid_it(folder, monkeypatch):
    monkeypatch.setenv("DTA_OTHER_ENCODERS", "0")
    with pytest.raises(InputError, match="cannot be loaded on this server"):
        next(load_steps(PredictorDouble(), None, folder))


def test_without_a_name_there_is_nothing_to_load():
    with pytest.raises(InputError, match=text.OTHER_NOTHING):
        next(load_steps(PredictorDouble(), None, " "))


def test_a_larger_encoder_is_more_work():
    class Larger:
        times_bundled = 80.0
        known = False

        def remembers(self, protein) -> bool:
            return self.known

    other, plain = Larger(), _estimate(lambda *_: 100, None, query(), None)
    assert plain == 100
    assert _estimate(lambda *_: 100, None, query(), other) >= 80 * 300
    other.known = True
    assert _estimate(lambda *_: 100, None, query(), other) == 100
