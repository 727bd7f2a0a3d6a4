"""Kinome profiles, beside the predictions that they stand for."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
import torch
from safetensors.torch import load_file, save_file

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.inputs.errors import InputError
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.predictor.kinome import list_kinome
from dta_demo.predictor.kinome_file import ENCODED, digest_weights, load_kinome, save_kinome
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.runtime.bundled import bundled_file
from dta_demo.screening.profile import MOST_PROTEINS, profile, read_proteins
from dta_demo.screening.profile_file import write_profile

KINDS = {
    "ABL1": "measured", "RPS6KA1 domain 2": "the second domain", "JAK2": "one of two domains",
    "MST1R": "a mutant of what was measured", "ALPK3": "atypical and new", "MTOR": "atypical",
    "ULK4": "new", "TTN": "34,350 residues",
}  # fmt: skip


@pytest.fixture(scope="module")
def imatinib(predictor):
    return profile(predictor, "imatinib")


def by_label(found):
    return {each.label: each for each in found.kinases}


@pytest.mark.parametrize("label", KINDS)
def test_a_profile_gives_what_predict_gives(predictor, imatinib, label):
    row = by_label(imatinib)[label]
    alone = predictor.predict(row.protein, "imatinib")
    assert row.affinity == pytest.approx(alone.affinity, abs=1e-3)
    assert row.interval == pytest.approx(alone.interval, abs=2e-3)
    assert row.in_domain == alone.applicability.in_domain
    assert row.group == alone.applicability.group.value
    assert row.reason == alone.applicability.reason
    assert row.binding.probability_binds == pytest.approx(alone.binding.probability_binds, abs=2e-3)


def test_it_holds_every_kinase_once_and_both_domains_where_both_were_measured(imatinib):
    labels = [each.label for each in imatinib.kinases]
    assert len(labels) == len(set(labels))
    assert {each.accession for each in imatinib.kinases} == {
        kinase.uniprot for kinase in load_catalogue()
    }
    assert {"JAK1 domain 1", "JAK1 domain 2"} <= set(labels)
    assert "JAK2" in labels


def test_imatinib_binds_what_it_is_known_to_bind(imatinib):
    first = [each.label for each in imatinib.ranked[:8]]
    assert {"ABL1", "KIT", "DDR1", "PDGFRB", "CSF1R"} <= set(first)
    assert imatinib.ranked[0].affinity >= imatinib.ranked[-1].affinity
    assert by_label(imatinib)["ABL1"].measured
    assert not by_label(imatinib)["ALPK3"].measured


def test_a_promiscuous_molecule_is_less_selective(predictor, imatinib):
    sunitinib = profile(predictor, "sunitinib")
    narrow, wide = (
        {score.name: score.value for score in each.selectivity} for each in (imatinib, sunitinib)
    )
    for name in ("S(10 µM)", "S(1 µM)", "S(100 nM)", "Entropy"):
        assert narrow[name] < wide[name]
    assert narrow["Gini"] > wide["Gini"]


def test_no_encoder_runs(predictor, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the encoder was asked")

    predictor.kinome.recall()
    monkeypatch.setattr(predictor.encoder, "encode_residues", refuse)
    assert len(profile(predictor, "dasatinib").kinases) == 522


def test_the_spelling_of_a_molecule_changes_nothing(predictor):
    one, other = (profile(predictor, text) for text in ("c1ccccc1CCN", "NCCc1ccccc1"))
    assert [each.affinity for each in one.kinases] == [each.affinity for each in other.kinases]


def test_proteins_of_the_user_take_the_place_of_the_catalogue(predictor, examples):
    abl1 = examples["Imatinib – ABL1"]["sequence"]
    text = f">=mine\n{abl1}\n>EGFR\n{examples['Imatinib – EGFR']['sequence']}\n"
    found = profile(predictor, "imatinib", read_text(text))
    assert [each.label for each in found.kinases] == ["=mine", "EGFR"]
    assert found.kinases[0].affinity == pytest.approx(
        predictor.predict(abl1, "imatinib").affinity, abs=1e-4
    )
    rows = list(csv.DictReader(io.StringIO(write_profile(found, found))))
    assert rows[0]["kinase"] == "'=mine"
    assert {float(row["difference"]) for row in rows} == {0.0}


def test_two_proteins_of_one_name_keep_their_own_values(predictor):
    genes = ("ABL1", "EGFR")
    sequences = [load_catalogue().find_gene(gene).sequence for gene in genes]
    proteins = read_text("".join(f">same\n{sequence}\n" for sequence in sequences))
    assert [each.label for each in proteins] == ["same", "same (2)"]
    one, other = (profile(predictor, name, proteins) for name in ("imatinib", "gefitinib"))
    rows = {row["kinase"]: row for row in csv.DictReader(io.StringIO(write_profile(one, other)))}
    for protein, gene in zip(proteins, genes, strict=True):
        expected = predictor.predict(gene, "gefitinib").affinity
        assert float(rows[protein.label]["affinity_other"]) == pytest.approx(expected, abs=1e-3)


def read_text(text):
    return read_proteins(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


KINASE = "MENFQKVEKIGEGTYGVVYKARNKLTGEVVALKK"


@pytest.mark.parametrize(
    "packed",
    [
        f">mine\n{KINASE}\n".encode("utf-16"),
        f"\ufeff>mine\r\n{KINASE}\r\n".encode(),
        gzip.compress(f">mine\n{KINASE}\n".encode(), mtime=0),
        b"name,sequence\nmine,ABL1\n",
    ],
    ids=["UTF-16", "byte-order mark", "gzip", "CSV of names"],
)
def test_proteins_are_read_as_a_screen_reads_them(packed):
    (found,) = read_text(packed)
    assert found.label == "mine"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        (">one\nMKT*L\n", "Protein 1 cannot be read"),
        (">x\nMENFQKVEKIGEGTYG\n" * (MOST_PROTEINS + 1), "At most 1,000"),
        (f">one\n{'M' * 20}\n>two\n1234\n", "Protein 2"),
    ],
)
def test_what_is_no_list_of_proteins_is_refused_in_a_sentence(text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read_text(text)
    assert "\n" not in str(caught.value)


# --- The file -----------------------------------------------------------------------------------


def test_the_bundled_file_belongs_to_the_bundled_weights(predictor):
    kinome = predictor.kinome.recall()
    assert len(kinome.profiled) == len(list(list_kinome(load_catalogue())))
    assert (bundled_file("catalogue") / ENCODED).stat().st_size < 10_000_000


def test_a_file_gives_what_it_was_given(predictor, tmp_path):
    kinome = predictor.kinome.recall()
    path = tmp_path / ENCODED
    save_kinome(kinome, digest_weights(CHECKPOINT), path)
    again = load_kinome(predictor._loaded, path)
    assert torch.equal(again.proteins.vectors, kinome.proteins.vectors)
    assert (again.mutations, again.has_domain) == (kinome.mutations, kinome.has_domain)


def test_a_file_of_other_weights_is_refused(predictor, tmp_path):
    path = tmp_path / ENCODED
    save_kinome(predictor.kinome.recall(), "0" * 64, path)
    with pytest.raises(CheckpointError, match="other weights"):
        load_kinome(predictor._loaded, path)


@pytest.mark.parametrize("name", ["vectors", "codes", "means"])
def test_a_damaged_file_is_refused(predictor, tmp_path, name):
    source, path = bundled_file("catalogue") / ENCODED, tmp_path / ENCODED
    path.write_bytes(source.read_bytes()[: 10_000 if name == "codes" else 500_000])
    with pytest.raises(CheckpointError):
        load_kinome(predictor._loaded, path)
    tensors = load_file(source)
    del tensors[name]
    save_file(tensors, path, {"kinome": "{}"})
    with pytest.raises(CheckpointError):
        load_kinome(predictor._loaded, path)
