import re

import pytest

from dta_demo.molecules.drawing import draw_molecule, formula_and_weight

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"


@pytest.mark.parametrize(
    "smiles",
    [IMATINIB, "[13CH3][CH2:7]O", "[Na+].[Cl-]", "*C", "[CH3]", "N[Pt](N)(Cl)Cl", "CP(O)(=O)OS"],
)
def test_every_colour_is_a_variable_of_the_page(smiles: str) -> None:
    drawing = draw_molecule(smiles)
    assert not re.findall("#[0-9A-Fa-f]{6}", drawing)
    assert "var(--mol-bond)" in drawing


def test_elements_have_their_own_colours() -> None:
    drawing = draw_molecule("NCCOCCSCCCl")
    for name in ("nitrogen", "oxygen", "sulphur", "halogen"):
        assert f"var(--mol-{name})" in drawing


def test_drawing_holds_shapes_and_no_text_of_the_input() -> None:
    hostile = "CCO |$<img src=x onerror=alert(1)>;;$|"
    drawing = draw_molecule(hostile, label='"><script>alert(1)</script>')
    assert set(re.findall(r"<(\w+)", drawing)) == {"svg", "path"}
    assert "onerror" not in drawing
    assert "&lt;script&gt;" in drawing


def test_what_rdkit_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw_molecule("C1CC")


def test_formula_and_weight() -> None:
    formula, weight = formula_and_weight(IMATINIB)
    assert formula == "C29H31N7O"
    assert weight == pytest.approx(493.6, abs=0.1)
