from __future__ import annotations

import threading

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein
from tests.support.inputs import ASPIRIN


def test_rdkit_stays_silent_also_in_threads(capfd):
    texts = [ASPIRIN, "C1CC", "c1cccc1", "C(C)(C)(C)(C)C", "[Na+].CC(=O)[O-]", "CXC", "[H][H]"]

    def read_all() -> None:
        for text in texts * 20:
            try:
                parse_molecule(text)
            except InputError:
                continue

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pytest.raises(InputError):
        parse_protein("C1CC(")
    assert capfd.readouterr() == ("", "")
