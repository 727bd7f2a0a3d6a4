import plotly.graph_objects as go
import pytest

from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights, similarity_map
from dta_demo.ui.shared.plotting import MAX_COLUMNS
from dta_demo.ui.text import pooling as text
from tests.support import records

TWO_MEGABYTES = 2_000_000


def size(figure: go.Figure) -> int:
    return len(figure.to_json())


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
    annotations = pooling_weights(records.pooling()).layout.annotations
    assert text.NO_WEIGHT in [each.text for each in annotations]


@pytest.mark.parametrize("draw", [pooling_dots, similarity_map, pooling_weights])
def test_figures_leave_the_background_to_the_page(draw) -> None:
    layout = draw(records.pooling()).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
