import gzip
import io

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.screening import streams
from dta_demo.screening.streams import TOO_LONG, TextStream

TEXT = "smiles,name\r\nCCO,ethanol\r\nCCN,äthyl\r\n"
LINES = ["smiles,name", "CCO,ethanol", "CCN,äthyl"]


def read(data, limit=None):
    return list(TextStream(io.BytesIO(data), limit))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings_line_ends_and_gzip_are_told(encoding, pack):
    assert read(pack(TEXT.encode(encoding))) == LINES


def test_a_mark_of_big_endian_is_read():
    assert read(b"\xfe\xff" + TEXT.encode("utf-16-be")) == LINES


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_all_systems_are_read(line_end):
    assert read(line_end.join(LINES).encode()) == LINES


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheet_is_refused(start):
    with pytest.raises(InputError, match="save the sheet as CSV"):
        read(start + bytes(100))


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(InputError, match="no text file"):
        read(bytes(range(256)) * 4 + bytes(64))


def test_a_nul_in_a_text_is_shown_as_unreadable():
    assert read(b"CCO a\0b\n" + b"CCN longer\n" * 20)[0] == "CCO a\ufffdb"


def test_bytes_that_are_no_utf8_do_no_harm():
    assert read("CCO äther".encode("latin-1")) == ["CCO \ufffdther"]


def test_a_long_line_is_passed_over_and_takes_no_memory(monkeypatch):
    monkeypatch.setattr(streams, "MAX_TEXT_CHARACTERS", 100)
    assert read(b"CCO\n" + b"C" * 1000 + b"\nCCN\n" + b"C" * 100 + b"\n" + b"C" * 101) == [
        "CCO", TOO_LONG, "CCN", "C" * 100, TOO_LONG,
    ]  # fmt: skip


def test_a_bomb_is_refused_at_its_limit():
    bomb = gzip.compress(b"CCO\n" * 1_000_000)
    assert len(bomb) < 20_000
    stream = iter(TextStream(io.BytesIO(bomb), 100_000))
    assert next(stream) == "CCO"
    with pytest.raises(InputError, match=r"more than 0\.1 MB"):
        list(stream)
    assert len(read(bomb)) == 1_000_000


@pytest.mark.parametrize("cut", [-20, 12])
def test_a_damaged_gzip_is_refused(cut):
    data = gzip.compress(TEXT.encode() * 100)
    with pytest.raises(InputError, match="damaged or cut off"):
        read(data[:cut])


def test_how_far_it_was_read_is_told(tmp_path):
    path = tmp_path / "many.smi"
    path.write_text("CCO\n" * 100_000)
    stream = TextStream(path)
    lines = iter(stream)
    for _ in range(25_000):
        next(lines)
    assert stream.fraction == pytest.approx(0.25, abs=0.01)
    list(lines)
    assert stream.fraction == 1.0
    assert TextStream(io.BufferedReader(io.BytesIO(b"CCO"))).fraction is None
