import numpy as np

from dta_demo.results.heads import HeadStatistics

VALUES = np.array([[0.1, 0.9, np.nan], [0.5, -0.2, 0.4]], dtype=np.float32)


def test_heads_are_ranked_by_value_with_layer_and_head_from_one():
    found = HeadStatistics(VALUES, None, VALUES, (1, 30), (3, 20))
    assert [place[:2] for place in found.highest("contacts", 3)] == [(1, 2), (2, 1), (2, 3)]
    assert found.highest("pocket", 3) == []
    assert found.nbytes == 2 * VALUES.nbytes


def test_the_document_has_null_for_what_is_not_defined():
    nothing = np.full((2, 3), np.nan, dtype=np.float32)
    document = HeadStatistics(nothing, None, VALUES, (1, 30), (3, 20)).to_dict()
    assert document["contacts"] is None
    assert document["pocket"] is None
    assert document["entropy"] == [[0.1, 0.9, None], [0.5, -0.2, 0.4]]
    assert (document["window"], document["region"]) == ([1, 30], [3, 20])
