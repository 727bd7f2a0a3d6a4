import pytest

from dta_demo.kinases.landmarks import Landmark
from dta_demo.ui.shared.formatting import landmark_words, residue_words


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
