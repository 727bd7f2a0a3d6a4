import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dta_demo.ui.model_threads import MODEL_THREADS, on_model_thread


def test_many_callers_share_a_few_threads() -> None:
    @on_model_thread
    def name_thread(caller: int) -> tuple[int, str]:
        return caller, threading.current_thread().name

    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(name_thread, range(40)))
    assert [caller for caller, _ in answers] == list(range(40))
    names = {name for _, name in answers}
    assert len(names) <= MODEL_THREADS
    assert all(name.startswith("model") for name in names)


def test_what_a_handler_raises_reaches_its_caller() -> None:
    @on_model_thread
    def refuse() -> None:
        raise ValueError("a sentence")

    with pytest.raises(ValueError, match="a sentence"):
        refuse()
