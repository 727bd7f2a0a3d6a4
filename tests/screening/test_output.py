import json

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.results.screening import ScreenRow
from dta_demo.screening.output import Output, identify_file

BATCHES = [[ScreenRow(2 * n, f"a{n}", "CCO"), ScreenRow(2 * n + 1, "b", "C")] for n in range(4)]


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl.gz"])
@pytest.mark.parametrize("torn", [b"", b"half a ro"])
def test_an_output_goes_on_where_it_was_sure(name, torn, tmp_path):
    whole = Output(tmp_path / f"whole-{name}", "x")
    for batch in BATCHES:
        whole.add(batch)
    whole.finish()
    part = Output(tmp_path / name, "x")
    for batch in BATCHES[:2]:
        part.add(batch)
    part.close()
    with part.part.open("ab") as file:
        file.write(torn)
    again = Output(tmp_path / name, "x")
    assert again.journal.rows == 4
    for batch in BATCHES[2:]:
        again.add(batch)
    again.finish()
    assert again.path.read_bytes() == whole.path.read_bytes()
    assert not list(tmp_path.glob("*.part*"))


def test_a_part_of_another_screen_is_refused(tmp_path):
    output = Output(tmp_path / "x.csv", "x")
    output.add(BATCHES[0])
    output.close()
    with pytest.raises(InputError, match="another input"):
        Output(tmp_path / "x.csv", "y")


def test_an_output_without_a_row_leaves_nothing(tmp_path):
    Output(tmp_path / "x.csv", "x").close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": 1}', None])
def test_a_damaged_note_is_refused(text, tmp_path):
    output = Output(tmp_path / "x.csv", "x")
    output.add(BATCHES[0])
    output.close()
    note = tmp_path / "x.csv.part.json"
    if text is None:
        text = json.dumps(json.loads(note.read_text()) | {"bytes": 10**9})
    note.write_text(text)
    with pytest.raises(InputError, match="damaged"):
        Output(tmp_path / "x.csv", "x")


def test_files_are_told_by_their_start_and_size(tmp_path):
    found = set()
    for text in ("CCO\n", "CCN\n", "CCO\nC\n"):
        path = tmp_path / "x"
        path.write_text(text)
        found.add(identify_file(path))
    assert len(found) == 3
