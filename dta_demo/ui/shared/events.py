"""Pieces of the page's events that several tabs use."""

from __future__ import annotations

from typing import Any

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
"""Options of an event that is none of the endpoints."""

PRESS_PREDICT = '() => document.querySelector("#predict").click()'
"""Script that predicts what is in the boxes, once both hold the pair of a row."""
