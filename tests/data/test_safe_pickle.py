import codecs
import os
import pickle
import struct
import tracemalloc

import numpy as np
import pytest

from dta_demo.data.files import DataError
from dta_demo.data.safe_pickle import MAX_BYTES, load_float_matrix

MATRIX = np.array([[10000.0, 43.5, np.nan], [0.25, np.nan, 7.0]])

# MATRIX, as Python 2.7.18 with NumPy 1.16.6 wrote it.
ESCAPED = (
    rb"S'\x00\x00\x00\x00\x00\x88\xc3@\x00\x00\x00\x00\x00\xc0E@\x00\x00\x00\x00\x00\x00\xf8\xff"
    rb"\x00\x00\x00\x00\x00\x00\xd0?\x00\x00\x00\x00\x00\x00\xf8\xff\x00\x00\x00\x00\x00\x00\x1c@'"
)
PYTHON_2 = {
    "pickle, protocol 0": (
        b"cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n(I0\ntp2\nS'b'\np3\ntp4\n"
        b"Rp5\n(I1\n(I2\nI3\ntp6\ncnumpy\ndtype\np7\n(S'f8'\np8\nI0\nI1\ntp9\nRp10\n(I3\nS'<'\np11"
        b"\nNNNI-1\nI-1\nI0\ntp12\nbI00\n" + ESCAPED + b"\np13\ntp14\nb."
    ),
    "cPickle, protocol 0": (
        b"cnumpy.core.multiarray\n_reconstruct\np1\n(cnumpy\nndarray\np2\n(I0\ntS'b'\ntRp3\n(I1\n"
        b"(I2\nI3\ntcnumpy\ndtype\np4\n(S'f8'\nI0\nI1\ntRp5\n(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\n"
        + ESCAPED
        + b"\ntb."
    ),
    "cPickle, protocol 1": (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01(cnumpy\nndarray\nq\x02(K\x00tU\x01btRq\x03(K"
        b"\x01(K\x02K\x03tcnumpy\ndtype\nq\x04(U\x02f8K\x00K\x01tRq\x05(K\x03U\x01<NNNJ\xff\xff\xff"
        b"\xffJ\xff\xff\xff\xffK\x00tbI00\nU0" + MATRIX.astype("<f8").tobytes() + b"tb."
    ),
    "cPickle, protocol 2": (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b"
        b"\x87Rq\x03(K\x01K\x02K\x03\x86cnumpy\ndtype\nq\x04U\x02f8K\x00K\x01\x87Rq\x05(K\x03U\x01<"
        b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U0"
        + MATRIX.astype("<f8").tobytes()
        + b"tb."
    ),
}


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "Y"
        path.write_bytes(content)
        return load_float_matrix(path)

    return read


@pytest.mark.parametrize("writer", PYTHON_2)
def test_what_python_2_wrote_is_read(read, writer):
    content = PYTHON_2[writer]
    np.testing.assert_array_equal(pickle.loads(content, encoding="latin1"), [*MATRIX])
    np.testing.assert_array_equal(read(content), MATRIX)


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize(
    "matrix",
    [MATRIX, MATRIX.astype(">f8"), np.asfortranarray(MATRIX), MATRIX.astype("f4")],
)
def test_what_python_3_writes_is_read(read, protocol, matrix):
    found = read(pickle.dumps(matrix, protocol))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, matrix)


def test_a_large_matrix_takes_no_more_instructions(read):
    matrix = np.random.default_rng(0).random((300, 200))
    for protocol in range(5):
        np.testing.assert_array_equal(read(pickle.dumps(matrix, protocol)), matrix)


class Call:
    """Pickles to a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def array_with(shape=(2, 3), dtype=b"U\x02f8", content=None, start_shape=b"K\x00\x85"):
    """The last of the pickles above with other parts in it."""
    content = MATRIX.tobytes() if content is None else content
    sizes = b"".join(b"\x8a\x08" + struct.pack("<q", size) for size in shape)
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + start_shape
        + b"U\x01b\x87R(K\x01(" + sizes + b"tcnumpy\ndtype\n" + dtype
        + b"K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
        + struct.pack("<i", len(content)) + content + b"tb."
    )  # fmt: skip


def test_the_parts_make_a_pickle_that_is_read(read):
    np.testing.assert_array_equal(read(array_with()), MATRIX)


def hostile_pickles(marker):
    """Pickles that would make the folder ``marker`` if anything in them ran."""
    made = os.fspath(marker)
    nested = np.empty((1, 2), object)
    nested[0, 0] = Call(os.mkdir, made)
    quoted = repr(made).encode()
    return {
        "a system call": pickle.dumps(Call(os.system, f"mkdir {made}")),
        "a system call, protocol 0": b"cos\nsystem\n(S'mkdir " + made.encode() + b"'\ntR.",
        "eval": pickle.dumps(Call(eval, f"__import__('os').mkdir({made!r})")),
        "eval by its name in Python 2": b"c__builtin__\neval\n(S'1'\ntR.",
        "an object array": pickle.dumps(nested, 4),
        "objects under a float's name": array_with(dtype=b"U\x02O8"),
        "getattr": pickle.dumps(Call(getattr, "", "join")),
        "a dotted name": b"\x80\x04\x8c\x05numpy\x8c\x0cndarray.dump\x93.",
        "numpy.load": b"\x80\x02cnumpy\nload\nX\x01\x00\x00\x00Y\x85R.",
        "numpy.testing": b"cnumpy.testing._private.utils\nrunstring\n(S'import os'\n(tR.",
        "numpy.f2py": b"cnumpy.f2py.diagnose\nrun_command\n(S'mkdir'\ntR.",
        "a codec that runs zlib": pickle.dumps(Call(codecs.encode, "x", "zip"), 2),
        "a name beside encode": b"c_codecs\nlookup\n(S'zip'\ntR.",
        "an instance": b"(S'mkdir'\nios\nsystem\n.",
        "an instance on the stack": b"(cos\nsystem\nS'mkdir'\no.",
        "a new object": b"\x80\x02cnumpy\nndarray\n(K\x02K\x02tt\x81.",
        "attributes set on a stand-in": b"cnumpy\ndtype\n}S'__init__'\nNsb.",
        "a persistent object": b"P" + quoted + b"\n.",
        "an extension": b"\x80\x02\x82\x01.",
    }


@pytest.mark.parametrize("attack", hostile_pickles("marker"))
def test_nothing_in_a_pickle_runs(read, tmp_path, attack):
    marker = tmp_path / "marker"
    with pytest.raises(DataError, match=r"Y is not a (whole )?pickled matrix of floats") as caught:
        read(hostile_pickles(marker)[attack])
    assert not marker.exists()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        b"<!DOCTYPE html><html></html>",
        b"\x93NUMPY\x01\x00",
        pickle.dumps(3.5),
        pickle.dumps([[1.0]]),
        pickle.dumps(np.arange(6).reshape(2, 3), 2),
        pickle.dumps(np.array([["a", "b"]]), 2),
        pickle.dumps(np.zeros((1, 1), [("x", "f8")]), 2),
        pickle.dumps(np.zeros(3), 2),
        pickle.dumps(np.zeros((1, 1, 1)), 2),
        pickle.dumps(np.float64(3), 2),
        pickle.dumps(MATRIX, 5),
        array_with(shape=(-2, -3)),
        array_with(content=b"\xff" * 47),
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR.",
    ],
)
def test_what_is_no_matrix_of_floats_is_refused(read, content):
    with pytest.raises(DataError, match=r"Y is not a (whole )?pickled matrix of floats") as caught:
        read(content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("protocol", range(5))
def test_every_truncation_is_refused(read, protocol):
    whole = pickle.dumps(MATRIX, protocol)
    for length in range(len(whole)):
        with pytest.raises(DataError):
            read(whole[:length])


@pytest.mark.parametrize(
    "bomb",
    [
        array_with(shape=(1 << 40, 1 << 20)),
        array_with(shape=(1 << 62, 4), content=b""),  # Wraps round to 0 in 64 bits.
        array_with(start_shape=b"\x8a\x06\x00\x00\x00\x00\x00\x01\x85"),
        b"\x80\x02K\x00r\xff\xff\xff\xff.",  # A memo of 2**32 places.
        b"\x80\x02T\xff\xff\xff\x7f.",  # A text of 2 GB.
        b"\x80\x04\x8e\x00\x00\x00\x00\x00\x01\x00\x00.",  # Bytes of 1 TB.
        b"\x80\x04\x95\x00\x00\x00\x00\x00\x01\x00\x00.",  # A frame of 1 TB.
        b"(" * 5_000_000 + b".",
        b"\x80\x02K\x00" + b"\x85" * 5_000_000 + b".",
        b"I" + b"9" * 5_000_000 + b"\n.",
    ],
)
def test_a_bomb_takes_little_memory(read, bomb):
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "Y"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DataError, match="at most 64,000,000 are read"):
        load_float_matrix(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="Y cannot be read: No such file"):
        load_float_matrix(tmp_path / "Y")
