import gzip

import pytest

from dta_demo.runtime.compressed_json import (
    MAX_FILE_BYTES,
    MAX_JSON_BYTES,
    read_compressed_json,
    write_compressed_json,
)


def test_a_document_is_read_back_and_its_bytes_are_equal(tmp_path):
    document = {"a": [1, "é", None]}
    for name in ("one", "other"):
        write_compressed_json(document, tmp_path / name)
    assert read_compressed_json(tmp_path / "one", "it") == document
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"0" * (MAX_FILE_BYTES + 1), "it is larger than 2,000,000 bytes"),
        (gzip.compress(b" " * (MAX_JSON_BYTES + 1), mtime=0), "it holds more than 20,000,000"),
        (gzip.compress(b"[", mtime=0), "Expecting value"),
        (b"[]", "Not a gzipped file"),
    ],
    ids=["large", "a bomb", "no JSON", "no gzip"],
)
def test_a_hostile_file_is_refused_in_one_sentence(tmp_path, content, words):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"cannot be read as a list: [^\n]*\.$") as caught:
        read_compressed_json(path, "a list")
    assert words in str(caught.value)
