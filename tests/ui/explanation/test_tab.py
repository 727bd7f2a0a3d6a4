from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest

from dta_demo.explain.pocket_findings import OTHERS, OWN, Difference, PocketFindings, Spread
from dta_demo.explain.records import Attribution, Explanation, Faithfulness, HidingCurve
from dta_demo.results.region import Region
from dta_demo.ui.explanation.card import sums_card
from dta_demo.ui.explanation.figures import draw_atoms, hiding_figure, residue_figure, scale_limit
from dta_demo.ui.explanation.files import atoms_csv, residues_csv
from dta_demo.ui.explanation.pocket import pocket_card, say_findings, say_groups
from dta_demo.ui.explanation.tab import draw_maps, invite
from dta_demo.ui.explanation.tables import atom_rows, residue_rows
from dta_demo.ui.shared.query import Query
from dta_demo.ui.text import explanation as text
from dta_demo.ui.text import shared as shared_text
from tests.support.records import prediction, protein

MARKED = 42


def attribution(residues: int = 300) -> Attribution:
    values = np.random.default_rng(0).normal(scale=0.01, size=residues)
    values[MARKED - 1] = -0.3
    atoms = np.array([0.1, 0.0, 0.2])
    return Attribution(
        protein(residues), prediction().molecule, 8.0, 6.0, values, atoms, atoms / 2,
        ("C", "C", "O"), Region(30, 200, "kinase domain"), 16,
    )  # fmt: skip


def faithfulness(**rankings: float) -> Faithfulness:
    counts = (1, 2, 4)
    curves = {
        name: HidingCurve(counts, np.array([[8.0, 7.5, 7.0]]), np.array([area]))
        for name, area in rankings.items()
    }
    random = HidingCurve(counts, np.full((2, 3), 7.9), np.array([0.1, 0.2]))
    return Faithfulness(8.0, 6.5, curves, random)


def explanation() -> Explanation:
    of_residues = faithfulness(attention=0.15, attribution=0.9)
    return Explanation(
        prediction(), attribution(), 6, 0, of_residues, faithfulness(attribution=0.9)
    )


@pytest.fixture(scope="module")
def query(examples: Any) -> Query:
    from dta_demo.inputs.molecule import parse_molecule
    from dta_demo.inputs.protein import parse_protein

    row = examples["Staurosporine – CDK2"]
    text_of = f">=cmd|{row['gene']}\n{row['sequence']}", row["smiles"] + " @staurosporine"
    return Query(*text_of, parse_protein(text_of[0]), parse_molecule(text_of[1]))


def rows_of(file: dict[str, str] | None) -> list[dict[str, str]]:
    assert file is not None
    return list(csv.DictReader(io.StringIO(file["content"])))


def test_the_marked_residue_has_one_number_in_figure_and_table() -> None:
    (bars,) = residue_figure(attribution()).data
    lowest = int(np.argmin(bars.y))
    letter = protein().sequence[MARKED - 1]
    assert bars.x[lowest] == MARKED
    assert bars.text[lowest] == f"{letter}{MARKED}"
    assert residue_rows(attribution())[0] == [
        f"{shared_text.RESIDUE_NAMES[letter]} ({letter})", MARKED, -0.3,
    ]  # fmt: skip


def test_atoms_are_numbered_from_one_and_sorted_by_size() -> None:
    assert [row[:2] for row in atom_rows(attribution())] == [["O", 3], ["C", 1], ["C", 2]]


def test_residues_and_atoms_share_one_scale() -> None:
    assert scale_limit(attribution()) == 0.3
    axis = residue_figure(attribution()).layout.coloraxis
    assert (axis.cmin, axis.cmax) == (-0.3, 0.3)


def test_the_drawing_is_numbered_on_request_only() -> None:
    plain, numbered = (draw_atoms(attribution(), wanted) for wanted in (False, True))
    assert plain.count("<path") < numbered.count("<path")
    assert plain.count("<ellipse") == 3


def test_long_proteins_stay_small() -> None:
    assert len(residue_figure(attribution(4000)).to_json()) < 300_000


def test_the_curves_name_attention_and_chance() -> None:
    names = {trace.name for trace in hiding_figure(explanation()).data}
    assert names == {
        text.RANDOM_BAND, text.RANDOM_MEAN, text.RANKINGS["attribution"],
        text.RANKINGS["attention"].format(layer="layer 6"),
    }  # fmt: skip


def test_the_sums_are_written_out() -> None:
    card = str(sums_card(attribution()))
    for words in ("6.00", "8.00", "+0.30", text.SUM_ERROR):
        assert words in card


def test_the_button_is_offered_for_a_query_only(query: Query) -> None:
    assert text.EMPTY in invite(None)[0]
    placeholder, row, stop, body, check = invite(query)
    assert text.READY in placeholder
    assert [each.visible for each in (row, stop, body, check)] == [True, False, False, False]


def test_files_hold_every_residue_and_atom_with_the_numbers_of_the_maps(
    predictor: Any, query: Query
) -> None:
    *_, residues, atoms = draw_maps(predictor, query, False)
    by_number = {int(row["number"]): row for row in rows_of(residues_csv(predictor, query))}
    assert len(by_number) == len(query.protein.sequence)
    for name, number, contribution in residues:
        row = by_number[number]
        assert row["residue"] == name[-2]
        assert float(row["contribution_pkd"]) == pytest.approx(contribution, abs=1e-3)
    for column in ("attention_layer_6", "pooling_weight_mean"):
        assert sum(float(row[column]) for row in by_number.values()) == pytest.approx(1, abs=1e-3)
    of_atoms = {int(row["number"]): row for row in rows_of(atoms_csv(predictor, query))}
    for element, number, contribution, _ in atoms:
        assert of_atoms[number]["element"] == element
        assert float(of_atoms[number]["contribution_pkd"]) == pytest.approx(contribution, abs=1e-3)


def test_file_names_are_safe_and_no_cell_holds_typed_text(predictor: Any, query: Query) -> None:
    for make in (residues_csv, atoms_csv):
        file = make(predictor, query)
        assert file is not None
        assert set(file["name"]) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
        )
        assert "cmd" not in file["content"]
        assert make(predictor, None) is None


def findings(measured: Difference, new: Difference) -> PocketFindings:
    def at(mean: float) -> Spread:
        return Spread(mean, mean - 0.1, mean + 0.1)

    areas = {OWN: at(0.81), OTHERS: at(0.72), "pocket": at(0.63), "attention 1": at(0.44)}
    precisions = {name: at(0.3) for name in areas}
    return PocketFindings(7, 5, areas, precisions, {OWN: at(0.6)}, 0.1, measured, new)


def test_what_follows_from_the_survey_follows_from_its_numbers() -> None:
    weak, clear = Difference(0.02, 0.01, 11), Difference(0.05, 0.01, 11)
    said = say_findings(findings(clear, weak))
    assert "In 7 crystal structures of 5 kinases" in said
    assert "0.81 (0.50 by chance)" in said
    assert "attention, by layer, with 0.44 to 0.44" in said
    panel, new = say_groups(findings(clear, weak))
    assert "find their place better than those for other drugs, by +0.050 ± 0.010" in panel
    assert "New drugs: that is not shown (+0.020 ± 0.010)" in new
    panel, new = say_groups(findings(weak, clear))
    assert "Drugs of the training panel: it is not shown" in panel
    assert "better, too, by +0.050 ± 0.010" in new


def test_the_survey_is_shown_for_the_weights_that_were_surveyed(
    predictor: Any, tiny_predictor: Any
) -> None:
    assert text.POCKET_TITLE in pocket_card(predictor)
    assert pocket_card(tiny_predictor) == ""
