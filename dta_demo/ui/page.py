"""The Blocks that the page is, with a guard before every handler and bounds on what is kept."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction

from dta_demo.ui import text
from dta_demo.ui.guard import describe_failure
from dta_demo.ui.lanes import Lanes

logger = logging.getLogger(__name__)


class Page(gr.Blocks):
    """Gradio's Blocks, of which a visitor's input that is no input of theirs gets a sentence.

    Parameters
    ----------
    lanes : Lanes
        Where its handlers run.
    """

    def __init__(self, lanes: Lanes, **options: Any) -> None:
        super().__init__(**options)
        self.lanes = lanes
        # On a Space Gradio adds a header to the page that asks two other hosts for its fonts and
        # its picture; the Space has one of its own around the page.
        self.space_id = None

    def bound_messages(self, visits: int) -> None:
        """Bound the visits whose unread answers are kept; Gradio keeps those of 2,000."""
        self._queue.pending_messages_per_session.max_size = visits

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        """Read the inputs of a handler; a wrong one is named, and none of it gets into the log."""
        _refuse_count(block_fn, inputs)
        given = [
            "" if value is None and isinstance(block, gr.Textbox) else value
            for block, value in zip(block_fn.inputs, inputs, strict=False)
        ]
        try:
            read: list[Any] = await super().preprocess_data(block_fn, given, state, explicit_call)
        except Exception as error:
            logger.info("An input was refused: %s", describe_failure(error))
            name = _find_wrong(block_fn, given, state)
            raise gr.Error(text.WRONG_INPUT.format(name=name), print_exception=False) from None
        _delete_read_files(block_fn, given)
        return read


def _refuse_count(block_fn: BlockFunction, inputs: list[Any]) -> None:
    if len(inputs) != len(block_fn.inputs):
        names = ", ".join(_name(block, number) for number, block in enumerate(block_fn.inputs, 1))
        sentence = text.WRONG_COUNT.format(
            given=len(inputs),
            wanted=len(block_fn.inputs),
            names=text.WRONG_COUNT_NAMES.format(names=names) if names else "",
        )
        raise gr.Error(sentence, print_exception=False)


def _delete_read_files(block_fn: BlockFunction, inputs: list[Any]) -> None:
    """Delete uploaded files whose bytes were read; that they are uploads has been checked."""
    for block, value in zip(block_fn.inputs, inputs, strict=True):
        if isinstance(block, gr.File) and block.type == "binary" and value is not None:
            Path(value["path"]).unlink(missing_ok=True)


def _find_wrong(block_fn: BlockFunction, inputs: list[Any], state: Any) -> str:
    """Name of the first input that its component does not read, or of the first one."""
    for number, (block, value) in enumerate(zip(block_fn.inputs, inputs, strict=True), 1):
        if block.stateful:
            continue
        component: Any = state[block._id] if state and block._id in state else block
        try:
            component.preprocess(value)
        except Exception:
            return _name(block, number)
    return _name(block_fn.inputs[0], 1)


def _name(block: Any, number: int) -> str:
    return getattr(block, "label", None) or text.UNNAMED_INPUT.format(number=number)
