"""The README's front matter, by which a Hugging Face Space builds and starts the page."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.support.paths import ROOT

MOST_BYTES = 10_000_000
"""Largest file that a Space takes outside LFS."""

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
MATTER = {
    name: value.strip().strip('"')
    for line in (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1].splitlines()
    for name, value in [line.split(":", 1)]
}


def requirement(name: str) -> Requirement:
    """What requirements.txt asks of a package."""
    rows = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if re.match(rf"{name}\b", row)]
    return Requirement(row)


def test_the_space_gets_a_gradio_that_the_requirements_take_and_these_tests_ran_with() -> None:
    assert MATTER["sdk"] == "gradio"
    assert MATTER["sdk_version"] in requirement("gradio").specifier
    assert version("gradio").split(".")[0] == MATTER["sdk_version"].split(".")[0]
    assert MATTER["python_version"] in supported_versions()


def supported_versions() -> SpecifierSet:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return SpecifierSet(str(re.findall(r'requires-python = "(.*)"', text)[0]))


def test_the_image_has_the_python_of_the_space() -> None:
    assert f"FROM python:{MATTER['python_version']}-" in (ROOT / "Dockerfile").read_text("utf-8")


def test_the_space_starts_the_page_on_the_smallest_hardware() -> None:
    assert (ROOT / MATTER["app_file"]).is_file()
    assert MATTER["suggested_hardware"] == "cpu-basic"
    assert {MATTER["colorFrom"], MATTER["colorTo"]} <= COLOURS
    assert len(MATTER["short_description"]) <= 60


def test_the_build_of_torch_without_cuda_is_taken_where_there_is_one() -> None:
    """pip prefers the highest version, and 2.13.0+cpu counts as higher than 2.13.0."""
    specifier = requirement("torch").specifier
    assert "2.13.0+cpu" in specifier
    assert "2.13.1" not in specifier


def test_no_file_is_larger_than_a_space_takes() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert [path.name for path in paths if path.stat().st_size > MOST_BYTES] == []


def test_the_page_needs_no_package_of_a_gpu_space() -> None:
    code = "import sys; sys.modules['spaces'] = None; import app, dta_demo.ui.page.layout"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
