from __future__ import annotations

import base64
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.limits import PUBLIC
from dta_demo.ui.screening.files import csv_of, jsonl_of, parquet_of
from dta_demo.ui.screening.running import PROTEIN_ROWS, build_run, most_rows
from dta_demo.ui.screening.store import SCREENS
from dta_demo.ui.screening.tab import choose_row, draw_choice, draw_results, open_row, stop_screen
from dta_demo.ui.screening.tables import Choice, draw_counts, draw_progress
from dta_demo.ui.text import screening as text

LIST = "smiles,id\nimatinib,a\nC1CC,=1+1\nCCO,b\nc1ccccc1CCN,b\n"


def run(
    predictor: Any, kind: str = "molecules", pasted: str = LIST, upload: str | None = None,
    protein: str = "ABL1", molecule: str = "imatinib", rows: int = 100,
) -> str:  # fmt: skip
    limits = replace(PUBLIC, screen_rows=rows)
    steps = list(build_run(predictor, limits)(kind, pasted, upload, protein, molecule))
    key = steps[-1][0]
    assert key is not None
    return key


@pytest.fixture(scope="module")
def key(predictor: Any) -> str:
    return run(predictor)


def test_rows_are_what_predict_gives(predictor: Any, key: str) -> None:
    kept = SCREENS.recall(key)
    assert kept is not None
    assert kept.is_done
    imatinib, broken, *_ = kept.rows
    expected = predictor.predict("ABL1", "imatinib")
    assert imatinib.affinity == pytest.approx(expected.affinity, abs=1e-4)
    assert imatinib.probability_binds == pytest.approx(expected.binding.probability_binds, abs=1e-3)
    assert broken.fault
    assert [row.line for row in kept.rows] == [2, 3, 4, 5]


def test_progress_and_counts_are_said(key: str) -> None:
    kept = SCREENS.recall(key)
    assert kept is not None
    assert 'aria-valuenow="100"' in draw_progress(kept)
    words = draw_counts(kept)
    assert "3 predicted, 1 not readable" in words
    assert "SMILES from “smiles”" in words
    assert text.REPEATED.format(count="1") in words


def test_the_ranking_follows_the_choice(key: str) -> None:
    kept = SCREENS.recall(key)
    assert kept is not None
    assert Choice().apply(kept)[0].id == "a"
    assert [row.line for row in Choice(sort="line").apply(kept)] == [2, 4, 5]
    assert [row.id for row in Choice(least=7.0).apply(kept)] == ["a"]
    inside = Choice(only_inside=True).apply(kept)
    assert all(row.in_domain for row in inside)
    assert len(inside) < 3
    for sort in text.SORTS:
        assert len(Choice(sort=sort).apply(kept)) == 3


def test_a_row_opens_in_both_boxes(key: str) -> None:
    line, words, _ = choose_row(key, 2)
    assert line == 2
    assert "pKd 8.62" in words
    assert open_row(key, 2) == ("ABL1", "imatinib")
    assert open_row(key, 4) == ("ABL1", "CCO b")
    assert choose_row(key, 3)[0] is None


def test_proteins_and_pairs_open_with_the_protein_of_their_row(
    predictor: Any, examples: Any
) -> None:
    egfr = examples["Imatinib – EGFR"]["sequence"]
    key = run(predictor, "proteins", f">one\n{egfr}\n>two\nABL1 T315I\n")
    kept = SCREENS.recall(key)
    assert kept is not None
    assert open_row(key, 1) == (f">one\n{egfr}", "imatinib")
    key = run(predictor, "pairs", "protein\tsmiles\tname\nEGFR\tgefitinib\tx\n")
    assert open_row(key, 2) == ("EGFR", "gefitinib")


def test_every_file_holds_every_row_and_no_formula(key: str) -> None:
    table = csv_of(key)
    assert table is not None
    assert table["content"].count("\n") == 5
    assert "'=1+1" in table["content"]
    lines = jsonl_of(key)
    assert lines is not None
    assert [json.loads(each)["line"] for each in lines["content"].splitlines()] == [2, 3, 4, 5]
    packed = parquet_of(key)
    assert packed is not None
    import pyarrow.parquet as pq

    frame = pq.read_table(io.BytesIO(base64.b64decode(packed["content"])))
    assert frame.column("line").to_pylist() == [2, 3, 4, 5]


def test_a_list_is_cut_at_the_limit_and_that_is_said(predictor: Any) -> None:
    key = run(predictor, pasted="CCO\n" * 30, rows=20)
    kept = SCREENS.recall(key)
    assert kept is not None
    assert len(kept.rows) == 20
    assert text.LONGER.format(limit="20") in draw_counts(kept)
    assert most_rows(replace(PUBLIC, screen_rows=20), "proteins") == 20 // PROTEIN_ROWS


def test_stopping_keeps_what_is_done(predictor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dta_demo.ui.screening.running.STEP_ROWS", 10)
    steps = build_run(predictor, PUBLIC)("molecules", "CCO\n" * 100, None, "ABL1", "")
    next(steps)
    key, _ = next(steps)
    steps.close()
    kept = SCREENS.recall(key)
    assert kept is not None
    assert len(kept.rows) == 10
    assert not kept.is_done
    assert draw_results(key, "affinity", 4.0, False)[1].visible
    assert "Stopped after 10 rows" in stop_screen(key)
    assert "Stopped after 10 rows" in draw_results(key, "affinity", 4.0, False)[0]


def test_an_uploaded_file_goes_before_what_is_pasted(predictor: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(b"id,canonical_smiles\nx,CCO\n"))
    kept = SCREENS.recall(run(predictor, upload=str(path)))
    assert kept is not None
    assert [row.id for row in kept.rows] == ["x"]


@pytest.mark.parametrize(
    ("kind", "pasted", "protein", "molecule", "fault"),
    [
        ("molecules", LIST, " ", "CCO", text.NO_PROTEIN),
        ("proteins", ">x\nMKT", "ABL1", "", text.NO_MOLECULE),
        ("molecules", "  \n", "ABL1", "", text.NO_LIST),
        ("molecules", LIST, "no protein", "", "protein"),
        ("pairs", "a,b\n1,2\n", "", "", "column"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    predictor: Any, kind: str, pasted: str, protein: str, molecule: str, fault: str
) -> None:
    steps = list(build_run(predictor, PUBLIC)(kind, pasted, None, protein, molecule))
    key, words = steps[-1]
    assert key is None
    assert fault in words
    assert 'role="alert"' in words


def test_without_a_screen_nothing_is_drawn() -> None:
    assert not draw_results(None, "affinity", 4.0, False)[1].visible
    assert len(draw_choice(None, "affinity", 4.0, False)) == 4
    assert csv_of(None) is None
    with pytest.raises(InputError, match="screen them again"):
        SCREENS.recall("forgotten")
