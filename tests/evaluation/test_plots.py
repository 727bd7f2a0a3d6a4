from dataclasses import replace

import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation.plots import (
    plot_calibration,
    plot_errors,
    plot_reliability,
    save_plots,
    save_reliability,
)
from dta_demo.evaluation.scored import Scored


@pytest.fixture
def scored(small_dataset):
    data = load_affinities(small_dataset)
    predicted = data.affinity + 0.3 * np.sin(np.arange(len(data)))
    groups = np.where(data.drug_index < 4, "seen", "new drug")
    return Scored(data, predicted, predicted - 0.25, predicted + 0.25, groups, 0.9)


def are_drawn(folder):
    names = ("calibration.png", "errors.png")
    return all((folder / name).read_bytes().startswith(b"\x89PNG") for name in names)


def test_both_figures_are_written(scored, tmp_path):
    save_plots(scored, tmp_path / "new" / "folder")
    assert are_drawn(tmp_path / "new" / "folder")


def test_the_calibration_shows_what_was_meant_and_every_group(scored):
    by_prediction, by_group = plot_calibration(scored).axes
    assert any(set(line.get_ydata()) == {0.9} for line in by_prediction.get_lines())
    assert [label.get_text() for label in by_group.get_xticklabels()] == ["all", "new drug", "seen"]
    inside = np.abs(scored.predicted - scored.data.affinity) <= 0.25
    shares = by_group.containers[0].lines[0].get_ydata()
    expected = [
        inside.mean(),
        *(inside[scored.groups == name].mean() for name in ("new drug", "seen")),
    ]
    np.testing.assert_allclose(shares, expected)


def test_errors_have_one_bar_for_each_label_bin(scored):
    by_label = plot_errors(scored).axes[1]
    assert len(by_label.patches) == len(by_label.get_xticklabels())
    assert by_label.get_xticklabels()[0].get_text().startswith("at 5\n")


def test_one_pair_can_be_drawn(scored, tmp_path):
    first = np.array([0])
    single = Scored(
        scored.data.take(first),
        *(values[first] for values in (scored.predicted, scored.low, scored.high, scored.groups)),
        0.9,
    )
    save_plots(single, tmp_path / "one")
    assert are_drawn(tmp_path / "one")
    same = replace(single, predicted=np.array([5.0]))
    same = replace(same, data=replace(same.data, affinity=np.array([5.0])))
    save_plots(same, tmp_path / "same")
    assert are_drawn(tmp_path / "same")


def test_the_reliability_shows_what_was_observed_for_every_chance(tmp_path):
    tables = {
        "binds": [
            {"mean_predicted": 0.1, "observed": 0.2, "n": 100},
            {"mean_predicted": 0.8, "observed": 0.7, "n": 100},
            {"mean_predicted": 0.9, "observed": 0.0, "n": 3},
        ],
        "active": [{"mean_predicted": 0.05, "observed": 0.0, "n": 500}],
    }
    (axes,) = plot_reliability(tables).axes
    binds, active = (container.lines[0] for container in axes.containers)
    np.testing.assert_array_equal(binds.get_xydata(), [[0.1, 0.2], [0.8, 0.7]])
    np.testing.assert_array_equal(active.get_xydata(), [[0.05, 0.0]])
    save_reliability(tables, tmp_path / "new")
    assert (tmp_path / "new" / "reliability.png").read_bytes().startswith(b"\x89PNG")
    save_reliability({"binds": []}, tmp_path / "none")
