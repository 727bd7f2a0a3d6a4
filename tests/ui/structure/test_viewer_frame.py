import json
import re

import pytest

from dta_demo.molecules.conformers import embed_molecule
from dta_demo.ui.structure.scenes import molecule_scene
from dta_demo.ui.structure.viewer_frame import SCRIPT, molecule_frame, probe_script, script_address
from dta_demo.ui.text import structure as text


def test_the_script_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DTA_3DMOL_JS", raising=False)
    assert script_address() == SCRIPT
    monkeypatch.setenv("DTA_3DMOL_JS", "/vendor/3Dmol-min.js")
    assert "loadScriptAsync('/vendor/3Dmol-min.js')" in page_in(molecule())
    address = re.search("address = (.*), patience", probe_script())
    assert address is not None
    assert json.loads(address.group(1)) == "/vendor/3Dmol-min.js"


def test_py3dmol_and_the_script_are_of_one_version() -> None:
    import py3Dmol

    assert f"@{py3Dmol.__version__}/" in SCRIPT


def test_a_frame_says_what_to_do_when_its_script_is_missing() -> None:
    page = page_in(molecule())
    assert text.FRAME_MISSING in page
    assert "$viewer" not in page
    assert "$missing" not in page


def molecule() -> str:
    return molecule_frame(molecule_scene(embed_molecule("CCO")), "words")


def page_in(frame: str) -> str:
    (page,) = re.findall('srcdoc="([^"]*)"', frame)
    return page.replace("&#39;", "'").replace("&lt;", "<")
