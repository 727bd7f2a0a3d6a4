"""Lines of a pasted text, for proteins and molecules alike."""

from __future__ import annotations

import unicodedata

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import count_of

MAX_TEXT_CHARACTERS = 1_000_000
MAX_NAME_CHARACTERS = 100
"""Characters kept of a FASTA header or of the name after a SMILES."""


def visible_lines(text: str, what: str, changes: list[str]) -> list[str]:
    """Split a text into its lines that hold something, stripped of invisible characters.

    Parameters
    ----------
    text : str
        What the visitor gave.
    what : str
        ``"protein"`` or ``"molecule"``, for the refusal.
    changes : list of str
        The receipt, to which a removal is added.

    Raises
    ------
    InputError
        If the text is none, or too long.
    """
    if not isinstance(text, str):
        raise InputError(f"The {what} must be given as text.")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(
            f"The {what} text has {len(text):,} characters, and at most "
            f"{MAX_TEXT_CHARACTERS:,} are read."
        )
    if not (text.isascii() and text.isprintable()):
        visible = "".join(char for char in text if not _is_invisible(char))
        if len(visible) < len(text):
            changes.append(f"Removed {count_of(len(text) - len(visible), 'invisible character')}.")
        text = visible
    return [stripped for line in text.splitlines() if (stripped := line.strip())]


def _is_invisible(char: str) -> bool:
    """Tell control and format characters, such as a byte-order mark, from white space."""
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cf")
