"""Paths of the files that come with the code: the checkpoint, the example pairs, a structure.

In a checkout they lie in ``assets/``, beside the package. A wheel carries them inside the package,
as ``dta_demo/assets/`` (see ``pyproject.toml``).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED, _CHECKOUT = _PACKAGE / "assets", _PACKAGE.parent / "assets"


def bundled_file(name: str) -> Path:
    """Path of a bundled file or folder, such as ``checkpoint`` or ``examples.json``.

    Parameters
    ----------
    name : str
        Relative to ``assets/``.
    """
    return (_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT) / name
