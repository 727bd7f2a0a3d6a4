import numpy as np
import pytest

from dta_demo.results.pooling_advice import Verdict, advise
from dta_demo.results.poolings import effective_number
from tests.support import records


def test_the_effective_number_is_that_of_residues_that_share_evenly():
    assert effective_number(np.full(50, 0.02)) == pytest.approx(50)
    assert effective_number(np.array([0, 1.0, 0])) == 1
    assert effective_number(np.array([0.5, 0.5, 0, 0])) == pytest.approx(2)
    uneven = np.array([0.7, 0.2, 0.1])
    assert effective_number(uneven) == pytest.approx(np.exp(-(uneven * np.log(uneven)).sum()))


def test_a_token_has_no_effective_residues_and_the_mean_has_all():
    report = records.pooling()
    cls, mean, largest, attention = report.effective_residues
    assert cls is None
    assert mean == pytest.approx(300)
    assert 1 < largest < attention < 300


def test_the_maxima_sum_to_the_channels():
    assert records.pooling().maxima.sum() == 320


def test_only_poolings_that_tell_residues_apart_have_heaviest_ones():
    report = records.pooling()
    assert report.ranked == ("max", "attention")
    top = report.top("attention")
    assert len(top) == len(set(top)) == 20
    others = np.delete(report.weights[3], np.array(top) - 1)
    assert report.weights[3][np.array(top) - 1].min() >= others.max()
    assert len(records.pooling(residues=40).top("max")) == 10


def test_weight_on_the_pocket_is_in_multiples_of_an_equal_share():
    report = records.pooling()
    cls, mean, _, attention = report.pocket_ratio
    assert cls is None
    assert mean == pytest.approx(1)
    assert attention == pytest.approx(report.weights[3][:30].sum() * 10, rel=1e-5)
    assert records.pooling(pocket=()).pocket_ratio == [None] * 4


def test_shared_residues_stand_beside_chance():
    assert records.pooling().count_shared((1, 2, 3), (2, 3, 4, 5)) == (2, 12 / 300)


# --- Advice: each case must come out differently ----------------------------------------------


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((8.0, 8.1, 8.2, 8.1), Verdict.AGREE),
        ((7.6, 8.1, 8.0, 8.2), Verdict.DISAGREE),
        ((6.0, 8.1, 8.0, 8.2), Verdict.APART),
        ((5.0, 5.05, 5.0, 5.02), Verdict.AT_FLOOR),
    ],
)
def test_the_verdict_follows_the_answers(values, verdict):
    report = records.pooling(answers=records.answers(values))
    assert advise(report, None).verdict is verdict


def test_two_pairs_of_answers_leave_none_apart():
    """Each is outside the others' intervals for some, but the others do not agree either."""
    report = records.pooling(answers=records.answers((6.0, 6.1, 8.0, 8.1)))
    advice = advise(report, None)
    assert advice.verdict is Verdict.DISAGREE
    assert advice.apart == ""


def test_the_same_answers_disagree_or_not_by_the_error_of_pairs_like_this():
    values = (7.6, 8.1, 8.0, 8.2)
    known = records.pooling(answers=records.answers(values, error=0.5))
    new = records.pooling(answers=records.answers(values, error=0.71))
    assert advise(known, None).verdict is Verdict.DISAGREE
    assert advise(new, None).verdict is Verdict.AGREE


def test_outside_the_domain_no_answers_agree():
    outside = records.prediction(applicability=records.out_of_domain("Far away."))
    assert advise(records.pooling(prediction=outside), None).verdict is Verdict.OUTSIDE


def test_the_one_apart_is_named():
    report = records.pooling(answers=records.answers((8.0, 8.1, 6.0, 8.2)))
    assert advise(report, None).apart == "max"


def test_the_prediction_is_said_to_lie_beyond_the_poolings_only_where_it_does():
    far = records.pooling(answers=records.answers((6.0, 6.1, 6.2, 6.1)))
    assert advise(far, None).beyond_poolings
    assert not advise(records.pooling(), None).beyond_poolings


def test_the_best_pooling_is_named_with_those_that_are_not_told_apart():
    study = records.pooling_study()
    advice = advise(records.pooling(), study)
    errors = {
        name: study.error(f"esm2, domain, {name}, last", "seen")[0] for name in records.POOLINGS
    }
    assert advice.best == min(errors, key=errors.get)
    assert "max" not in advice.near_best  # worse by eight times the noise
    assert advise(records.pooling(), None).best == ""
