from dataclasses import replace

import gradio as gr
import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.ui import text
from dta_demo.ui.about.tab import errors_table, model_card, model_facts
from dta_demo.ui.inputs.panel import drug_preview, protein_preview, read_boxes
from dta_demo.ui.pooling.tab import draw_poolings, pooling_summary
from dta_demo.ui.shared.guard import guarded
from tests.support import records

SEQUENCE = "MGCGCSSHPEDDWMENIDVCENCHYPIVPLDGKGTLLIRNGSEVRDPLVTYEGSNPPASPLQDNLVIALHSYE"


def test_a_tab_without_a_query_says_what_to_do() -> None:
    assert text.POOLING_EMPTY in draw_poolings(object(), None)[0]


def test_pooling_summary_compares_the_spread_with_the_error() -> None:
    summary = pooling_summary(records.pooling(), records.INFO)
    assert "0.30 pKd apart (7.80 to 8.10)" in summary
    assert "less than the model&#39;s typical error of 0.50 pKd" in summary
    assert "Learned attention had the smallest error" in summary


def test_pooling_summary_does_without_cross_validation() -> None:
    summary = pooling_summary(records.pooling(), {})
    assert "typical error" not in summary
    assert "smallest error" not in summary


def test_pooling_summary_outside_the_domain_warns_and_judges_nothing() -> None:
    outside = records.prediction(applicability=records.out_of_domain("Far away."))
    summary = pooling_summary(replace(records.pooling(), prediction=outside), records.INFO)
    assert summary.index("Far away.") < summary.index("pKd apart")
    assert "typical error" not in summary


def test_pooling_summary_at_the_floor_gives_no_numbers() -> None:
    poolings = dict.fromkeys(records.POOLINGS, 5.02)
    floor = records.prediction(affinity=5.02, by_pooling=poolings)
    summary = pooling_summary(replace(records.pooling(), prediction=floor), records.INFO)
    assert "All four predict the same: Kd above 10 µM." in summary
    assert "5.02" not in summary


def test_the_poolings_are_held_against_the_error_of_the_pairs_group() -> None:
    """Four predictions 0.6 apart differ for a known molecule and hardly for a new one."""
    values = dict(zip(records.POOLINGS, (7.6, 8.1, 8.0, 8.2), strict=True))
    known = records.prediction(by_pooling=values)
    new = records.prediction(
        by_pooling=values, applicability=replace(known.applicability, group="new drug")
    )
    report = records.pooling()
    summaries = [
        pooling_summary(replace(report, prediction=each), records.INFO) for each in (known, new)
    ]
    assert "typical error of 0.50 pKd" in summaries[0]
    assert "see different things" in summaries[0]
    assert "typical error of 0.71 pKd" in summaries[1]
    assert "hardly matters here" in summaries[1]


def test_about_shows_only_what_is_known(tmp_path) -> None:
    assert "0.250" in errors_table(records.INFO)
    assert "<td>0.250</td><td>0.500</td>" in errors_table(records.INFO)
    assert text.GROUPS["new drug"] in errors_table(records.INFO)
    assert text.METRICS["coverage"] not in errors_table(records.INFO)
    assert ("Protein encoder", "esm2") in model_facts(records.INFO)
    facts = dict(model_facts({"training_pairs": {"davis": 25046, "bdb": 7}, "label_range": [5, 9]}))
    assert set(facts.values()) == {"davis 25,046, bdb 7", "5–9"}
    (tmp_path / "README.md").write_text("---\nlicense: x\n---\n# Card\n", encoding="utf-8")
    assert model_card({"checkpoint": tmp_path}) == "# Card\n"
    assert model_card({}) == ""


def test_boxes_that_can_be_read_make_a_query() -> None:
    reading = read_boxes(f">LCK\n{SEQUENCE}", "CCO ethanol", [])
    assert reading.query is not None
    assert reading.query.protein.name == "LCK"
    assert not reading.query.is_stale(f">LCK\n{SEQUENCE}", "CCO ethanol")
    assert reading.query.is_stale(f">LCK\n{SEQUENCE}A", "CCO ethanol")
    assert f"{len(SEQUENCE)} residues" in reading.protein_note
    assert "C2H6O" in reading.drug_note
    assert "<svg" in reading.drawing


@pytest.mark.parametrize(
    ("protein", "drug", "words"),
    [
        ("", "CCO", "the protein could not be read"),
        (SEQUENCE, "C1CC", "the molecule could not be read"),
        ("", "", "neither box could be read"),
    ],
)
def test_bad_boxes_get_a_sentence_and_no_query(protein: str, drug: str, words: str) -> None:
    reading = read_boxes(protein, drug, [])
    assert reading.query is None
    assert words in reading.placeholder
    assert "dta-error" in reading.protein_note + reading.drug_note


def test_empty_boxes_show_a_hint_and_no_error_while_typing() -> None:
    assert text.PROTEIN_HINT in protein_preview(" ")
    note, drawing = drug_preview("")
    assert text.DRUG_HINT in note
    assert drawing == ""


def test_an_input_error_keeps_its_sentence_and_is_escaped_for_the_page() -> None:
    for for_page, shown in (
        (True, "Not &lt;b&gt;a&lt;/b&gt; protein."),
        (False, "Not <b>a</b> protein."),
    ):
        with pytest.raises(gr.Error) as told, guarded("read", for_page=for_page):
            raise InputError("Not <b>a</b> protein.")
        assert told.value.message == shown


def test_an_unexpected_failure_tells_nothing_of_the_server_and_logs_nothing_of_the_visitor(
    caplog,
) -> None:
    with pytest.raises(gr.Error) as shown, guarded("draw"):
        raise RuntimeError("MKVLSECRET at /srv/x")
    assert shown.value.message == text.FAILED
    assert "draw failed: RuntimeError" in caplog.text
    assert "test_tabs.py" in caplog.text
    assert "SECRET" not in caplog.text
