from dta_demo.training.pooling_card import describe_study
from tests.support.records import pooling_study_document


def test_the_sections_have_every_condition_with_its_error():
    document = pooling_study_document()
    text = describe_study(document)
    errors = document["conditions"]["esm2, domain, mean, last"]["seen"]["by_seed"]
    mean = sum(map(sum, errors)) / 15
    assert f"| mean | {mean:.3f} ± " in text
    assert "| mean, random weights | 0." in text
    assert "| first200 | mix | attention |" in text
    assert "| domain, mean | 0.400 | 0.300 | 0.200 |" in text


def test_differences_within_the_noise_stand_in_brackets():
    text = describe_study(pooling_study_document())
    differences = text[text.index("Differences to the mean") : text.index("By region")]
    lines = {line.split()[1]: line for line in differences.splitlines() if line.startswith("| ")}
    assert "(" not in lines["max"]
    assert lines["attention"].count("(") + lines["cls"].count("(") >= 4


def test_what_was_not_compared_is_left_out():
    document = pooling_study_document()
    del document["conditions"]["esm2, first200, attention, mix"]
    assert "| first200 | mix | attention |" not in describe_study(document)
