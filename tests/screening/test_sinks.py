import csv
import gzip
import importlib.util
import io
import json

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.results.screening import SCREEN_FIELDS, ScreenRow
from dta_demo.screening.output import Output
from dta_demo.screening.sinks import Sink, write_csv

ROWS = [
    ScreenRow(1, "a", "CCO", affinity=5.25, interval_low=-0.5, in_domain=True, changes=("x.",)),
    ScreenRow(2, "=HYPERLINK(1)", "@SUM(1)", "-1+2", fault="'=…' is no molecule."),
    ScreenRow(3, 'b, "c"', "+C", fault="\tx"),
]


def read_cells(text):
    return list(csv.DictReader(io.StringIO(text), fieldnames=SCREEN_FIELDS))


def test_a_csv_has_no_formula_of_the_users_and_numbers_stay_numbers():
    first, second, third = read_cells(write_csv(ROWS))
    assert float(first["interval_low"]) == -0.5
    assert (second["id"], second["smiles"], second["protein"]) == (
        "'=HYPERLINK(1)", "'@SUM(1)", "'-1+2",
    )  # fmt: skip
    assert (third["id"], third["smiles"], third["fault"]) == ('b, "c"', "'+C", "'\tx")


def write(path):
    output = Output(path, "x")
    for row in ROWS:
        output.add([row])
    output.finish()
    return path


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.jsonl", "x.ndjson.gz"])
def test_the_suffix_tells_the_format(name, tmp_path):
    data = write(tmp_path / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    if ".csv" in name:
        assert text.startswith("line,id,smiles,")
        assert len(text.splitlines()) == 4
    else:
        rows = [json.loads(line) for line in text.splitlines()]
        assert rows == [row.to_dict() for row in ROWS]
    again = tmp_path / "again"
    again.mkdir()
    assert write(again / name).read_bytes() == data


def test_parquet_holds_the_same_rows(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = write(tmp_path / "x.parquet")
    assert parquet.read_table(path).to_pylist() == [row.to_dict() for row in ROWS]
    assert [each.name for each in tmp_path.iterdir()] == ["x.parquet"]


def test_without_pyarrow_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="pip install pyarrow"):
        Sink(tmp_path / "x.parquet")


@pytest.mark.parametrize("name", ["x.xlsx", "x", "x.gz"])
def test_another_suffix_is_refused(name, tmp_path):
    with pytest.raises(InputError, match="must end in"):
        Sink(tmp_path / name)
