"""A molecule from a file: MOL, SDF or lines of SMILES, put into the box as it is."""

from __future__ import annotations

from pathlib import Path

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.text import MAX_TEXT_CHARACTERS
from dta_demo.ui.text import inputs as text

SUFFIXES = [".mol", ".sdf", ".smi", ".smiles", ".txt"]


def read_molecule_file(path: str) -> str:
    """Read the text of an uploaded file.

    Parameters
    ----------
    path : str
        Gradio's, of a file that this visitor uploaded.

    Raises
    ------
    InputError
        When it is no text, or longer than a box may be.
    """
    with Path(path).open("rb") as file:
        content = file.read(MAX_TEXT_CHARACTERS + 1)
    if len(content) > MAX_TEXT_CHARACTERS:
        raise InputError(text.FILE_TOO_LONG)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(text.FILE_NO_TEXT) from error
