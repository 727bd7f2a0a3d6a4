import json
import shutil

from dta_demo.runtime.bundled import bundled_file
from dta_demo.training.card import EVALUATIONS, main

CHECKPOINT = bundled_file("checkpoint")

ABLATION = {
    "dataset": "davis",
    "split": "new-drug",
    "epochs": 10,
    "folds": [0, 1],
    "seeds": [0, 1],
    "combinations": {
        "all": {"mse": 0.5, "ci": 0.75},
        "without kiba": {
            "mse": 0.525,
            "ci": 0.74,
            "difference": {
                "mse": {"mean": 0.025, "standard_error": 0.004},
                "ci": {"mean": -0.01, "standard_error": 0.003},
            },
        },
        "davis alone": {
            "mse": 0.6,
            "ci": 0.7,
            "difference": {
                "mse": {"mean": 0.1, "standard_error": None},
                "ci": {"mean": -0.05, "standard_error": None},
            },
        },
    },
}
"""What `dta_demo.training.ablation` writes, without what the card leaves out."""


def copy_records(folder) -> None:
    for name in ("training.json", EVALUATIONS):
        shutil.copy(CHECKPOINT / name, folder / name)


def test_the_bundled_card_is_what_its_records_give(tmp_path):
    copy_records(tmp_path)
    main(str(tmp_path))
    written, bundled = (
        (place / "README.md").read_text("utf-8") for place in (tmp_path, CHECKPOINT)
    )
    assert written == bundled
    assert (tmp_path / EVALUATIONS).read_bytes() == (CHECKPOINT / EVALUATIONS).read_bytes()


def test_evaluations_replace_those_that_are_there(tmp_path):
    copy_records(tmp_path)
    first, *_ = json.loads((tmp_path / EVALUATIONS).read_text("utf-8"))
    evaluation = tmp_path / "davis.json"
    evaluation.write_text(json.dumps(first), "utf-8")
    main(str(tmp_path), str(evaluation))
    assert json.loads((tmp_path / EVALUATIONS).read_text("utf-8")) == [first]
    card = (tmp_path / "README.md").read_text("utf-8")
    assert card.count("## Beside baselines") == 1
    assert "| this model | 0.130 | 0.925 |" in card


def test_an_ablation_among_the_evaluations_gets_a_table_of_its_own(tmp_path):
    copy_records(tmp_path)
    first, *_ = json.loads((tmp_path / EVALUATIONS).read_text("utf-8"))
    paths = [tmp_path / "davis.json", tmp_path / "ablation.json"]
    for path, document in zip(paths, (first, ABLATION), strict=True):
        path.write_text(json.dumps(document), "utf-8")
    main(str(tmp_path), *map(str, paths))
    assert json.loads((tmp_path / EVALUATIONS).read_text("utf-8")) == [first, ABLATION]
    card = (tmp_path / "README.md").read_text("utf-8")
    assert card.count("## Beside baselines") == 1
    section = card.split("## What each data set gives: davis, new-drug\n")[1].split("\n## ")[0]
    assert "--epochs 10 --seeds 0 1 --output" in section
    assert "2 folds and 2 seeds" in section
    assert "| all | 0.500 | 0.750 | – | – |" in section
    assert "| without kiba | 0.525 | 0.740 | +0.025 ± 0.004 | -0.010 ± 0.003 |" in section
    assert "| davis alone | 0.600 | 0.700 | +0.100 | -0.050 |" in section
    main(str(tmp_path))
    assert (tmp_path / "README.md").read_text("utf-8") == card
