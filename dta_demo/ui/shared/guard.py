"""A guard that turns every failure into a sentence for the visitor, never a traceback."""

from __future__ import annotations

import html
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.jobs import RefusalError
from dta_demo.ui.text import server as server_text

logger = logging.getLogger(__name__)


@contextmanager
def guarded(name: str, *, for_page: bool = True) -> Iterator[None]:
    """Turn what a handler raises into a ``gr.Error`` that helps.

    An `InputError` or `RefusalError` keeps its sentence. Anything else is logged by its kind and
    place and replaced by a fixed text, so that nothing of the server reaches the visitor, and
    nothing of the visitor the log.

    Parameters
    ----------
    name : str
        The handler's, for the log.
    for_page : bool
        Whether the page shows the error, which it does as HTML: the sentence may quote what
        was typed, and is escaped. Clients of the endpoints get it as it is.
    """
    try:
        yield
    except gr.Error:
        raise
    except (InputError, RefusalError) as error:
        sentence = html.escape(str(error)) if for_page else str(error)
        raise gr.Error(sentence, print_exception=False) from None
    except Exception as error:
        logger.error("%s failed: %s", name, describe_failure(error))
        raise gr.Error(server_text.FAILED, print_exception=False) from None


def describe_failure(error: BaseException) -> str:
    """Type and place of an exception, without its message, which may quote input."""
    places = traceback.extract_tb(error.__traceback__)
    trail = "".join(f"\n  {place.filename}:{place.lineno} {place.name}" for place in places)
    return f"{type(error).__name__}{trail}"
