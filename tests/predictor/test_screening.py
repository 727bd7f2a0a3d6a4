import itertools

import pytest

from dta_demo.inputs.errors import InputError
from tests.support.outside import IMATINIB


@pytest.fixture
def abl1(examples):
    return examples["Imatinib – ABL1"]["sequence"]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("dta_demo.predictor.screening.MOLECULES_AT_ONCE", 3)


def molecules(examples):
    return sorted({row["smiles"] for row in examples.values()})


def test_each_molecule_gets_what_predict_gives(predictor, examples, abl1, small_chunks):
    texts = [*molecules(examples), IMATINIB, "CCO", "CCN.Cl imaginary", "imatinib", "GSK690693"]
    found = list(predictor.screen(abl1, texts))
    assert [each.text for each in found] == texts
    for each in found:
        alone = predictor.predict(abl1, each.text)
        assert each.affinity == pytest.approx(alone.affinity, abs=1e-5)
        assert each.interval == pytest.approx(alone.interval, abs=1e-5)
        assert each.applicability == alone.applicability
        assert (each.name, each.changes) == (alone.molecule.name, alone.molecule.changes)


def test_what_is_no_molecule_takes_nothing_but_its_own_row(predictor, abl1, small_chunks):
    texts = ["CCO", "no molecule", "C1CC", "", "<script>alert(1)</script>", "CCN"]
    first, *refused, last = predictor.screen(abl1, texts)
    assert first.affinity is not None
    assert last.affinity is not None
    assert first.fault == last.fault == ""
    for each in refused:
        assert each.fault.endswith(".")
        assert each.affinity is each.interval is each.applicability is None


def test_nothing_but_faults_is_answered_too(predictor, abl1):
    (only,) = predictor.screen(abl1, ["C1CC"])
    assert "not valid" in only.fault


def test_no_molecules_give_no_rows(predictor, abl1):
    assert list(predictor.screen(abl1, [])) == []


def test_a_bad_protein_is_refused_before_any_molecule_is_asked_for(predictor):
    with pytest.raises(InputError):
        predictor.screen("not a protein!", iter(["CCO"]))


def test_the_first_answers_come_before_the_last_question(predictor, abl1, small_chunks):
    asked = []

    def endless():
        for number in itertools.count(1):
            asked.append(number)
            yield "C" * (number % 20 + 1)

    results = predictor.screen(abl1, endless())
    first = list(itertools.islice(results, 5))
    results.close()
    assert all(each.affinity is not None for each in first)
    assert len(asked) <= 12


def test_an_error_in_the_stream_reaches_who_reads(predictor, abl1, small_chunks):
    def broken():
        yield from ["CCO"] * 4
        raise OSError("the file is gone")

    with pytest.raises(OSError, match="the file is gone"):
        list(predictor.screen(abl1, broken()))
