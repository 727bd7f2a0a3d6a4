from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from dta_demo.kinases.uniprot import VARIABLE
from dta_demo.molecules.databases import PUBCHEM_VARIABLE
from dta_demo.ui.inputs.lookups import offer_molecule, offer_protein
from tests.kinases.test_uniprot import HBA, PATH
from tests.molecules.test_databases import ASPIRIN, properties, pubchem
from tests.support.browser import box
from tests.support.lookups import serve_pages


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("P69905", True), ("P00519", False), ("ABL1", False), ("MVLSPADKTNVKAAW", False), ("", False)],
)
def test_an_accession_that_is_not_known_here_is_offered(typed: str, offered: bool) -> None:
    assert offer_protein(typed).visible == offered


@pytest.mark.parametrize(
    ("typed", "offered"), [("aspirin", True), ("imatinib", False), ("CCO", False), ("C1CC", False)]
)
def test_a_name_that_is_not_known_here_is_offered(typed: str, offered: bool) -> None:
    assert offer_molecule(typed).visible == offered


def test_both_are_found_on_request_and_nothing_is_sent_before(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_pages({PATH: HBA, pubchem("aspirin"): properties(SMILES=ASPIRIN)}) as server:
        for variable in (VARIABLE, PUBCHEM_VARIABLE):
            monkeypatch.setenv(variable, server.address)
        expect(page.locator("#look-up-protein")).to_be_hidden()
        box(page, "protein").fill("P69905")
        box(page, "drug").fill("aspirin")
        expect(page.locator("#look-up-protein")).to_be_visible()
        expect(page.locator("#look-up-drug")).to_be_visible()
        assert server.asked == []
        page.locator("#look-up-protein").click()
        expect(page.locator("#protein-note")).to_contain_text("37 residues")
        page.locator("#look-up-drug").click()
        expect(box(page, "drug")).to_have_value(f"{ASPIRIN} aspirin")
        expect(page.locator("#look-up-drug")).to_be_hidden()
        assert server.asked == [PATH, pubchem("aspirin")]
