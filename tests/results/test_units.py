import pytest

from dta_demo.results.units import format_kd, kd_of, say_floor, say_interval, say_pkd


@pytest.mark.parametrize(
    ("nanomolar", "words"),
    [
        (0.02, "20 pM"),
        (0.2, "200 pM"),
        (0.999, "1.0 nM"),
        (4.03, "4.0 nM"),
        (38.4, "38 nM"),
        (999.9, "1.0 µM"),
        (10_000, "10 µM"),
        (2.5e6, "2.5 mM"),
        (0.0001, "0.1 pM"),
    ],
)
def test_kd_takes_two_digits_and_the_fitting_unit(nanomolar: float, words: str) -> None:
    assert format_kd(nanomolar) == words


def test_pkd_of_nine_is_one_nanomolar() -> None:
    assert kd_of(9.0) == "1.0 nM"
    assert kd_of(5.0) == "10 µM"


def test_a_pkd_is_said_with_its_kd() -> None:
    assert say_pkd(7.719) == "pKd 7.72 (Kd 19 nM)"
    assert say_floor(5.0) == "Kd above 10 µM (pKd at most 5)"


def test_an_interval_from_the_floor_has_no_lower_end() -> None:
    assert say_interval((6.42, 9.2), 5.0) == "6.42 to 9.20"
    assert say_interval((5.0, 6.15), 5.0) == "at most 6.15"
