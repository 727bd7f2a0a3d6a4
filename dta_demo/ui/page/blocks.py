"""The page as Gradio Blocks, with a guard before every handler and bounds on what is kept."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.utils import LRUCache

from dta_demo.runtime.requests import Request
from dta_demo.ui.shared.guard import describe_failure
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.text import server as server_text

logger = logging.getLogger(__name__)

MAX_UNREAD = 1_000
"""Visits whose messages are kept: the answer for the longest protein takes 8 MB."""


class Page(gr.Blocks):
    """Blocks that answer wrong inputs with a sentence.

    Parameters
    ----------
    lanes : Lanes
        Lanes in which the handlers run.
    """

    mcp_server_obj: Any
    """The tools for language models, where they are served."""

    def __init__(self, lanes: Lanes, **options: Any) -> None:
        super().__init__(**options)
        self.lanes = lanes
        # On a Space Gradio adds a header to the page that asks two other hosts for its fonts and
        # its picture; the Space has one of its own around the page.
        self.space_id = None

    def queue(self, **options: Any) -> Page:
        """Set up the queue as Gradio does, with a bound on the answers that nobody reads."""
        super().queue(**options)
        self._queue.pending_messages_per_session = UnreadAnswers(self._queue)
        return self

    def serve_tools(self, server: Any) -> None:
        """Serve the endpoints as tools for language models too."""
        self.mcp_server_obj, self.mcp_server = server, True

    def launch(self, *args: Any, **options: Any) -> Any:
        """Launch the page as Gradio does, with the tools that it was given."""
        if self.mcp_server_obj is not None:
            arguments = options.get("app_kwargs") or {}
            options["app_kwargs"] = {**arguments, "lifespan": self.mcp_server_obj.lifespan}
        return super().launch(*args, mcp_server=False, **options)

    async def process_api(
        self, block_fn: BlockFunction | int, *args: Any, **options: Any
    ) -> dict[str, Any]:
        """Handle an event; a visit of an endpoint becomes the next to be forgotten.

        Gradio counts each request to an endpoint as a visit, which needs no state; these must
        not push out the visits of people at the page.
        """
        try:
            return await super().process_api(block_fn, *args, **options)
        finally:
            function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
            visit, visits = str(options.get("session_hash")), self.state_holder
            with visits.lock:
                if function.api_visibility == "public" and visit in visits.session_data:
                    visits.session_data.move_to_end(visit, last=False)

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        """Read the inputs of a handler; a wrong one is named, and its value is not logged."""
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
            raise _refuse(block_fn, server_text.WRONG_INPUT.format(name=name)) from None
        _delete_read_files(block_fn, given)
        return read


class UnreadAnswers(LRUCache[str, Any]):
    """Messages that visits have not read yet, by visit.

    Gradio keeps those of the last 2,000 visits, and each request to an endpoint counts as one.
    It forgets the oldest first, even one that still waits: among many light requests a long one
    would lose its answer. Here a visit that waits is never forgotten.
    """

    def __init__(self, queue: Any) -> None:
        super().__init__(MAX_UNREAD)
        self._queue = queue

    def __setitem__(self, visit: str, messages: Any) -> None:
        """Keep the messages to a visit."""
        if visit not in self and len(self) >= self.max_size:
            answered = next((known for known in self if not self._is_waiting(known)), None)
            if answered is not None:
                del self[answered]
                self._queue.pending_event_ids_session.pop(answered, None)
        super().__setitem__(visit, messages)

    def _is_waiting(self, visit: str) -> bool:
        events = self._queue.pending_event_ids_session.get(visit, ())
        return any(event in self._queue.event_ids_to_events for event in events)


def _refuse_count(block_fn: BlockFunction, inputs: list[Any]) -> None:
    if len(inputs) != len(block_fn.inputs):
        names = ", ".join(_name(block, number) for number, block in enumerate(block_fn.inputs, 1))
        sentence = server_text.WRONG_COUNT.format(
            given=len(inputs),
            wanted=len(block_fn.inputs),
            names=server_text.WRONG_COUNT_NAMES.format(names=names) if names else "",
        )
        raise _refuse(block_fn, sentence)


def _refuse(block_fn: BlockFunction, sentence: str) -> gr.Error:
    """Note a request that comes to no lane, and say why to its visitor."""
    is_public = block_fn.api_visibility == "public"
    Request(f"/{block_fn.api_name}" if is_public else str(block_fn.name), outcome="invalid").note()
    return gr.Error(sentence, print_exception=False)


def _delete_read_files(block_fn: BlockFunction, inputs: list[Any]) -> None:
    """Delete uploaded files whose bytes were read; Gradio has checked that they are uploads."""
    for block, value in zip(block_fn.inputs, inputs, strict=True):
        if isinstance(block, gr.File) and block.type == "binary" and value is not None:
            Path(value["path"]).unlink(missing_ok=True)


def _find_wrong(block_fn: BlockFunction, inputs: list[Any], state: Any) -> str:
    """Name of the first input that its component cannot read, or else of the first input."""
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
    return getattr(block, "label", None) or server_text.UNNAMED_INPUT.format(number=number)
