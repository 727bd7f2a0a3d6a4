import functools
import http.server
import re
import shutil
import threading
import time

import pytest

from dta_demo.cli.main import main
from dta_demo.data import fetch
from dta_demo.data.affinities import load_affinities
from dta_demo.data.deepdta import RELEASE_FILES
from dta_demo.data.fetch import fetch_release
from dta_demo.data.files import DataError


class Release(http.server.SimpleHTTPRequestHandler):
    """Serves the release, but answers some paths as ``answers`` says."""

    def do_GET(self):
        answer = self.server.answers.get(self.path)
        if answer is None:
            super().do_GET()
        else:
            answer(self)

    def log_message(self, *arguments):
        pass


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("DTA_DATA_SOURCE", raising=False)


@pytest.fixture
def server(tmp_path, davis_release, kiba_release):
    """A server of a small release; ``server.answers`` spoils single files."""
    handler = functools.partial(Release, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.answers = {}
        server.address = f"http://127.0.0.1:{server.server_port}"
        server.closing = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def output(tmp_path):
    return tmp_path / "fetched"


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["davis", "kiba"])
def test_the_release_is_fetched_whole(server, output, tmp_path, name):
    data = fetch_release(name, output / name, server.address + "/")
    assert data.name == name
    assert files_in(output / name) == set(RELEASE_FILES)
    assert not [path for path in (output / name).iterdir() if path.name.startswith(f"{name}-")]
    for file in RELEASE_FILES:
        assert (output / name / file).read_bytes() == (tmp_path / name / file).read_bytes()
    assert load_affinities(output / name).targets == data.targets


def test_the_source_can_stand_in_the_environment(server, output, monkeypatch, capsys):
    monkeypatch.setenv("DTA_DATA_SOURCE", server.address)
    assert main(["fetch", "davis", "--output", str(output)]) == 0
    captured = capsys.readouterr()
    assert "91 pairs of 8 drugs and 12 targets, 11 pairs in the test fold" in captured.out
    assert captured.err == ""


def test_files_that_are_there_stay_unless_told(server, output, capsys):
    options = ["fetch", "davis", "--output", str(output), "--source", server.address]
    assert main(options) == 0
    (output / "Y").write_text("mine")
    (output / "notes.txt").write_text("mine")
    assert main(options) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (output / "Y").read_text() == "mine"
    assert main([*options, "--overwrite"]) == 0
    assert len(load_affinities(output)) == 91
    assert (output / "notes.txt").read_text() == "mine"


def test_a_failed_fetch_keeps_what_is_there(server, output):
    fetch_release("davis", output, server.address)
    before = (output / "Y").read_bytes()
    server.answers["/davis/folds/test_fold_setting1.txt"] = not_found
    with pytest.raises(DataError):
        fetch_release("davis", output, server.address, overwrite=True)
    assert (output / "Y").read_bytes() == before
    assert files_in(output) == set(RELEASE_FILES)


def test_a_tidy_dataset_is_not_mixed_with_a_release(server, small_dataset):
    with pytest.raises(DataError, match="name another folder"):
        fetch_release("davis", small_dataset, server.address, overwrite=True)


def test_a_file_in_the_place_of_the_folder_is_named(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file is not a folder"):
        fetch_release("davis", tmp_path / "file", server.address)


def send(content, length=None, kind="text/plain"):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Type", kind)
        if length is not None:
            request.send_header("Content-Length", str(length))
        request.end_headers()
        request.wfile.write(content)

    return answer


def not_found(request):
    request.send_error(404)


def hang_up(request):
    request.connection.close()


def send_broken_chunks(request):
    request.protocol_version = "HTTP/1.1"
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.write(b"400\r\nhalf")


def say_nothing(request):
    request.server.closing.wait()


def stop_in_the_middle(request):
    send(b"half", 100)(request)
    request.server.closing.wait()


def drip(request):
    send(b"", 10_000)(request)
    while not request.server.closing.wait(0.05):
        request.wfile.write(b" ")


def redirect(address):
    def answer(request):
        request.send_response(302)
        request.send_header("Location", address)
        request.end_headers()

    return answer


PAGE = b"\n<!DOCTYPE html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (not_found, "is answered with 404 Not Found"),
        (hang_up, "cannot be reached"),
        (send(b"half", 100), "was cut off after 4 of 100 bytes"),
        (send_broken_chunks, "was cut off"),
        (send(b"half"), "What came is not the dataset: .* is not a whole pickled matrix"),
        (send(b"", 0), "What came is not the dataset"),
        (send(PAGE), "is a web page, not data"),
        (send(b"[]", kind="text/html; charset=utf-8"), "is a web page, not data"),
        (send(b"[]", 10**12), "is larger than 200,000,000 bytes"),
        (say_nothing, "has sent nothing for 0.5 s"),
        (stop_in_the_middle, "has sent nothing for 0.5 s"),
        (drip, "takes more than 1 s"),
        (redirect("file:///etc/hostname"), "Redirection to url .* is not allowed"),
        (redirect("ftp://127.0.0.1/Y"), "cannot be reached: unknown url type: ftp"),
        (redirect("/davis/Y"), "is answered with 302"),
    ],
)
def test_a_file_that_cannot_be_had_gets_one_sentence(
    server, output, monkeypatch, capsys, answer, complaint
):
    monkeypatch.setattr(fetch, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(fetch, "FILE_SECONDS", 1.0)
    server.answers["/davis/Y"] = answer
    started = time.monotonic()
    status = main(["fetch", "davis", "--output", str(output), "--source", server.address])
    assert time.monotonic() - started < 5
    assert status == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert f"{server.address}/davis/Y" in captured.err
    assert re.search(complaint, captured.err)
    assert files_in(output) == set()


def test_a_body_without_an_end_is_cut(server, output, monkeypatch):
    monkeypatch.setattr(fetch, "MAX_BYTES", 50_000)
    server.answers["/davis/Y"] = send(b" " * 1_000_000)
    with pytest.raises(DataError, match="is larger than 50,000 bytes"):
        fetch_release("davis", output, server.address)


def test_a_redirection_on_the_web_is_followed(server, output):
    server.answers["/old/Y"] = redirect("/davis/Y")
    fetch.download(f"{server.address}/old/Y", output / "Y")
    assert (output / "Y").stat().st_size > 500


def test_another_dataset_in_its_place_is_refused(server, output, tmp_path):
    shutil.rmtree(tmp_path / "davis")
    shutil.copytree(tmp_path / "kiba", tmp_path / "davis")
    with pytest.raises(DataError, match="has the kiba data in the place of davis"):
        fetch_release("davis", output, server.address)


def test_a_server_that_is_not_there_is_named(output):
    with http.server.HTTPServer(("127.0.0.1", 0), Release) as closed:
        address = f"http://127.0.0.1:{closed.server_port}"
    with pytest.raises(DataError, match=f"{address}/davis/.* cannot be reached: .*refused"):
        fetch_release("davis", output, address)


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc",
        "ftp://example.org/data",
        "data",
        "//example.org",
        "http://",
        "http://[",
        "http://example.org:port",
        "http://example.org:99999999",
        "http://example.org/?q=",
        "http://example.org/#a",
        "javascript:0",
        "http://a b/",
        "http://127.0.0.1/\n",
    ],
)
def test_only_addresses_on_the_web_are_asked(output, source):
    with pytest.raises(DataError, match="is not an http or https address"):
        fetch_release("davis", output, source)
    assert not output.exists()


@pytest.mark.parametrize("source", ["http://..\u00e4/", "http://127.0.0.1/\u00e4"])
def test_an_address_that_cannot_be_sent_is_refused(output, source):
    with pytest.raises(DataError, match="cannot be reached") as caught:
        fetch_release("davis", output, source)
    assert "\n" not in str(caught.value)


def test_an_unknown_dataset_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["fetch", "bindingdb", "--output", "x"])
    assert "bindingdb" in capsys.readouterr().err
