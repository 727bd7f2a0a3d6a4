from dataclasses import replace
from html import unescape

import pytest

from dta_demo.results.applicability import Neighbour
from dta_demo.results.pooling_advice import advise
from dta_demo.results.pooling_analysis import PoolingAnalysis
from dta_demo.results.pooling_study import PoolingStudy
from dta_demo.results.poolings import HiddenResidues, PoolingReport
from dta_demo.ui.pooling.advice import pooling_summary as summarise
from dta_demo.ui.pooling.analysis import analysis_tables
from dta_demo.ui.pooling.study import find, study_card
from dta_demo.ui.pooling.tab import draw_poolings
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records


def pooling_summary(report: PoolingReport, study: PoolingStudy | None) -> str:
    return summarise(report, advise(report, study) if report.answers else None)


def test_a_tab_without_a_query_says_what_to_do() -> None:
    assert shared_text.PREDICT_FIRST in draw_poolings(object(), None)[0]


def test_the_summary_compares_the_spread_with_the_error() -> None:
    summary = unescape(pooling_summary(records.pooling(), records.pooling_study()))
    assert text.AGREE.format(spread="0.30", error="0.50") in summary
    assert text.RULE_TEXT in summary
    for answer in records.answers():
        assert f"{answer.interval[0]:.2f}" in summary


def test_outside_the_domain_the_summary_warns_and_judges_nothing() -> None:
    outside = records.prediction(applicability=records.out_of_domain("Far away."))
    summary = pooling_summary(records.pooling(prediction=outside), records.pooling_study())
    assert summary.index("Far away.") < summary.index("dta-finding")
    assert text.OUTSIDE in unescape(summary)
    assert "smallest error in cross-validation" not in summary


def test_at_the_floor_the_summary_gives_no_numbers() -> None:
    summary = pooling_summary(records.pooling(answers=records.answers([5.02] * 4)), None)
    assert text.ALL_AT_FLOOR.format(kd="10 µM") in summary
    assert "5.02" not in summary


def test_without_readouts_the_summary_says_so_and_shows_those_inside_the_model() -> None:
    summary = unescape(pooling_summary(records.pooling(answers=()), None))
    assert text.NO_READOUTS in summary
    assert "8.10" in summary


def test_the_hiding_test_stands_beside_random_residues() -> None:
    report = records.pooling()
    hidden = HiddenResidues("max", report.top("max"), (-0.5,) * 4, (-0.1,) * 4, (0.05,) * 4)
    pocket = replace(hidden, what="pocket", numbers=report.pocket)
    nearest = {name: (Neighbour("LCK", 0.5),) * 10 for name in report.names}
    tables = unescape(analysis_tables(PoolingAnalysis(report, None, (hidden, pocket), nearest)))
    assert "-0.50 (-0.10 ± 0.05)" in tables
    assert text.HIDDEN_TOP.format(count=20, name="the maximum") in tables
    assert text.HIDDEN_POCKET.format(count=30) in tables
    assert "LCK 0.50" in tables
    assert "more than random residues do" in tables.replace("no more", "NO MORE")


def test_weights_that_show_nothing_are_said_to() -> None:
    report = records.pooling()
    hidden = HiddenResidues("max", report.top("max"), (-0.1,) * 4, (-0.1,) * 4, (0.05,) * 4)
    assert "no more than random residues do" in unescape(
        analysis_tables(PoolingAnalysis(report, None, (hidden,)))
    )


def test_a_report_without_a_pocket_or_hidden_residues_has_the_rest() -> None:
    tables = analysis_tables(PoolingAnalysis(records.pooling(pocket=())))
    assert text.NO_POCKET in tables
    assert text.HIDING not in tables


def test_the_study_says_what_it_found_with_its_numbers() -> None:
    study = records.pooling_study()
    sentences = list(find(study))
    best = min(
        study.error(f"esm2, domain, {name}, last", "new target")[0] for name in records.POOLINGS
    )
    assert any(f"gives {best:.3f} with" in sentence for sentence in sentences)
    assert all("the maximum" not in sentence for sentence in sentences)
    card = study_card(study)
    assert card.count('<th scope="row">') == 4 + 4 + 4 + 36


@pytest.mark.parametrize("name", records.POOLINGS)
def test_the_study_has_a_row_for_each_pooling_trained_and_untrained(name: str) -> None:
    card = unescape(study_card(records.pooling_study()))
    assert text.READS["random weights"].format(pooling=text.NAMES[name]) in card
