import io
import itertools
import random

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.screening import screen as screens
from dta_demo.screening import screen_file
from dta_demo.screening.batches import Partner
from dta_demo.screening.crews import OneProcess
from dta_demo.screening.screen import Screen
from dta_demo.screening.sources import MOLECULES as MOLECULES_KIND
from dta_demo.screening.sources import Source
from tests.screening.samples import MOLECULES
from tests.support.outside import IMATINIB

pytestmark = pytest.mark.checkpoint


def stream(text):
    return io.BytesIO(text.encode())


def test_rows_are_those_of_predict_in_any_order_and_size_of_batch(predictor, abl1):
    chosen = [*random.Random(0).sample(MOLECULES, 40), "C1CC", IMATINIB]
    expected = {}
    for text in chosen:
        expected[text] = None if text == "C1CC" or text == "no" else predictor.predict(abl1, text)
    for size, seed in ((1, 0), (7, 1), (512, 2)):
        texts = random.Random(seed).sample(chosen, len(chosen))
        source = Source(stream("\n".join(texts)), MOLECULES_KIND, "x.smi")
        rows = list(Screen(source, Partner(abl1), OneProcess(predictor), batch_rows=size))
        assert [row.line for row in rows] == list(range(1, len(texts) + 1))
        for row, text in zip(rows, texts, strict=True):
            alone = expected[text]
            if alone is None:
                assert row.affinity is None
                assert row.fault.endswith(".")
                continue
            binding = alone.binding
            found = (row.affinity, row.interval_low, row.interval_high, row.probability_binds)
            assert found == pytest.approx(
                (alone.affinity, *alone.interval, binding.probability_binds), abs=1e-4
            )
            assert row.kd_nm == pytest.approx(alone.kd_nm, rel=1e-3)
            where = alone.applicability
            assert (row.group, row.in_domain, row.reason) == (
                where.group.value, where.in_domain, where.reason,
            )  # fmt: skip


def test_pairs_are_predicted_each_with_its_protein(predictor, examples):
    titles = ["Imatinib – ABL1", "Erlotinib – EGFR", "Imatinib – ABL1(T315I)"]
    lines = ["sequence,smiles,name"]
    lines += [f"{examples[t]['sequence']},{examples[t]['smiles']},{t}" for t in titles * 2]
    lines += ["KWHLKW,CCO,short", f"{examples[titles[0]]['sequence']},C1CC,bad"]
    screen = screen_file(stream("\n".join(lines)), predictor=predictor)
    *rows, short, bad = screen
    for row, title in zip(rows, titles * 2, strict=True):
        alone = predictor.predict(examples[title]["sequence"], examples[title]["smiles"])
        assert row.id == title
        assert row.affinity == pytest.approx(alone.affinity, abs=1e-4)
        assert row.protein == examples[title]["sequence"][:99] + "…"
    assert "residues" in short.fault
    assert "not valid" in bad.fault
    assert screen.progress.faults == 2
    assert screen.progress.repeated == 3


def test_proteins_are_predicted_with_one_molecule(predictor, examples):
    records = [(t, examples[t]["sequence"]) for t in ("Imatinib – ABL1", "Erlotinib – EGFR")]
    text = "".join(f">{title}\n{sequence}\n" for title, sequence in records)
    rows = list(screen_file(stream(text), smiles=IMATINIB, predictor=predictor))
    assert [row.id for row in rows] == [title for title, _ in records]
    for row, (title, sequence) in zip(rows, records, strict=True):
        alone = predictor.predict(f">{title}\n{sequence}", IMATINIB)
        assert row.affinity == pytest.approx(alone.affinity, abs=1e-4)


def test_progress_grows_and_closing_keeps_what_is_done(predictor, abl1, tmp_path):
    path = tmp_path / "many.smi"
    path.write_text("CCO\nCCN\n" * 40_000)
    source = Source(path, MOLECULES_KIND)
    screen = Screen(source, Partner(abl1), OneProcess(predictor), batch_rows=8)
    rows = iter(screen)
    assert len(list(itertools.islice(rows, 20))) == 20
    assert screen.progress.rows == 24
    assert 0 < screen.progress.fraction < 0.9
    assert screen.progress.rate > 0
    assert screen.progress.seconds_left > 0
    rows.close()
    with pytest.raises(ValueError, match="closed file"):
        list(source)


def test_what_cannot_be_screened_is_refused_at_once(predictor, abl1):
    with pytest.raises(InputError, match="empty"):
        screen_file(stream(""), protein=abl1, predictor=predictor)
    with pytest.raises(InputError, match="not both"):
        screen_file(stream("CCO"), protein=abl1, smiles="CCO", predictor=predictor)
    with pytest.raises(InputError):
        list(screen_file(stream("CCO"), protein="no protein!", predictor=predictor))


def test_repeated_ids_are_kept_and_counted(predictor, abl1, monkeypatch):
    text = "smiles,id\nCCO,a\nCCN,a\nCCC,b\nC,a\n"
    screen = screen_file(stream(text), protein=abl1, predictor=predictor)
    assert [row.id for row in screen] == ["a", "a", "b", "a"]
    assert screen.progress.repeated == 2
    monkeypatch.setattr(screens, "IDS_COMPARED", 0)
    screen = screen_file(stream(text), protein=abl1, predictor=predictor)
    list(screen)
    assert screen.progress.repeated == 0
