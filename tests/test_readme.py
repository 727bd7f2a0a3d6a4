import re
from pathlib import Path

import pytest

from dta_demo.cli.main import main

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_python_example_runs(monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(README.parent)
    exec(compile(code, str(README), "exec"), {})
    assert "training panel" in capsys.readouterr().out


def test_every_verb_that_the_readme_names_is_there():
    verbs = set(re.findall(r"python -m dta_demo (\w+)", README.read_text(encoding="utf-8")))
    assert verbs
    for verb in verbs:
        with pytest.raises(SystemExit, match="0"):
            main([verb, "--help"])
