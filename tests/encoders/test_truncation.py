from dta_demo.encoders.truncation import Truncation, limit_length, truncate


def test_a_small_call_is_limited_by_the_maximum_only():
    assert limit_length([50] * 18 + [150], max_length=200) == 150
    assert limit_length([500], max_length=200) == 200


def test_a_large_call_is_limited_to_the_95th_percentile():
    assert limit_length([50] * 19 + [150], max_length=200) == 50
    assert limit_length(list(range(1, 101)), max_length=200) == 95
    assert limit_length([300] * 40, max_length=200) == 200


def test_what_was_cut_is_recorded():
    kept, cut = truncate(["AAAA", "CC", "DDDDDD"], limit=3)
    assert kept == ["AAA", "CC", "DDD"]
    assert cut == [Truncation(0, 4, 3), Truncation(2, 6, 3)]
