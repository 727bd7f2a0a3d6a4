import json
import os
import subprocess
import sys

import numpy as np
import pytest

from dta_demo.cli.main import main
from dta_demo.explain import explain
from tests.support.outside import IMATINIB, PAIRS


@pytest.fixture
def abl1(tmp_path, examples):
    path = tmp_path / "ABL1.fasta"
    path.write_text(f">ABL1\n{examples['Imatinib – ABL1']['sequence']}\n")
    return str(path)


@pytest.mark.checkpoint
def test_predict_prints_one_document_offline(abl1, tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", "dta_demo", "predict",
         "--protein", abl1, "--smiles", IMATINIB, "--json"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    document = json.loads(process.stdout)
    assert set(document) >= {
        "affinity", "unit", "kd_nm", "interval", "level", "by_pooling", "applicability", "receipt",
    }  # fmt: skip


@pytest.mark.usefixtures("loaded_once")
def test_a_long_sequence_is_no_file_name(examples, capsys):
    sequence = examples["Imatinib – ABL1"]["sequence"]
    assert main(["predict", "--protein", sequence, "--smiles", IMATINIB]) == 0
    assert "pKd" in capsys.readouterr().out


@pytest.mark.usefixtures("loaded_once")
def test_names_are_read_and_said(capsys):
    assert main(["predict", "--protein", "ABL1 T315I", "--smiles", "imatinib"]) == 0
    printed = capsys.readouterr().out
    assert "Read as ABL1 (P00519), 1,130 residues, with T315I." in printed
    assert "Read as Imatinib (Cc1ccc(" in printed
    assert main(["attention", "--protein", "CDK2", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sequence"]) == 298


@pytest.mark.usefixtures("loaded_once")
def test_controls_stand_beside_the_prediction(abl1, capsys):
    command = ["predict", "--protein", abl1, "--smiles", IMATINIB]
    assert main([*command, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert main([*command, "--controls", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    controls = document.pop("controls")
    assert document == plain
    assert controls["protein_matters"] is True
    assert controls["shuffled"]["mean"] < document["affinity"] - 2
    assert main([*command, "--controls"]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == controls["verdict"]
    assert "mean of the molecule over 380 training pairs" in printed


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("name", PAIRS)
def test_outside_the_domain_the_warning_comes_first(name, capsys):
    protein, smiles = PAIRS[name]
    command = ["predict", "--protein", protein, "--smiles", smiles]
    assert main(command) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("Warning: outside the training domain. No ")
    assert second.startswith("Guess: ")
    assert main([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["applicability"]["in_domain"] is False
    assert document["summary"].startswith("Outside the training domain.")


@pytest.mark.usefixtures("loaded_once")
def test_at_the_floor_a_bound_is_printed(examples, capsys):
    protein = examples["Imatinib – EGFR"]["sequence"]
    assert main(["predict", "--protein", protein, "--smiles", IMATINIB]) == 0
    value, interval, *_ = capsys.readouterr().out.splitlines()
    assert value.startswith("Kd above 10 µM (pKd at most 5)")
    assert interval.startswith("90% interval: pKd at most ")


@pytest.mark.usefixtures("loaded_once")
def test_attention_rows_sum_to_one_and_the_map_is_written(abl1, tmp_path, capsys, examples):
    output = tmp_path / "map.npy"
    short = examples["Staurosporine – CDK2"]["sequence"]
    status = main(
        ["attention", "--protein", short, "--json", "--map", "1", "2", "--output", str(output)]
    )
    assert status == 0
    document = json.loads(capsys.readouterr().out)
    received = np.array(document["received"])
    assert (document["layers"], document["heads"]) == (6, 20)
    assert received.shape == (6, len(document["sequence"]))
    np.testing.assert_allclose(received.sum(axis=1), 1, atol=1e-3)
    assert np.shape(document["given"]) == received.shape
    gatekeeper = {"name": "gatekeeper", "start": 80, "end": 80, "letters": "F"}
    assert gatekeeper in document["landmarks"]
    assert np.load(output).shape == (len(short), len(short))


@pytest.mark.usefixtures("loaded_once")
def test_the_map_of_a_long_protein_is_that_of_a_named_window(tmp_path, capsys, examples):
    output, protein = tmp_path / "map.npy", examples["SGX-523 – MET"]["sequence"]
    command = ["attention", "--protein", protein, "--map", "0", "-1", "--output", str(output)]
    assert main([*command, "--window", "2"]) == 0
    assert np.load(output).shape == (795, 795)
    assert main(command) == 2
    assert "one of the windows 1 to 2" in capsys.readouterr().err


@pytest.mark.usefixtures("loaded_once")
def test_poolings_prints_four_predictions(abl1, capsys):
    assert main(["poolings", "--protein", abl1, "--smiles", IMATINIB, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["predictions"]) == 4


@pytest.mark.parametrize(
    ("protein", "smiles", "complaint"),
    [
        ("ACGTACGTACGTACGTACGTACGT", "CCO", "DNA"),
        ("MKTAYIAKQRQISFVKSHFSRQ", "CC(C", "SMILES"),
        ("", "CCO", "protein"),
        ("/no/such/file", "CCO", "/"),
        ("ABL1 T316I", "CCO", "has E at position 316, not T"),
        ("ABBL1", "CCO", "the nearest: ABL1"),
        ("ABL1", "imatinb", "the nearest: Imatinib"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(capsys, protein, smiles, complaint):
    assert main(["predict", "--protein", protein, "--smiles", smiles, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert complaint in captured.err
    assert captured.err.count("\n") == 1


def test_a_binary_file_gets_one_line(tmp_path, capsys):
    path = tmp_path / "x.fasta"
    path.write_bytes(b"\xff\xfe\x00")
    assert main(["predict", "--protein", str(path), "--smiles", "CCO"]) == 2
    assert "not a text file" in capsys.readouterr().err


def test_a_folder_without_a_checkpoint_gets_one_line(abl1, tmp_path, capsys):
    options = ["predict", "--protein", abl1, "--smiles", "CCO", "--checkpoint", str(tmp_path)]
    assert main(options) == 2
    assert "no checkpoint" in capsys.readouterr().err


@pytest.mark.usefixtures("loaded_once")
def test_evaluate_scores_a_fold_by_members_that_left_it_out(shared_data, capsys):
    options = ["evaluate", "--data", str(shared_data / "davis"), "--folds", "0", "--json"]
    assert main(options) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) >= {
        "dataset", "n", "mse", "ci", "rm2", "pearson", "spearman", "coverage",
        "coverage_actives", "mean_width",
    }  # fmt: skip
    assert figures["n"] == 5010
    assert figures["mse"] <= 0.18
    assert figures["ci"] >= 0.902
    assert 0.88 <= figures["coverage"] <= 0.92


def test_help_imports_no_large_library():
    command = [sys.executable, "-X", "importtime", "-m", "dta_demo", "--help"]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "predict the affinity of a pair" in process.stdout
    modules = {line.split("|")[-1].strip() for line in process.stderr.splitlines()}
    assert {"dta_demo.cli.main", "dta_demo.cli.pair_verbs"} <= modules
    assert not {"torch", "transformers", "rdkit", "gradio", "numpy"} & modules


@pytest.mark.usefixtures("loaded_once")
def test_a_benchmark_prints_a_table_or_a_document(capsys):
    assert main(["benchmark", "batch", "--quick"]) == 0
    assert "| batch | useful residues per second" in capsys.readouterr().out
    assert main(["benchmark", "batch", "--quick", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["quick"] is True
    assert list(document["benchmarks"]) == ["batch"]
    assert main(["benchmark", "nonsense"]) == 2
    assert "There is no benchmark 'nonsense'" in capsys.readouterr().err


@pytest.mark.usefixtures("loaded_once")
def test_explain_prints_what_the_endpoint_prints(predictor, examples, capsys):
    row = examples["Staurosporine – CDK2"]
    protein = f">{row['gene']}\n{row['sequence']}"
    command = ["explain", "--protein", protein, "--smiles", row["smiles"]]
    assert main([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads(json.dumps(explain(predictor, protein, row["smiles"]).to_dict()))
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "Baseline" in printed
    assert printed.splitlines()[-1] == document["faithfulness"]["verdicts"][-1]


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("choice", [["--layer", "7"], ["--layer", "0"], ["--head", "21"]])
def test_a_layer_or_head_that_is_not_there_is_refused(choice, capsys):
    command = ["explain", "--protein", "MKVLAAGIVGLCAKAYEEAK", "--smiles", "CCO", *choice]
    assert main(command) == 2
    assert "layers 1 to 6" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("program", "name"),
    [("/usr/bin/dta-demo", "dta-demo"), ("/x/dta_demo/__main__.py", "python -m dta_demo")],
)
def test_help_names_the_command_as_it_was_called(program, name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [program])
    with pytest.raises(SystemExit):
        main(["fetch", "--help"])
    assert capsys.readouterr().out.startswith(f"usage: {name} fetch ")


@pytest.mark.usefixtures("loaded_once")
def test_scan_prints_a_list_and_writes_a_file(abl1, capsys, tmp_path):
    output = tmp_path / "scan.csv"
    command = ["scan", "--protein", abl1, "--smiles", "CCO", "--mutations", "P1A,p.Pro1Lys"]
    assert main([*command, "--output", str(output), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["mutation"] for each in document["mutants"]] == ["P1A", "P1K"]
    assert len(output.read_text(encoding="utf-8").splitlines()) == 3
    assert main(["scan", "--protein", abl1, "--smiles", "CCO", "--region", "9-5000"]) == 2
    assert "does not lie in the sequence" in capsys.readouterr().err


@pytest.mark.usefixtures("loaded_once")
def test_info_tells_what_the_model_runs_on(capsys):
    assert main(["info", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["device"] == "cpu"
    assert document["threads"] >= 1
    assert set(document["versions"]) == {"python", "torch", "transformers", "gradio"}
    assert set(document["caches"]) == {"proteins", "forms", "attention_maps"}
    assert main(["predict", "--protein", "CDK2", "--smiles", IMATINIB, "--json"]) == 0
    assert main(["predict", "--protein", "CDK2", "--smiles", IMATINIB, "--json"]) == 0
    capsys.readouterr()
    assert main(["info"]) == 0
    rows = dict(line.split("\t", 1) for line in capsys.readouterr().out.splitlines())
    hits = int(rows["caches.proteins.hits"])
    assert hits > document["caches"]["proteins"]["hits"]
    assert rows["versions.python"] == document["versions"]["python"]
