from dataclasses import replace
from html import unescape

from dta_demo.ui.pooling.tab import draw_poolings, pooling_summary
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records


def test_a_tab_without_a_query_says_what_to_do() -> None:
    assert shared_text.PREDICT_FIRST in draw_poolings(object(), None)[0]


def test_pooling_summary_compares_the_spread_with_the_error() -> None:
    summary = pooling_summary(records.pooling(), records.INFO)
    assert text.SPREAD.format(spread="0.30", low="7.80", high="8.10") in unescape(summary)
    assert text.AGREE.format(error="0.50") in unescape(summary)
    assert text.BEST.format(name="Learned attention") in summary


def test_pooling_summary_outside_the_domain_warns_and_judges_nothing() -> None:
    outside = records.prediction(applicability=records.out_of_domain("Far away."))
    summary = pooling_summary(replace(records.pooling(), prediction=outside), records.INFO)
    assert summary.index("Far away.") < summary.index("dta-finding")
    assert "typical error" not in summary


def test_pooling_summary_at_the_floor_gives_no_numbers() -> None:
    poolings = dict.fromkeys(records.POOLINGS, 5.02)
    floor = records.prediction(affinity=5.02, by_pooling=poolings)
    summary = pooling_summary(replace(records.pooling(), prediction=floor), records.INFO)
    assert text.AT_FLOOR.format(kd="10 µM") in summary
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
    assert text.DISAGREE.format(error="0.50") in unescape(summaries[0])
    assert text.AGREE.format(error="0.71") in unescape(summaries[1])
