import math
import sys

import pytest

from dta_demo.benchmarks import attention, batch, length
from dta_demo.benchmarks.batch import even_out, mixed_lengths
from dta_demo.benchmarks.memory_probe import PassMemory
from dta_demo.benchmarks.records import Figure, NotMeasured, Settings

MEGABYTES = {"received": 30.0, "map": 20.0, "sdpa": 10.0, "eager": 100.0}


@pytest.fixture(scope="module")
def outcomes(predictor):
    """What the quick runs give, with no process started and the peers absent."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in sys.modules if name.split(".")[0] in ("esm", "esm_cpp")]:
            patch.delitem(sys.modules, name)
        for name in ("esm", "esm_cpp"):
            patch.setitem(sys.modules, name, None)
        for module in (attention, length, batch):
            patch.setattr(module, "load_predictor", lambda settings: predictor)
        for module in (attention, length):
            patch.setattr(
                module,
                "measure_memory",
                lambda work, residues, settings: PassMemory(MEGABYTES[work], 500.0),
            )
        settings = Settings(quick=True, device="cpu")
        modules = {"attention": attention, "length": length, "batch": batch}
        return {name: list(module.measure(settings)) for name, module in modules.items()}


def figures_of(outcomes) -> list[Figure]:
    return [each for each in outcomes if isinstance(each, Figure)]


@pytest.mark.parametrize(("name", "count"), [("attention", 9), ("length", 3), ("batch", 2)])
def test_the_figures_are_finite_and_positive(outcomes, name, count):
    figures = figures_of(outcomes[name])
    assert len(figures) == count
    for figure in figures:
        for value in (figure.ours, figure.reference, figure.ratio):
            assert math.isfinite(value)
            assert value > 0


def test_the_attention_is_that_of_the_eager_pass(outcomes):
    figures = [each for each in figures_of(outcomes["attention"]) if "difference" in each.what]
    assert len(figures) == 2
    for figure in figures:
        assert figure.ours < 1e-5
        assert figure.met


def test_memory_is_held_against_a_plain_pass_and_40_megabytes(outcomes):
    figures = [each for each in figures_of(outcomes["attention"]) if "memory" in each.what]
    assert [(each.ours, each.reference) for each in figures] == [(30, 50), (20, 50), (30, 100)]
    assert [each.asked for each in figures] == [1.0, 1.0, None]


def test_absent_peers_are_not_measured(outcomes):
    found = {
        each.what: each.reason for each in outcomes["attention"] if isinstance(each, NotMeasured)
    }
    assert found == {
        "time beside fair-esm, embeddings only": "fair-esm is not installed (pip install fair-esm)",
        "time beside esm-cpp, embeddings only": "esm-cpp is not installed (pip install esm-cpp)",
    }


def test_a_quick_run_leaves_the_longest_protein_out(outcomes):
    (left_out,) = [each for each in outcomes["length"] if isinstance(each, NotMeasured)]
    assert "35,000" in left_out.what


def test_equal_lengths_have_the_total_of_the_mixed_ones():
    lengths = mixed_lengths(quick=False)
    assert len(lengths) == 64
    assert min(lengths) >= 50
    assert max(lengths) <= 1000
    equal = even_out(lengths)
    assert len(equal) == 64
    assert sum(equal) == sum(lengths)
    assert max(equal) - min(equal) <= 1
