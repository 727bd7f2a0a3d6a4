"""What stands between a failure and the visitor: a sentence, never a traceback."""

from __future__ import annotations

import functools
import html
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gradio as gr

from dta_demo.inputs import InputError
from dta_demo.ui import text

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


def guarded(function: Callable[P, R], *, for_page: bool = True) -> Callable[P, R]:
    """Turn what a handler raises into a ``gr.Error`` that helps.

    An ``InputError`` keeps its sentence. Anything else is logged in full and replaced by a
    fixed text, so that nothing of the server reaches the visitor.

    Parameters
    ----------
    function : callable
        The handler.
    for_page : bool
        Whether the page shows the error, which it does as HTML: the sentence may quote what
        was typed, and is escaped. Clients of the endpoints get it as it is.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except InputError as error:
            sentence = html.escape(str(error)) if for_page else str(error)
            raise gr.Error(sentence, print_exception=False) from error
        except Exception as error:
            logger.exception("%s failed", getattr(function, "__name__", function))
            raise gr.Error(text.FAILED, print_exception=False) from error

    return wrapper
