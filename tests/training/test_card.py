import json
import shutil

from dta_demo.runtime.bundled import bundled_file
from dta_demo.training.card import EVALUATIONS, main

CHECKPOINT = bundled_file("checkpoint")


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
    assert "| this model | 0.137 | 0.922 |" in card
