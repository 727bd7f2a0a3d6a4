import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dta_demo.cli.main import main
from dta_demo.predictor.encoding import SHARED_CACHE, SHARED_FORMS
from dta_demo.screening import screen as screens
from tests.support.outside import IMATINIB

pytestmark = pytest.mark.usefixtures("loaded_once")


@pytest.fixture
def abl1(examples):
    SHARED_CACHE.clear()
    SHARED_FORMS.clear()
    return examples["Imatinib – ABL1"]["sequence"]


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library.csv"
    rows = [f"m{n},{'C' * (n % 40 + 1)}c1ccc(OC{'N' * (n % 2)})cc1" for n in range(2600)]
    rows[700] = "=1+1,C1CC"
    path.write_text("name,smiles\n" + "\n".join(rows) + "\n")
    return path


def test_a_library_is_screened_and_summed_up(abl1, tmp_path, capsys):
    path, output = tmp_path / "x.csv", tmp_path / "out.jsonl"
    path.write_text(f"id,smiles\na,{IMATINIB}\na,C1CC\n")
    command = ["screen", "--protein", abl1, "--molecules", str(path), "--output", str(output)]
    assert main([*command, "--json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["rows"], document["predicted"], document["repeated_ids"]) == (2, 1, 1)
    assert document["source"]["columns"] == {"smiles": "smiles", "id": "id"}
    first, second = map(json.loads, output.read_text().splitlines())
    assert first["affinity"] == pytest.approx(8.6190, abs=1e-3)
    assert second["fault"]
    assert main(command) == 0
    said = capsys.readouterr().err
    assert "smiles from 'smiles'" in said
    assert "1 of them without a prediction" in said


def test_a_kill_in_the_middle_loses_and_repeats_no_row(abl1, library, tmp_path):
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    command = ["screen", "--protein", abl1, "--molecules", str(library), "--output"]
    process = subprocess.Popen(
        [sys.executable, "-m", "dta_demo", *command, str(part)], stderr=subprocess.DEVNULL
    )
    journal = part.with_name("part.csv.part.json")
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if journal.exists() and json.loads(journal.read_text())["rows"] >= 512:
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = json.loads(journal.read_text())["rows"]
    assert 512 <= done < 2600
    assert main([*command, str(part)]) == 0
    assert main([*command, str(whole)]) == 0
    assert part.read_bytes() == whole.read_bytes()
    assert len(whole.read_text().splitlines()) == 2601
    assert not journal.exists()


def test_ctrl_c_keeps_what_is_done(abl1, library, tmp_path, capsys, monkeypatch):
    output = tmp_path / "x.csv.gz"
    command = ["screen", "--protein", abl1, "--molecules", str(library), "--output", str(output)]
    read = screens.Screen.batches

    def interrupted(self, skip):
        yield next(read(self, skip))
        raise KeyboardInterrupt

    monkeypatch.setattr(screens.Screen, "batches", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 130
    assert "Stopped after 512 rows" in capsys.readouterr().err
    monkeypatch.setattr(screens.Screen, "batches", read)
    assert main(command) == 0
    assert "Going on after 512 rows" in capsys.readouterr().err
    assert len(gzip.decompress(output.read_bytes()).splitlines()) == 2601


def test_standard_input_is_read(abl1, tmp_path, monkeypatch):
    output = tmp_path / "x.csv"

    class Input:
        buffer = io.BytesIO(b"CCO a\nCCN b\n")

    monkeypatch.setattr(sys, "stdin", Input)
    command = ["screen", "--protein", abl1, "--molecules", "-", "--output", str(output), "--json"]
    assert main(command) == 0
    assert len(output.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--molecules", "x.smi"], "go together"),
        (["--protein", "MKVLAAGIVGLCAKAYEEAK", "--pairs", "x.smi"], "go together"),
        (["--proteins", "x.fasta"], "go together"),
        (["--pairs", "/no/such/file"], "No such file"),
    ],
)
def test_bad_options_get_one_line(options, complaint, tmp_path, capsys):
    assert main(["screen", *options, "--output", str(tmp_path / "x.csv")]) == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert captured.err.count("\n") == 1


def test_a_part_of_another_screen_gets_one_line(abl1, library, tmp_path, capsys):
    output = tmp_path / "x.csv"
    output.with_name("x.csv.part").write_text("line\n")
    output.with_name("x.csv.part.json").write_text(
        json.dumps({"identity": "other", "rows": 0, "faults": 0, "bytes": 5})
    )
    command = ["screen", "--protein", abl1, "--molecules", str(library), "--output", str(output)]
    assert main(command) == 2
    assert "another input" in capsys.readouterr().err
