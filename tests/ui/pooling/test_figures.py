import numpy as np
import plotly.graph_objects as go
import pytest

from dta_demo.results.pooling_map import PoolingMap
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights, similarity_maps
from dta_demo.ui.pooling.map_figure import agreement_maps, kinome_maps
from dta_demo.ui.shared.plotting import MAX_COLUMNS
from dta_demo.ui.text import pooling as text
from tests.support import records

TWO_MEGABYTES = 2_000_000


def size(figure: go.Figure) -> int:
    return len(figure.to_json())


def make_map(proteins: int = 30, **changes: object) -> PoolingMap:
    fields = {
        "names": records.POOLINGS,
        "labels": tuple(f"K{number}" for number in range(proteins)),
        "groups": tuple(f"G{number % 10}" for number in range(proteins)),
        "families": tuple("" for _ in range(proteins)),
        "places": np.random.default_rng(0).random((4, proteins, 2)),
        "method": "PCA",
        "variance": (0.5, 0.4, 0.3, 0.2),
        "overlap": np.eye(4),
        "cka": np.eye(4),
        "same_family": (0.5,) * 4,
        "by_composition": 0.3,
        "by_chance": 0.01,
    }
    return PoolingMap(**{**fields, **changes})


@pytest.mark.parametrize("residues", [1, 2, MAX_COLUMNS, 4_000, 40_000])
def test_a_view_stays_under_two_megabytes(residues: int) -> None:
    assert size(pooling_weights(records.pooling(residues))) < TWO_MEGABYTES


def test_the_four_answers_stand_beside_the_released_model() -> None:
    report = records.pooling()
    figure = pooling_dots(report)
    assert [trace.x[1] for trace in figure.data] == [each.affinity for each in report.answers]
    assert [trace.x[0] for trace in figure.data] == [each.interval[0] for each in report.answers]
    assert "8.00" in figure.layout.annotations[0].text


def test_similarity_shows_its_numbers_raw_and_centred() -> None:
    raw, centred = similarity_maps(records.pooling()).data
    assert raw.z.shape == centred.z.shape == (4, 4)
    assert raw.texttemplate == "%{z:.2f}"
    assert len(similarity_maps(records.pooling(centred_similarity=None)).data) == 1


def test_a_pooling_without_residue_weights_says_so() -> None:
    annotations = pooling_weights(records.pooling()).layout.annotations
    assert text.NO_WEIGHT in [each.text for each in annotations]


def test_the_maximum_is_drawn_in_channels_won() -> None:
    report = records.pooling()
    drawn = pooling_weights(report).data[report.names.index("max")]
    assert drawn.y.sum() == report.channels


def test_every_head_of_the_attention_has_a_row() -> None:
    report = records.pooling()
    assert pooling_weights(report).data[-1].z.shape == report.head_weights.shape


def test_a_map_has_every_protein_under_every_pooling_once() -> None:
    found = make_map()
    figure = kinome_maps(found, "group", {}, marked="K3")
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    for axis in ("x", "x2", "x3", "x4"):
        assert sum(len(trace.x) for trace in dots if (trace.xaxis or "x") == axis) == 30
    rings = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert [ring.text[0] for ring in rings] == ["K3"] * 4


def test_a_map_by_pkd_has_the_values_of_the_molecule() -> None:
    found = make_map()
    pkd = {label: 5 + number / 10 for number, label in enumerate(found.labels)}
    trace = kinome_maps(found, "pkd", pkd).data[0]
    assert sorted(trace.marker.color) == pytest.approx(sorted(pkd.values()), abs=1e-5)


def test_a_map_whose_axes_mean_no_variance_names_none() -> None:
    titles = [
        each.text for each in kinome_maps(make_map(variance=None), "family", {}).layout.annotations
    ]
    assert titles == [text.NAMES[name] for name in records.POOLINGS]


@pytest.mark.parametrize(
    "figure",
    [
        pooling_dots(records.pooling()),
        similarity_maps(records.pooling()),
        pooling_weights(records.pooling()),
        kinome_maps(make_map(), "group", {}),
        agreement_maps(make_map()),
    ],
    ids=["dots", "similarity", "weights", "maps", "agreement"],
)
def test_figures_leave_the_background_to_the_page(figure: go.Figure) -> None:
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_a_name_of_a_visitor_is_no_markup_in_a_map() -> None:
    labels = tuple(f"<a href='https://example.org'>p{number}</a>" for number in range(30))
    found = make_map(labels=labels)
    pkd = dict.fromkeys(labels, 6.0)
    for colour in ("group", "pkd"):
        figure = kinome_maps(found, colour, pkd, marked=labels[0])
        words = [text for trace in figure.data for text in trace.text]
        assert len(words) >= 30
        assert not any("<" in each for each in words)
        assert not any("example.org" in str(trace.hovertemplate) for trace in figure.data)
