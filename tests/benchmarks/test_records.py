import json

from dta_demo.benchmarks.records import Figure, NotMeasurableError, NotMeasured, attempt


def make_figure(**changes) -> Figure:
    given = {"what": "a pass", "ours": 3.0, "reference": 2.0, "unit": "s", "against": "another"}
    return Figure(**{**given, **changes})


def test_a_figure_is_given_in_units_of_its_reference():
    assert make_figure().ratio == 1.5


def test_a_figure_for_which_nothing_is_asked_is_neither_met_nor_missed():
    assert make_figure().met is None


def test_a_ratio_is_met_up_to_what_is_asked():
    assert make_figure(asked=1.5).met is True
    assert make_figure(asked=1.4).met is False


def test_a_ratio_that_should_be_large_is_met_from_what_is_asked():
    assert make_figure(asked=1.5, at_least=True).met is True
    assert make_figure(asked=1.6, at_least=True).met is False


def test_a_figure_becomes_json_with_four_digits():
    figure = make_figure(ours=1.234567, reference=10.0, asked=0.5)
    assert json.loads(json.dumps(figure.to_dict())) == {
        "what": "a pass",
        "ours": 1.235,
        "reference": 10.0,
        "unit": "s",
        "against": "another",
        "ratio": 0.1235,
        "asked": 0.5,
        "at_least": False,
        "met": True,
    }


def test_what_cannot_be_measured_is_recorded_with_its_reason():
    def fail() -> Figure:
        raise NotMeasurableError("there is no such thing here")

    assert attempt("a pass", make_figure) == make_figure()
    found = attempt("a pass", fail)
    assert found == NotMeasured("a pass", "there is no such thing here")
    assert found.to_dict() == {"what": "a pass", "not_measured": "there is no such thing here"}
