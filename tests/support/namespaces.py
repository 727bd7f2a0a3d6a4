"""Commands that run as somebody without privileges, and without what a machine usually has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT

ENTER = ROOT / "tests" / "support" / "enter_namespace.py"


def shut_in(command: list[str], writable: Path | None = None, offline: bool = False) -> list[str]:
    """Command that runs another without privileges.

    Parameters
    ----------
    writable : Path, optional
        The only folder that it can write into; else the file system is as it is.
    offline : bool
        Whether it reaches nothing but its own loopback address.
    """
    spaces = ["--user", "--map-root-user", "--mount", *(["--net"] if offline else [])]
    options = [*(["--writable", str(writable)] if writable else []), *["--offline"] * offline]
    return ["unshare", *spaces, sys.executable, str(ENTER), *options, *command]


def find_obstacle() -> str | None:
    """Reason why this machine's kernel makes no such namespaces, or None."""
    try:
        done = subprocess.run(
            shut_in(["true"], offline=True), capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"namespaces need util-linux: {error}"
    return None if done.returncode == 0 else f"the kernel makes no namespaces: {done.stderr[-200:]}"
