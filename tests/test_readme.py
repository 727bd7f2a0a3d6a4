import re

import gradio as gr
import pytest

from dta_demo.cli.main import build_parser, main
from dta_demo.ui.page.layout import build
from tests.support.paths import ROOT

README = ROOT / "README.md"
MOST_WORDS = 900


def read() -> str:
    return README.read_text(encoding="utf-8")


@pytest.mark.usefixtures("loaded_once")
def test_the_python_example_runs(monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", read(), re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code, str(README), "exec"), {})
    assert "training panel" in capsys.readouterr().out


def test_every_verb_is_named_and_every_name_is_a_verb():
    verbs = re.findall(r"^\| `(\w+)` \|", read(), re.MULTILINE)
    for verb in {*verbs, *re.findall(r"python -m dta_demo (\w+)", read())}:
        with pytest.raises(SystemExit, match="0"):
            main([verb, "--help"])
    known = re.findall(r"^    (\w+)", build_parser().format_help().split("VERB\n")[1], re.MULTILINE)
    assert sorted(verbs) == sorted(known)


def test_every_tab_of_the_page_is_described(tiny_predictor):
    described = re.findall(r"^- \*\*(\w+)\*\*:", read(), re.MULTILINE)
    blocks = build(tiny_predictor)
    assert sorted(described) == sorted(
        str(block.label) for block in blocks.blocks.values() if isinstance(block, gr.Tab)
    )


def test_it_is_short():
    _, _, body = read().split("---\n", 2)
    assert len(body.split()) <= MOST_WORDS


def test_the_first_line_with_pytest_is_the_whole_command():
    """`.ci/run` takes it."""
    line = next(line for line in read().splitlines() if "python -m pytest" in line)
    assert line.startswith("pip install -r requirements-dev.txt && ")
    assert f"<!-- test command -->\n```bash\n{line}\n```" in read()


@pytest.mark.parametrize(
    "page", [README, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    anchors = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)", text, re.MULTILINE)
    }
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in anchors
        elif not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_document_is_one_click_away_and_leads_back():
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in read()
        assert "](../README.md)" in page.read_text(encoding="utf-8")
