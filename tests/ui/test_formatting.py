import pytest

from dta_demo.ui.formatting import format_kd, kd_of, safe_file_stem


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


def test_file_stem_keeps_nothing_that_a_path_could_use() -> None:
    assert safe_file_stem("../../etc/passwd", "protein") == "etc_passwd"
    assert safe_file_stem("<img src=x>", "protein") == "img_src_x"
    assert safe_file_stem("…", "protein") == "protein"
    assert len(safe_file_stem("A" * 500, "protein")) == 40
