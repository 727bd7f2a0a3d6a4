import gradio as gr
import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.ui.shared.guard import guarded
from dta_demo.ui.text import server as server_text


def test_an_input_error_keeps_its_sentence_and_is_escaped_for_the_page() -> None:
    for for_page, shown in (
        (True, "Not &lt;b&gt;a&lt;/b&gt; protein."),
        (False, "Not <b>a</b> protein."),
    ):
        with pytest.raises(gr.Error) as told, guarded("read", for_page=for_page):
            raise InputError("Not <b>a</b> protein.")
        assert told.value.message == shown


def test_an_unexpected_failure_tells_nothing_of_the_server_and_logs_nothing_of_the_visitor(
    caplog,
) -> None:
    with pytest.raises(gr.Error) as shown, guarded("draw"):
        raise RuntimeError("MKVLSECRET at /srv/x")
    assert shown.value.message == server_text.FAILED
    assert "draw failed: RuntimeError" in caplog.text
    assert "test_guard.py" in caplog.text
    assert "SECRET" not in caplog.text
