import json

import numpy as np
import plotly.graph_objects as go
import pytest

from dta_demo.results.attention import MAXIMUM, MEAN
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.figure import attention_figure, map_figure
from dta_demo.ui.shared.plotting import MAX_CELLS, MAX_COLUMNS, MAX_POINTS
from dta_demo.ui.shared.view import plot_value
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records
from tests.support.doubles import AttentionDouble

TWO_MEGABYTES = 2_000_000


def view(what="received", layer=6, head=MEAN, **changes) -> AttentionView:
    double = AttentionDouble(**changes)
    return AttentionView.read(double, double.report.protein, what, layer, head)


def size(figure: go.Figure) -> int:
    return len(plot_value(figure, "words").plot)


def titles(figure: go.Figure) -> list[str]:
    return [each.text for each in figure.layout.annotations]


def spans(figure: go.Figure) -> list[tuple[float, float]]:
    return [(shape.x0, shape.x1) for shape in figure.layout.shapes]


def test_maps_travel_as_bytes_with_real_values_on_the_colour_bar() -> None:
    figure = attention_figure(view())
    layers, heads = (trace for trace in figure.data if trace.type == "heatmap")
    assert layers.z.dtype == np.uint8
    assert layers.z.shape == (6, 300)
    assert heads.z.shape == (20, 300)
    assert "1×" in figure.layout.coloraxis.colorbar.ticktext  # noqa: RUF001
    assert json.loads(figure.to_json())["data"][0]["z"]["dtype"] == "u1"


def test_residues_are_numbered_from_one() -> None:
    figure = attention_figure(view(layer=1, head=3))
    profile = figure.data[-1]
    strongest = int(np.argmax(profile.y))
    assert profile.x[strongest] == 42
    assert profile.text[strongest] == records.protein().sequence[41] + "42"
    layers = figure.data[0]
    assert layers.x[int(np.argmax(layers.customdata[0]))] == 42
    assert list(layers.y) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("what", "layer", "head", "title"),
    [
        ("received", 2, 5, "Profile: layer 2, head 5"),
        ("received", MEAN, MAXIMUM, "Profile: mean over layers, maximum over heads"),
        ("given", 2, MEAN, "Profile: given, layer 2, mean over heads"),
        ("rollout", 2, 5, "Profile: rollout"),
    ],
)
def test_the_profile_is_what_was_chosen(what, layer, head, title) -> None:
    chosen = view(what, layer, head)
    figure = attention_figure(chosen)
    assert figure.data[-1].y == pytest.approx(chosen.values)
    assert title in titles(figure)


def test_maps_of_given_attention_show_given_attention() -> None:
    figure = attention_figure(view("given", 3, MEAN))
    layers, heads = (trace for trace in figure.data if trace.type == "heatmap")
    report = records.attention()
    np.testing.assert_allclose(layers.customdata, 100 * report.given.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(heads.customdata, 100 * report.given[2], rtol=1e-5)
    assert layers.z[0].argmax() == 16  # residue 17, which gives least, is the brightest


def test_rollout_has_no_heads_to_show() -> None:
    assert sum(trace.type == "heatmap" for trace in attention_figure(view("rollout")).data) == 1


def test_the_chosen_layer_and_head_are_framed() -> None:
    def frames(layer, head):
        shapes = attention_figure(view("received", layer, head)).layout.shapes
        return [shape.y0 + 0.5 for shape in shapes if shape.line.width == 2]

    assert frames(4, 7) == [4, 7]
    assert frames(4, MAXIMUM) == [4]
    assert frames(MEAN, MEAN) == []


def test_the_region_is_shaded_unless_it_is_the_whole_protein() -> None:
    shaded = attention_figure(view())
    assert any("kinase domain" in (x or "") for x in titles(shaded))
    region = records.attention().regions[0]
    assert (region.start - 0.5, region.end + 0.5) in spans(shaded)


def test_landmarks_are_marked_and_named_with_their_residues() -> None:
    figure = attention_figure(view())
    names = figure.data[2]
    assert list(names.text) == ["gatekeeper C42", "HRD (YRD) 50–52"]
    assert list(names.x) == [42, 51]
    assert len(set(names.y)) == 2
    assert {(41.5, 42.5), (49.5, 52.5)} <= {*spans(figure)}


def test_a_protein_without_landmarks_has_no_room_for_them() -> None:
    assert text.LANDMARKS in titles(attention_figure(view()))
    figure = attention_figure(view(landmarks=()))
    assert text.LANDMARKS not in titles(figure)
    assert len(figure.data) == 3


def test_joints_of_windows_are_shaded() -> None:
    figure = attention_figure(view(windows=((1, 150), (101, 250), (201, 300))))
    assert {(100.5, 150.5), (200.5, 250.5)} <= {*spans(figure)}
    assert titles(figure).count(shared_text.OVERLAP) == 2
    assert shared_text.OVERLAP not in titles(attention_figure(view()))


@pytest.mark.parametrize("residues", [52, MAX_COLUMNS, 4_000, 40_000])
@pytest.mark.parametrize("what", ["received", "given", "rollout"])
def test_a_view_stays_under_two_megabytes(residues, what) -> None:
    assert size(attention_figure(view(what, 2, 1, residues=residues))) < TWO_MEGABYTES


def test_one_residue_can_be_drawn() -> None:
    changes = {
        "received": np.ones((6, 20, 1), dtype=np.float32),
        "given": np.ones((6, 20, 1), dtype=np.float32),
        "protein": records.protein(1),
        "windows": ((1, 1),),
        "regions": (),
        "landmarks": (),
    }
    figure = attention_figure(view(**changes))
    assert list(figure.data[-1].x) == [1]


def test_a_long_map_has_a_bounded_number_of_columns() -> None:
    figure = attention_figure(view(layer=1, residues=12_000, layers=1))
    assert figure.data[0].z.shape[1] <= MAX_COLUMNS
    assert len(figure.data[-1].x) <= MAX_POINTS
    assert "±" in figure.data[0].hovertemplate


def spiked(residues: int, row: int, column: int) -> np.ndarray:
    full = np.full((residues, residues), 1.0, dtype=np.float32)
    full[row, column] = 50.0
    return full / full.sum(axis=1, keepdims=True)


def test_the_full_map_names_its_residues_in_the_protein() -> None:
    sequence = records.protein(60).sequence
    heatmap = map_figure(spiked(60, 3, 31), sequence, 101, corrected=False).data[0]
    assert heatmap.z.dtype == np.uint8
    row, column = np.unravel_index(heatmap.z.argmax(), heatmap.z.shape)
    assert (heatmap.y[row], heatmap.x[column]) == (f"{sequence[3]}104", f"{sequence[31]}132")
    assert heatmap.hovertemplate.startswith("%{y} attends to %{x}")


def test_a_corrected_map_is_symmetric() -> None:
    heatmap = map_figure(spiked(60, 3, 31), records.protein(60).sequence, 1, corrected=True).data[0]
    assert (heatmap.z == heatmap.z.T).all()
    assert heatmap.z[3, 31] == 255
    assert heatmap.hovertemplate.startswith("%{y} and %{x}")


def test_a_large_map_is_binned_and_says_which_residues_share_a_cell() -> None:
    residues = 1022
    sequence = records.protein(residues).sequence
    for corrected in (False, True):
        figure = map_figure(spiked(residues, 3, 700), sequence, 1, corrected)
        heatmap = figure.data[0]
        assert heatmap.z.shape == (511, 511)
        assert heatmap.z[1, 350] == 255
        assert heatmap.y[1] == f"{sequence[2]}3–{sequence[3]}4"
        assert size(figure) < TWO_MEGABYTES
    largest = map_figure(spiked(MAX_CELLS, 1, 2), "A" * MAX_CELLS, 1, corrected=False)
    assert size(largest) < TWO_MEGABYTES


@pytest.mark.parametrize("residues", [1, 2, 5, 7])
@pytest.mark.parametrize("corrected", [False, True])
def test_the_smallest_maps_can_be_drawn(residues, corrected) -> None:
    full = np.full((residues, residues), 1 / residues, dtype=np.float32)
    heatmap = map_figure(full, "A" * residues, 1, corrected).data[0]
    assert heatmap.z.shape == (residues, residues)


def test_figures_leave_the_background_to_the_page() -> None:
    for figure in (attention_figure(view()), map_figure(spiked(9, 0, 1), "A" * 9, 1, True)):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
