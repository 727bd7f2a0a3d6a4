from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.ui.report.report_file import lines_of, report_file
from dta_demo.ui.shared.query import Query
from dta_demo.ui.text import about as about_text
from dta_demo.ui.text import explanation as explanation_text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import prediction as prediction_text

HOSTILE = '"><img src=x onerror=window.hacked=1></pre><script>window.hacked=1</script><!-- body -->'


@pytest.fixture(scope="module")
def query(examples: Any) -> Query:
    row = examples["Staurosporine – CDK2"]
    protein, molecule = f">{row['gene']}\n{row['sequence']}", row["smiles"] + " staurosporine"
    return Query(protein, molecule, parse_protein(protein), parse_molecule(molecule))


@pytest.fixture(scope="module")
def report(predictor: Any, query: Query) -> str:
    file = report_file(predictor, True, query)
    assert file is not None
    assert file["name"] == "report_staurosporine_CDK2.html"
    return file["content"]


def test_it_holds_the_pair_its_value_and_its_receipts(
    predictor: Any, query: Query, report: str
) -> None:
    prediction = predictor.predict(query.protein, query.molecule)
    for words in (
        query.molecule.smiles.replace("'", "&#39;"), query.protein.sequence[:10],
        f"{prediction.affinity:.2f}", prediction_text.RECEIPT_TITLE, explanation_text.TAB,
        pooling_text.TAB, about_text.ERROR_MEASURE,
    ):  # fmt: skip
        assert words in report
    assert report.count('class="plotly-graph-div"') == 5
    assert report.count("<svg") >= 2


def test_every_figure_is_described_for_who_does_not_see_it(predictor: Any, report: str) -> None:
    labels = re.findall('<div role="group" aria-label="([^"]*)">', report)
    assert len(labels) == 5
    assert sum("CDK2" in label for label in labels) == 4
    assert sum("residues hidden" in label for label in labels) == 1
    assert all(re.search(r"\d\.\d\d", label) for label in labels)


def test_it_asks_for_nothing_outside(report: str) -> None:
    without_plotly = re.sub(r"<script>/\*\*.*?</script>", "", report, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", without_plotly)


def test_the_sequence_is_numbered_in_tens(query: Query) -> None:
    first, *_, last = lines_of(query).splitlines()
    sequence = query.protein.sequence
    assert first.split() == ["1", *(sequence[place : place + 10] for place in range(0, 60, 10))]
    assert last.split()[0] == str(len(sequence) // 60 * 60 + 1)


def test_without_an_explanation_it_is_left_out(predictor: Any, query: Query) -> None:
    file = report_file(predictor, False, query)
    assert file is not None
    assert explanation_text.FAITHFULNESS_TITLE not in file["content"]
    assert report_file(predictor, False, None) is None


@pytest.mark.browser
def test_it_opens_from_a_file_and_runs_nothing_that_was_typed(
    predictor: Any, query: Query, chromium: Any, tmp_path: Path
) -> None:
    hostile = replace(
        query,
        protein=replace(query.protein, name=HOSTILE, changes=(HOSTILE,)),
        molecule=replace(query.molecule, name=HOSTILE),
    )
    file = report_file(predictor, True, hostile)
    assert file is not None
    path = tmp_path / file["name"]
    path.write_text(file["content"], encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 5")
    assert page.evaluate("window.hacked") is None
    assert trouble == []
    context.close()
