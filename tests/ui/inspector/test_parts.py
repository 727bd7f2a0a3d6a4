from typing import Any

import pytest

from dta_demo.encoders.inspection import inspect_state
from dta_demo.encoders.step_memory import predict_step
from dta_demo.inputs.errors import InputError
from dta_demo.results.encoder import EncoderPart
from dta_demo.ui.inspector.memory import draw_measured, draw_memory
from dta_demo.ui.inspector.parts import (
    draw_parts,
    draw_shares,
    megabytes,
    percent,
    read_state,
    shapes_in_words,
)


def test_the_states_are_those_of_the_encoder(predictor: Any) -> None:
    esm = predictor.encoder.esm
    assert read_state(esm, "frozen", 4) == inspect_state(esm, 0)
    assert read_state(esm, "layers", 4) == inspect_state(esm, 4)
    assert read_state(esm, "embeddings", 4) == inspect_state(esm, 4, True)


def test_the_share_frozen_is_said_for_each_state(predictor: Any) -> None:
    esm = predictor.encoder.esm
    assert "100.0% of the encoder is frozen: none of 7,409,081" in draw_parts(
        read_state(esm, "frozen", 1)
    )
    drawn = draw_parts(read_state(esm, "layers", 4))
    assert "33.4% of the encoder is frozen: 4,932,480 of 7,409,081 parameters train" in drawn
    assert drawn.count("trains</td>") == 5
    shares = draw_shares(esm)
    for layers in range(7):
        assert percent(inspect_state(esm, layers).frozen_share) in shares
    assert "99.9%" in shares


def test_shapes_are_written_with_how_many_have_them() -> None:
    shapes = (((2, 3), 4), ((1000, 2), 1), ((5,), 3))
    part = EncoderPart("layer_0", shapes, 2039, 8156, True)
    assert shapes_in_words(part) == "4 × (2 × 3), (1,000 × 2), 15 numbers in vectors"  # noqa: RUF001


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0.0 MB"), (2560, "2.6 kB"), (100_000, "0.1 MB"), (2e9, "2,000.0 MB")]
)
def test_sizes_are_written_in_a_fitting_unit(size: float, words: str) -> None:
    assert megabytes(size) == words


def test_the_table_has_the_predicted_numbers(predictor: Any) -> None:
    esm = predictor.encoder.esm
    drawn = draw_memory(esm, "layers", 4, 8, 300)
    for checkpointed in (False, True):
        found = predict_step(esm, inspect_state(esm, 4), 8, 300, checkpointed)
        for size in (found.weights, found.moments, found.activations, found.peak):
            assert megabytes(size) in drawn
        assert f"<td>{found.passes}</td>" in drawn
    assert "computes 28.6% more" in drawn


def test_nothing_is_saved_where_nothing_trains(predictor: Any) -> None:
    assert "saves nothing" in draw_memory(predictor.encoder.esm, "frozen", 1, 8, 300)


def test_a_measured_step_stands_beside_the_prediction(predictor: Any) -> None:
    words = draw_measured(predictor.encoder.esm, "layers", 1, 2, 60)
    assert "Measured with a copy of the encoder" in words
    assert words.count("% off") + words.count("% and") == 2


def test_a_step_beyond_a_laptop_is_not_run(predictor: Any) -> None:
    with pytest.raises(InputError, match=r"would take 4,\d+\.\d MB, and at most 2,000\.0 MB"):
        draw_measured(predictor.encoder.esm, "layers", 6, 32, 1022)
