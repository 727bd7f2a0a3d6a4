import json

import numpy as np
import plotly.graph_objects as go
import pytest

from dta_demo.ui.figures import (
    attention_figure,
    pooling_dots,
    pooling_weights,
    similarity_map,
)
from dta_demo.ui.plotting import (
    MAX_COLUMNS,
    MAX_POINTS,
    SCALE_START,
    bin_columns,
    peaks,
    quantise,
    times_equal,
)

from . import records

TWO_MEGABYTES = 2_000_000


def size(figure: go.Figure) -> int:
    return len(figure.to_json())


def test_an_equal_share_is_one() -> None:
    assert times_equal(np.full((2, 50), 1 / 50)) == pytest.approx(np.ones((2, 50)))


def test_codes_rise_with_the_value_and_fill_a_byte() -> None:
    codes = quantise(np.array([0.0, SCALE_START, 1.0, 10.0, 99.0]), top=10.0)
    assert codes.dtype == np.uint8
    assert codes.tolist() == [0, 0, 128, 255, 255]


def test_a_short_map_is_left_alone_and_a_long_one_keeps_its_peaks() -> None:
    short = np.arange(12.0).reshape(2, 6)
    same, width = bin_columns(short, limit=6)
    assert width == 1
    assert (same == short).all()
    binned, width = bin_columns(short, limit=4)
    assert width == 2
    assert binned.tolist() == [[1, 3, 5], [7, 9, 11]]
    odd, _ = bin_columns(np.arange(5.0)[None], limit=3)
    assert odd.tolist() == [[1, 3, 4]]


def test_a_long_profile_keeps_the_highest_of_each_group() -> None:
    values = np.array([0.0, 5, 1, 2, 9])
    assert peaks(values, limit=5).tolist() == [0, 1, 2, 3, 4]
    assert peaks(values, limit=3).tolist() == [1, 3, 4]


def test_attention_maps_travel_as_bytes_with_real_values_on_the_colour_bar() -> None:
    figure = attention_figure(records.attention(), layer=6, head=0)
    layers, heads = (trace for trace in figure.data if trace.type == "heatmap")
    assert layers.z.dtype == np.uint8
    assert layers.z.shape == (6, 300)
    assert heads.z.shape == (20, 300)
    assert "1×" in figure.layout.coloraxis.colorbar.ticktext  # noqa: RUF001
    assert json.loads(figure.to_json())["data"][0]["z"]["dtype"] == "u1"


def test_attention_is_numbered_from_one() -> None:
    figure = attention_figure(records.attention(), layer=1, head=3)
    profile = figure.data[-1]
    strongest = int(np.argmax(profile.y))
    assert profile.x[strongest] == 42
    assert profile.text[strongest] == records.protein().sequence[41] + "42"
    layers = figure.data[0]
    assert layers.x[int(np.argmax(layers.customdata[0]))] == 42
    assert list(layers.y) == [1, 2, 3, 4, 5, 6]


def test_profile_is_the_chosen_head_or_the_mean() -> None:
    report = records.attention()
    one = attention_figure(report, layer=2, head=5).data[-1]
    mean = attention_figure(report, layer=2, head=0).data[-1]
    assert one.y == pytest.approx(report.received[1, 4] * 300)
    assert mean.y == pytest.approx(report.received[1].mean(axis=0) * 300, rel=1e-5)


@pytest.mark.parametrize("residues", [1, 2, MAX_COLUMNS, 4_000, 40_000])
def test_a_view_stays_under_two_megabytes(residues: int) -> None:
    report = records.attention(max(residues, 42), layers=2)
    assert size(attention_figure(report, layer=2, head=1)) < TWO_MEGABYTES
    assert size(pooling_weights(records.pooling(residues))) < TWO_MEGABYTES


def test_a_long_map_has_a_bounded_number_of_columns() -> None:
    figure = attention_figure(records.attention(12_000, layers=1), layer=1, head=0)
    assert figure.data[0].z.shape[1] <= MAX_COLUMNS
    assert len(figure.data[-1].x) <= MAX_POINTS
    assert "±" in figure.data[0].hovertemplate


def test_the_region_is_shaded_unless_it_is_the_whole_protein() -> None:
    shaded = attention_figure(records.attention(300), 1, 0)
    assert any("kinase domain" in (x.text or "") for x in shaded.layout.annotations)
    region = records.attention(300).regions[0]
    spans = [(s.x0, s.x1) for s in shaded.layout.shapes]
    assert (region.start - 0.5, region.end + 0.5) in spans


def test_the_four_predictions_stand_beside_the_ensemble() -> None:
    report = records.pooling()
    figure = pooling_dots(report)
    assert [trace.x[1] for trace in figure.data] == list(report.prediction.by_pooling.values())
    assert "8.00" in figure.layout.annotations[0].text


def test_similarity_shows_its_numbers() -> None:
    heatmap = similarity_map(records.pooling()).data[0]
    assert heatmap.z.shape == (4, 4)
    assert heatmap.texttemplate == "%{z:.2f}"


def test_pooling_without_residue_weights_says_so() -> None:
    texts = [x.text for x in pooling_weights(records.pooling()).layout.annotations]
    assert any("no residue has a weight" in text for text in texts)


@pytest.mark.parametrize("draw", [pooling_dots, similarity_map, pooling_weights])
def test_figures_leave_the_background_to_the_page(draw) -> None:
    layout = draw(records.pooling()).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
