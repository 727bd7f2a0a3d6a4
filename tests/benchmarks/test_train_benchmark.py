import pytest

from dta_demo.benchmarks.records import Figure, NotMeasured, Settings
from dta_demo.benchmarks.train import measure
from tests.support.datasets import write_dataset

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    data = write_dataset(tmp_path_factory.mktemp("data") / "small")
    return list(measure(Settings(quick=True, device="cpu", data=data)))


def test_a_quick_run_says_that_it_is_no_epoch(outcomes):
    epochs = [figure for figure in outcomes if figure.against == "bound of an epoch"]
    assert [figure.reference for figure in epochs] == [3.0, 240.0]
    for figure in epochs:
        assert "not extrapolated to an epoch (32 pairs, steps: " in figure.what
        assert figure.met is None


def test_both_phases_their_set_up_and_a_plain_step_are_measured(outcomes):
    assert all(isinstance(figure, Figure) and figure.ours > 0 for figure in outcomes)
    names = "\n".join(figure.what for figure in outcomes)
    assert names.count("encoder frozen") == 1
    assert names.count("once before the first epoch") == 2
    assert names.count("last 4 layers unfrozen") == 3
    assert {figure.unit for figure in outcomes} == {"s", "GB"}


def test_without_data_nothing_is_measured():
    (outcome,) = measure(Settings(quick=True))
    assert isinstance(outcome, NotMeasured)
    assert "--data" in outcome.reason
