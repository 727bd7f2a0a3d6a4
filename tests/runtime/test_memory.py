import pytest

from dta_demo.runtime import memory
from dta_demo.runtime.memory import available_bytes


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMORY_FILE", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUP_FILES", (tmp_path / "max", tmp_path / "current"))
    return tmp_path


def test_the_smaller_of_machine_and_container_is_available(files):
    assert available_bytes() is None
    (files / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    2000 kB\n")
    assert available_bytes() == 2000 * 1024
    (files / "max").write_text("1000000\n")
    (files / "current").write_text("400000\n")
    assert available_bytes() == 600_000
    (files / "max").write_text("max\n")
    assert available_bytes() == 2000 * 1024
