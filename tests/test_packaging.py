"""The wheel as someone installs it, away from the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import dta_demo
from tests.support.outside import IMATINIB
from tests.support.paths import ROOT

PIP = [sys.executable, "-m", "pip", "--quiet"]
OFFLINE = ["--no-index", "--no-deps"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = ["wheel", *OFFLINE, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*PIP, *command], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command ``dta-demo`` of a new environment, which sees this one's other packages."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    scheme = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    seen = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "seen.pth").write_text("\n".join(sorted(seen)), encoding="utf-8")
    scripts = Path(sysconfig.get_path("scripts", "venv", scheme))
    python = scripts / Path(sys.executable).name
    subprocess.run([*PIP, "--python", str(python), "install", *OFFLINE, str(wheel)], check=True)
    return scripts / "dta-demo"


def run(command: Path, folder: Path, *arguments: str) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.run(
        [command, *arguments, "--device", "cpu", "--json"], cwd=folder, check=True, text=True,
        stdout=subprocess.PIPE, env=environment | {"HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    document: dict[str, object] = json.loads(process.stdout)
    return document


def files_to_carry() -> Iterator[str]:
    for path in (ROOT / "dta_demo").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(ROOT).as_posix()
    folders = (
        ROOT / "assets" / name for name in ("catalogue", "checkpoint", "poolings", "structures")
    )
    carried = [path for folder in folders for path in folder.iterdir()]
    for path in [*carried, ROOT / "assets" / "examples.json"]:
        yield f"dta_demo/{path.relative_to(ROOT).as_posix()}"


def test_the_wheel_carries_the_package_the_checkpoint_and_the_examples_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert carried == set(files_to_carry())
    assert carried >= {
        "dta_demo/py.typed",
        "dta_demo/assets/examples.json",
        "dta_demo/assets/catalogue/inhibitors.json.gz",
        "dta_demo/assets/catalogue/kinases.json.gz",
        "dta_demo/assets/checkpoint/config.json",
        "dta_demo/assets/poolings/study.json",
        "dta_demo/assets/structures/2HYY.pdb.gz",
        "dta_demo/training/model_card.md",
        "dta_demo/ui/static/page.css",
        "dta_demo/ui/static/report.html",
        "dta_demo/ui/static/residue_axes.js",
    }
    assert wheel.name.startswith(f"dta_demo-{dta_demo.__version__}-")


def test_the_wheel_asks_for_what_requirements_name(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("METADATA")]
        lines = archive.read(name).decode().splitlines()
    asked = sum(line.startswith("Requires-Dist: ") for line in lines)
    rows = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert asked == len([row for row in rows if row and not row.startswith("#")])
    assert "Requires-Python: <3.14,>=3.10" in lines


@pytest.mark.checkpoint
def test_the_installed_command_predicts_with_the_checkpoint_that_it_brought(
    installed, tmp_path, examples
):
    sequence = examples["Imatinib – ABL1"]["sequence"]
    document = run(installed, tmp_path, "predict", "--protein", sequence, "--smiles", IMATINIB)
    assert document["affinity"] == pytest.approx(8.6190, abs=0.001)
    named = run(installed, tmp_path, "predict", "--protein", "ABL1", "--smiles", "imatinib")
    assert named["affinity"] == document["affinity"]
    folder = Path(str(run(installed, tmp_path, "info")["checkpoint"]))
    assert ROOT.resolve() not in folder.resolve().parents
    assert installed.parent.parent in folder.parents


@pytest.mark.parametrize("name", dta_demo.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(dta_demo, name) is not None


def test_citation_and_changelog_are_of_this_version():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {dta_demo.__version__}\n" in citation
    versions = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] == dta_demo.__version__
    assert versions == sorted(versions, key=lambda text: [*map(int, text.split("."))], reverse=True)
