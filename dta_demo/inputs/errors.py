"""The refusal of an input."""

from __future__ import annotations


class InputError(ValueError):
    """One sentence, for the visitor, on why an input cannot be used."""


class NoSequenceError(InputError):
    """Refusal of a protein's text that is no sequence: it may have been meant as a name."""


class NoSmilesError(InputError):
    """Refusal of a molecule's text that reads like a name."""
