from dataclasses import replace

from dta_demo.ui.about.tab import errors_table, model_card, model_facts
from dta_demo.ui.text import about as text
from tests.support import records


def test_about_shows_only_what_is_known(tmp_path) -> None:
    assert "0.250" in errors_table(records.INFO)
    assert "<td>0.250</td><td>0.500</td>" in errors_table(records.INFO)
    assert text.GROUPS["new drug"] in errors_table(records.INFO)
    assert text.METRICS["coverage"] not in errors_table(records.INFO)
    assert ("Protein encoder", "esm2") in model_facts(records.INFO)
    info = replace(records.INFO, training_pairs={"davis": 25046, "bdb": 7}, label_range=(5, 9))
    assert {"Davis 25,046, BindingDB 7", "5–9"} <= set(dict(model_facts(info)).values())


def test_the_model_card_is_shown_without_its_front_matter(tmp_path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: x\n---\n# Card\n", encoding="utf-8")
    assert model_card(replace(records.INFO, checkpoint=str(tmp_path))) == "# Card\n"
    assert model_card(records.INFO) == ""
