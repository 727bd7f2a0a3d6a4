"""The refusal of an input."""

from __future__ import annotations


class InputError(ValueError):
    """One sentence, for the visitor, on why an input cannot be used."""
