import numpy as np
import plotly.graph_objects as go
import pytest

from dta_demo.ui.pooling.figures import (
    pooling_dots,
    pooling_weights,
    similarity_map,
)
from dta_demo.ui.shared.plotting import (
    MAX_COLUMNS,
    bin_columns,
    bin_square,
    peaks,
    times_equal,
)
from tests.support import records

TWO_MEGABYTES = 2_000_000


def size(figure: go.Figure) -> int:
    return len(figure.to_json())


def test_an_equal_share_is_one() -> None:
    assert times_equal(np.full((2, 50), 1 / 50)) == pytest.approx(np.ones((2, 50)))


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
    lowest, _ = bin_columns(short, limit=4, lowest=True)
    assert lowest.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_a_square_map_is_shortened_on_both_sides() -> None:
    square = np.arange(25.0).reshape(5, 5)
    binned, width = bin_square(square, limit=3)
    assert width == 2
    assert binned.tolist() == [[6, 8, 9], [16, 18, 19], [21, 23, 24]]


def test_a_long_profile_keeps_the_highest_of_each_group() -> None:
    values = np.array([0.0, 5, 1, 2, 9])
    assert peaks(values, limit=5).tolist() == [0, 1, 2, 3, 4]
    assert peaks(values, limit=3).tolist() == [1, 3, 4]


@pytest.mark.parametrize("residues", [1, 2, MAX_COLUMNS, 4_000, 40_000])
def test_a_view_stays_under_two_megabytes(residues: int) -> None:
    assert size(pooling_weights(records.pooling(residues))) < TWO_MEGABYTES


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
