"""The verb ``profile``."""

from __future__ import annotations

import csv
import json

import pytest

from dta_demo.cli.main import main

pytestmark = pytest.mark.usefixtures("loaded_once")


def test_a_profile_is_listed_with_its_selectivity(predictor, capsys):
    assert main(["profile", "--smiles", "imatinib", "--top", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("522 kinases")
    assert lines[1].startswith("DDR1 ")
    assert len(lines) == 1 + 3 + 5
    assert lines[-1].startswith("Entropy")


def test_two_molecules_stand_side_by_side(predictor, tmp_path, capsys):
    path = tmp_path / "profile.csv"
    command = ["profile", "--smiles", "imatinib", "--against", "dasatinib", "--output", str(path)]
    assert main([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["against"]["molecule"]["name"] == "Dasatinib"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["kinase"]: row for row in csv.DictReader(file)}
    abl1 = rows["ABL1"]
    other = predictor.predict("ABL1", "dasatinib").affinity
    assert float(abl1["affinity_other"]) == pytest.approx(other, abs=1e-3)
    assert float(abl1["difference"]) == pytest.approx(
        float(abl1["affinity"]) - float(abl1["affinity_other"]), abs=2e-4
    )


def test_a_fasta_file_takes_the_place_of_the_kinome(examples, tmp_path, capsys):
    path = tmp_path / "mine.fasta"
    path.write_text(f">mine\n{examples['Imatinib – ABL1']['sequence']}\n")
    assert main(["profile", "--smiles", "imatinib", "--proteins", str(path), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["kinases"]
    assert row["kinase"] == "mine"
    path.write_text("no protein\n")
    assert main(["profile", "--smiles", "imatinib", "--proteins", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
