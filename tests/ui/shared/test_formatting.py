import numpy as np
import pytest

from dta_demo.kinases.landmarks import Landmark
from dta_demo.ui.shared.formatting import (
    landmark_words,
    list_residues,
    residue_words,
    write_difference,
    write_number,
)


@pytest.mark.parametrize(
    ("landmark", "words"),
    [
        (Landmark("gatekeeper", 315, 315, "T"), "gatekeeper T315"),
        (Landmark("HRD", 361, 363, "YRD"), "HRD (YRD) 361–363"),
        (Landmark("HRD", 361, 363, "HRD"), "HRD 361–363"),
        (Landmark("glycine-rich loop", 5, 10, "GSGAFG"), "glycine-rich loop 5–10"),
    ],
)
def test_landmarks_are_named_with_their_residues(landmark: Landmark, words: str) -> None:
    assert landmark_words(landmark) == words


def test_residues_are_named_with_their_letter() -> None:
    assert residue_words("C") == "Cys (C)"


def test_nothing_is_written_as_less_than_nothing() -> None:
    assert write_number(-0.001) == "0.00"
    assert write_difference(-0.001) == "+0.00"
    assert (write_number(1234.5, 0), write_difference(-0.25)) == ("1,234", "-0.25")


def test_residues_are_listed_with_their_values() -> None:
    assert list_residues("ACD", np.array([0.1, 2.0, 3.456]), [2, 1]) == "D3 (3.46), C2 (2.00)"
