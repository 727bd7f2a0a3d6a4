import json

import pytest

from dta_demo.cli.main import main
from dta_demo.training import tuning_demo
from dta_demo.training.tuned_readout import load_tuned
from dta_demo.training.tuning_demo import TuningDemo, TuningSettings

pytestmark = [pytest.mark.usefixtures("loaded_once"), pytest.mark.slow]

TABLE = "protein,molecule,affinity\n" + "".join(
    f"{protein},{molecule},{6 + number / 4}\n"
    for number, (protein, molecule) in enumerate(
        (protein, molecule)
        for protein in ("CDK2", "EGFR")
        for molecule in ("imatinib", "dasatinib", "erlotinib", "gefitinib", "CCO")
    )
)


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch):
    def settings(layers, seed):
        return TuningSettings(layers, readout_epochs=3, layer_epochs=2, seed=seed)

    monkeypatch.setattr(tuning_demo, "TuningSettings", settings)


def test_the_example_pairs_are_tuned_on_without_a_table(predictor, tmp_path, capsys):
    output = tmp_path / "tuned.safetensors"
    assert main(["tune", "--layers", "0", "--output", str(output), "--json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["pairs"], document["readout_epochs"], document["layers"]) == (20, 3, 0)
    assert "it is not the model" in document["note"]
    assert "readout 3: training" in captured.err
    assert load_tuned(output, predictor.encoder.esm).card.to_dict().items() <= document.items()


def test_a_table_is_tuned_on(predictor, tmp_path, capsys):
    table, output = tmp_path / "pairs.csv", tmp_path / "tuned.safetensors"
    table.write_text(TABLE)
    assert main(["tune", "--pairs", str(table), "--layers", "1", "--output", str(output)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert "the mean of the training pairs, predicted for each, gives" in printed
    card = load_tuned(output, predictor.encoder.esm).card
    assert (card.pairs, card.layers, card.layer_epochs) == (10, 1, 2)


def test_ctrl_c_keeps_what_is_done(predictor, tmp_path, capsys, monkeypatch):
    output, steps = tmp_path / "tuned.safetensors", TuningDemo.steps

    def interrupted(demo):
        for progress in steps(demo):
            yield progress
            if len(progress.points) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(TuningDemo, "steps", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["tune", "--output", str(output)])
    assert ended.value.code == 130
    assert load_tuned(output, predictor.encoder.esm).card.readout_epochs == 2


def test_ctrl_c_at_once_writes_nothing(tmp_path, capsys, monkeypatch):
    def interrupted(demo):
        raise KeyboardInterrupt

    monkeypatch.setattr(TuningDemo, "steps", interrupted)
    output = tmp_path / "tuned.safetensors"
    with pytest.raises(SystemExit):
        main(["tune", "--output", str(output)])
    assert not output.exists()
    assert "nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--output", "tuned.pt"], "must end in .safetensors"),
        (["--output", "no/such/folder/x.safetensors"], "does not exist"),
        (["--output", "x.safetensors", "--pairs", "no_such_file.csv"], "no_such_file.csv"),
        (["--output", "x.safetensors", "--layers", "9"], "tune 0 to 6 of them"),
    ],
)
def test_what_cannot_be_done_gets_one_line(arguments, reason, capsys):
    assert main(["tune", *arguments]) == 2
    message = capsys.readouterr().err
    assert reason in message
    assert message.count("\n") == 1
