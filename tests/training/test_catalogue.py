from dataclasses import replace

from dta_demo.kinases.catalogue import KINASES, load_catalogue
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.kinases.forms import DomainForm
from dta_demo.kinases.known import KnownKinase, KnownKinases
from dta_demo.molecules.inhibitors import INHIBITORS
from dta_demo.runtime.bundled import bundled_file
from dta_demo.training.catalogue import collect_kinases, main

ROW = {
    "gene": "ABL1", "uniprot": "P00519", "name": "Tyrosine-protein kinase ABL1",
    "aliases": "JTK7;c-ABL", "group": "TK", "family": "Abl", "subfamily": "",
}  # fmt: skip


def known(*names, letters):
    domain = KinaseDomain(1, len(letters), 100.0, tuple(range(1, len(letters) + 1)))
    return KnownKinase(names, DomainForm(Construct(letters), 1, domain))


def test_the_names_of_a_measured_wild_type_go_to_the_kinase_that_holds_its_domain():
    sequence = load_catalogue().find_gene("ABL1").sequence
    letters = sequence[241:492]
    kinases = KnownKinases(
        [
            known("ABL1", "ABL1(V999A)", letters=letters),
            known("ABL1(T315I)", letters=letters.replace("T", "I", 1)),
        ]
    )
    rows = [{**ROW, "sequence": sequence}, {**ROW, "gene": "", "uniprot": "P1", "aliases": "SgK1"}]
    rows[1]["sequence"] = "MKVAAACDEFGHIKL"
    first, second = collect_kinases(rows, kinases)
    assert (first.panel_names, first.aliases) == (("ABL1",), ("JTK7", "c-ABL"))
    assert (second.gene, second.panel_names, second.aliases) == ("SgK1", (), ())
    assert replace(first, panel_names=()).sequence == sequence


def test_the_bundled_catalogue_is_what_the_command_makes(shared_data, tmp_path):
    main(str(shared_data / "kinome"), str(bundled_file("checkpoint")), str(tmp_path))
    for name in (KINASES, INHIBITORS):
        assert (tmp_path / name).read_bytes() == (bundled_file("catalogue") / name).read_bytes()
