import random

import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training import molecule_sources
from dta_demo.training.jobs import NONE, ColdFolds
from dta_demo.training.molecule_sources import ACTIVITY, count_fragments, read_molecule_sources
from dta_demo.training.pairs import DISPLACEMENT, displacement_to_pkd
from tests.support.datasets import KINASE, MOLECULES, write_dataset
from tests.support.tables import join

BITS = 64
TAUTOMERS = ("O=c1cccc[nH]1", "Oc1ccccn1")
ENANTIOMERS = ("C[C@H](N)c1ccccc1", "C[C@@H](N)c1ccccc1")
PANEL = [*MOLECULES, TAUTOMERS[0], ENANTIOMERS[0]]
NEW = ["CCCCCCO", "c1ccc2ccccc2c1", "OCC(O)CO"]


def write_pairs(folder, label, molecules, targets, pairs):
    """Write a dataset of given targets by name, and pairs of (drug, target, value)."""
    write_dataset(folder, label, None, molecules=molecules)
    rows = [f"{name},{sequence}" for name, sequence in targets.items()]
    (folder / "targets.csv").write_text("\n".join(["target_id,sequence", *rows]))
    rows = [f"d{drug},{target},{value}" for drug, target, value in pairs]
    (folder / "affinities.csv").write_text("\n".join(["drug_id,target_id,affinity", *rows]))
    return load_affinities(folder)


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panel") / "panel"
    return load_affinities(write_dataset(folder, molecules=PANEL))


@pytest.fixture(scope="module")
def table(panel):
    return join(panel)


@pytest.fixture
def activities(panel, tmp_path):
    """Molecules of the panel, twins of them and others, on targets of the panel and others.

    ``near`` is a mutated isoform of the panel's fourth target.
    """
    molecules = [NEW[0], PANEL[2], TAUTOMERS[1], NEW[1], ENANTIOMERS[1], NEW[2]]
    own = panel.source_sequences
    isoform = own[3][12:]
    targets = {
        "alone": "".join(random.Random(0).choices(KINASE, k=300)),
        "same": own[0],
        "near": f"{isoform[:100]}W{isoform[101:]}",
        "unused": own[5],
    }
    pairs = [
        (5, "near", 8.5), (0, "alone", 6.5), (1, "same", 7.5), (2, "same", 7.25),
        (3, "same", 5.5), (4, "near", 9.5), (0, "near", 4.25), (5, "same", 6.25),
    ]  # fmt: skip
    return write_pairs(tmp_path / "activities", ACTIVITY, molecules, targets, pairs)


def read(panel, table, *datasets):
    return read_molecule_sources(datasets, [panel], table, ColdFolds.of(table), BITS)


def test_molecules_of_the_panel_and_their_twins_are_left_out(panel, table, activities):
    (source,) = read(panel, table, activities)
    expected = fingerprint_smiles(NEW, BITS).counts
    np.testing.assert_array_equal(source.counts.toarray(), expected)
    assert source.name == "activities"
    # By molecule: each one's pairs stand together.
    assert source.molecule.tolist() == [0, 0, 1, 2, 2]
    assert source.value.tolist() == [6.5, 4.25, 5.5, 8.5, 6.25]
    assert not (source.censored | source.saturated).any()


def test_targets_stand_in_the_fold_of_the_protein_that_they_are(panel, table, activities):
    folds = ColdFolds.of(table)
    fold = dict(zip(table.origins, folds.protein, strict=True))
    of_same, of_near = (fold[panel.source_sequences[number]] for number in (0, 3))
    assert of_same != of_near
    (source,) = read(panel, table, activities)
    assert source.target_fold[source.target].tolist() == [
        NONE, of_near, of_same, of_near, of_same,
    ]  # fmt: skip
    assert len(source.target_fold) == 3
    kept = source.without_targets(of_near)
    assert kept.value.tolist() == [6.5, 5.5, 6.25]


def test_displacement_is_read_on_the_pkd_axis(panel, table, tmp_path):
    pairs = [(1, "same", 50.0), (0, "same", 0.0), (2, "same", 99.9), (0, "other", 97.0)]
    targets = {"same": panel.source_sequences[0], "other": "ACDEFGHIKLMNPQRSTVWY" * 12}
    screen = write_pairs(tmp_path / "screen", DISPLACEMENT, NEW, targets, pairs)
    (source,) = read(panel, table, screen)
    percent = np.array([0.0, 97.0, 50.0, 99.9])
    value, censored, saturated = displacement_to_pkd(percent)
    np.testing.assert_allclose(source.value, value.astype(np.float32))
    np.testing.assert_array_equal(source.censored, censored)
    np.testing.assert_array_equal(source.saturated, saturated)
    assert (source.censored.tolist(), source.saturated.tolist()) == (
        [True, False, False, False], [False, False, False, True],
    )  # fmt: skip


def test_molecules_of_the_drug_encoders_own_datasets_may_be_twins(panel, table, tmp_path):
    """What two of them have in common is learned from both."""
    target = {"same": panel.source_sequences[0]}
    one = write_pairs(tmp_path / "one", ACTIVITY, NEW, target, [(0, "same", 7.0)])
    pairs = [(0, "same", 80.0), (2, "same", 10.0)]
    other = write_pairs(tmp_path / "other", DISPLACEMENT, NEW, target, pairs)
    found = read(panel, table, one, other)
    assert [source.counts.shape[0] for source in found] == [1, 2]
    np.testing.assert_array_equal(found[0].counts[0].toarray(), found[1].counts[0].toarray())


def test_without_datasets_nothing_is_read(panel, table):
    assert read(panel, table) == []


def test_a_dataset_of_the_panels_molecules_alone_has_no_pairs(panel, table, tmp_path):
    target = {"same": panel.source_sequences[0]}
    data = write_pairs(tmp_path / "data", ACTIVITY, MOLECULES, target, [(0, "same", 7.0)])
    (source,) = read(panel, table, data)
    assert source.counts.shape == (0, 2 * BITS)
    assert len(source.value) == 0


def test_fragments_are_counted_part_by_part(monkeypatch):
    monkeypatch.setattr(molecule_sources, "AT_ONCE", 2)
    found = count_fragments(PANEL[:5], BITS)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.toarray(), fingerprint_smiles(PANEL[:5], BITS).counts)
