"""Pieces of the page's events that several tabs use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from dta_demo.ui.text import shared as text

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
"""Options of an event that is none of the endpoints."""

PRESS_PREDICT = '() => document.querySelector("#predict").click()'
"""Script that predicts what is in the boxes, once both hold the pair of a row."""


def join_stop(stop: gr.Button, running: Sequence[gr.events.Dependency]) -> None:
    """Let a button stop events that may take long, and say so."""
    stop.click(lambda: gr.Info(text.STOPPED), None, None, cancels=list(running), **PRIVATE)
