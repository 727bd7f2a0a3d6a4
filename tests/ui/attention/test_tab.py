import csv
import io
from html import unescape
from typing import Any

import pytest

from dta_demo.results.attention import MAXIMUM, MEAN
from dta_demo.ui.attention.map_panel import draw_map, reset_map
from dta_demo.ui.attention.tab import (
    TOP_COUNT,
    attention_csv,
    draw_attention,
    draw_choice,
    draw_top,
    top_csv,
)
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records
from tests.support.doubles import AttentionDouble, query

OUTPUTS = 12


def read_rows(file: dict[str, str] | None) -> list[dict[str, str]]:
    assert file is not None
    return list(csv.DictReader(io.StringIO(file["content"])))


def table(*choices: Any) -> dict[str, Any]:
    return draw_top(AttentionDouble(), query(), *choices)[1]


def test_top_residues_are_ranked_and_numbered_from_one() -> None:
    rows = table("received", 6, MEAN, 20)["data"]
    assert len(rows) == 20
    residue, number, times, given, landmark, region = rows[0]
    assert (number, landmark, region) == (42, "gatekeeper", "kinase domain")
    assert residue == f"Cys ({records.protein().sequence[41]})"
    report = records.attention()
    assert times == pytest.approx(report.received[5, :, 41].mean() * 300, abs=0.01)
    assert given == pytest.approx(100 * report.given[5, :, 41].mean(), abs=0.01)
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


@pytest.mark.parametrize(("count", "rows"), [(10, 10), (50, 50), (None, TOP_COUNT), (10**9, 20)])
def test_the_table_has_as_many_rows_as_were_chosen(count, rows) -> None:
    title, found = draw_top(AttentionDouble(), query(), "received", 6, MEAN, count)
    assert len(found["data"]) == rows
    words = "layer 6, mean over heads"
    assert text.TOP_TITLES["received"].format(count=rows, words=words) in title


def test_the_table_is_about_what_was_chosen() -> None:
    given = table("given", 6, MEAN, 10)
    assert given["headers"][2:4] == [text.TOP_GIVEN, text.TOP_RECEIVED]
    assert given["data"][0][1] == 17
    assert [row[2] for row in given["data"]] == sorted(row[2] for row in given["data"])
    rollout = table("rollout", 6, MEAN, 10)
    assert rollout["headers"][2:4] == [text.TOP_ROLLOUT, text.TOP_RECEIVED]
    assert rollout["data"][0][1] == 10


@pytest.mark.parametrize("what", ["received", "given", "rollout"])
def test_the_downloaded_table_is_the_one_that_is_shown(what) -> None:
    shown = table(what, 3, 7, 10)
    file = top_csv(AttentionDouble(), query("../x"), what, 3, 7, 10)
    rows = read_rows(file)
    assert file["name"].startswith("attention_LCK_")
    assert [list(row) for row in rows] == [shown["headers"]] * 10
    assert [int(row["Number"]) for row in rows] == [row[1] for row in shown["data"]]


def test_the_file_of_every_residue_has_both_directions_and_the_places() -> None:
    file = attention_csv(AttentionDouble(), query(), "received", 3, MAXIMUM, 10)
    rows = read_rows(file)
    report = records.attention()
    assert file["name"] == "attention_LCK_layer3_head_maximum.csv"
    assert [int(row["number"]) for row in rows] == list(range(1, 301))
    assert "".join(row["residue"] for row in rows) == records.protein().sequence
    assert {row["number"] for row in rows if row["landmark"] == "HRD"} == {"50", "51", "52"}
    assert sum(row["region"] == "kinase domain" for row in rows) == 31
    assert {(row["layer"], row["head"]) for row in rows} == {("3", "maximum")}
    for place, row in enumerate(rows):
        received = report.received[2, :, place].max()
        assert float(row["received_share"]) == pytest.approx(received, abs=1e-7)
        assert float(row["received_times_equal_share"]) == pytest.approx(received * 300, abs=1e-3)
        assert float(row["given_share"]) == pytest.approx(report.given[2, :, place].max(), abs=1e-5)
    assert "rollout_share" not in rows[0]


def test_the_file_of_a_rollout_has_it_beside_the_means() -> None:
    file = attention_csv(AttentionDouble(), query(), "rollout", 3, 7, 10)
    rows = read_rows(file)
    assert file["name"] == "attention_LCK_rollout.csv"
    assert sum(float(row["rollout_share"]) for row in rows) == pytest.approx(1, abs=1e-4)
    assert max(rows, key=lambda row: float(row["rollout_share"]))["number"] == "10"
    assert sum(float(row["received_share"]) for row in rows) == pytest.approx(1, abs=1e-4)
    assert {(row["layer"], row["head"]) for row in rows} == {("mean", "mean")}


def test_a_name_that_is_a_path_does_not_name_a_file() -> None:
    double = AttentionDouble(protein=records.protein(name="../../x<script>"))
    file = attention_csv(double, query(), "received", 3, MEAN, 10)
    assert file["name"] == "attention_x_script_layer3_head_mean.csv"


def test_the_tab_starts_at_the_last_layer() -> None:
    drawn = draw_attention(AttentionDouble(), query(), None, None, None, None)
    assert len(drawn) == OUTPUTS
    summary, _, heads, window, shown, box, layer, head, meaning, *_ = drawn
    assert "LCK: 300 residues, 6 layers of 20 heads." in summary
    assert not heads.visible
    assert (layer.value, head.value) == (6, MEAN)
    assert (text.LAST_LAYER.format(layer=6), 6) in layer.choices
    assert (text.HEAD_MAXIMUM, MAXIMUM) in head.choices
    assert meaning == text.WHAT_MEANING["received"]
    assert (window.visible, shown, box.visible) == (False, None, False)


def test_a_layer_that_the_model_lacks_falls_back_to_the_last() -> None:
    layer, head, *_ = draw_choice(AttentionDouble(), query(), "received", 33, 99, 20)
    assert (layer.value, head.value) == (6, MEAN)


def test_rollout_hides_layer_and_head() -> None:
    layer, head, meaning, *_ = draw_choice(AttentionDouble(), query(), "rollout", 3, 7, 20)
    assert (layer.visible, head.visible) == (False, False)
    assert meaning == text.WHAT_MEANING["rollout"]


def test_a_long_protein_says_where_its_parts_meet() -> None:
    windows = ((1, 200), (101, 300))
    summary, _, _, window, *_ = draw_attention(
        AttentionDouble(windows=windows), query(), None, None, None, None
    )
    assert text.WINDOWS.format(count=2, parts="1–200, 101–300") in unescape(summary)
    assert window.visible
    assert window.choices == [("1–200", 1), ("101–300", 2)]


def test_a_tab_without_a_query_says_what_to_do() -> None:
    double = AttentionDouble()
    drawn = draw_attention(double, None, None, None, None, None)
    assert shared_text.PREDICT_FIRST in drawn[0]
    assert len(drawn) == OUTPUTS
    assert attention_csv(double, None, None, None, None, None) is None
    assert top_csv(double, None, None, None, None, None) is None
    assert len(draw_map(double, None, 1, False, "received", 1, 1)) == 4


def test_no_map_is_computed_until_it_is_asked_for() -> None:
    double = AttentionDouble()
    draw_attention(double, query(), "received", 3, 7, 20)
    reset_map(double.report)
    assert double.asked == []
    shown, box, title, _ = draw_map(double, query(), 1, True, "received", 3, 7)
    assert double.asked == [(3, 7, 1)]
    assert shown == ("received", 3, 7)
    assert box.visible
    assert f"Map of layer 3, head 7, residues 1–300{text.MAP_CORRECTED}" in title


def test_a_map_is_of_the_part_that_was_chosen() -> None:
    double = AttentionDouble(windows=((1, 200), (101, 300)))
    *_, title, plot = draw_map(double, query(), 2, False, "given", MEAN, MAXIMUM)
    assert double.asked == [(MEAN, MAXIMUM, 2)]
    assert "mean over layers, maximum over heads, residues 101–300." in title
    assert records.protein().sequence[100] + "101" in plot.plot
    draw_map(double, query(), 7, False, "received", 1, 1)
    assert double.asked[-1] == (1, 1, 1)


def test_a_rollout_has_the_mean_map() -> None:
    double = AttentionDouble()
    title = draw_map(double, query(), 1, False, "rollout", 3, 7)[2]
    assert double.asked == [(MEAN, MEAN, 1)]
    assert "mean over layers, mean over heads" in title
