import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from dta_demo.runtime.threads import one_numpy_thread, torch_threads


def numpy_threads():
    return [each["num_threads"] for each in threadpool_info() if each["internal_api"] == "openblas"]


def test_numpy_computes_on_one_thread_and_then_as_before():
    matrix = np.ones((4, 4))
    with threadpool_limits(2, user_api="blas"):  # A worker of the tests has only one.
        before = numpy_threads()
        assert set(before) <= {2}
        with one_numpy_thread():
            assert set(numpy_threads()) <= {1}
            np.testing.assert_array_equal(matrix @ matrix, np.full((4, 4), 4.0))
        assert numpy_threads() == before


def test_torch_gets_its_threads_back_after_an_error():
    before = torch.get_num_threads()

    def fail():
        with torch_threads(before + 1):
            assert torch.get_num_threads() == before + 1
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert torch.get_num_threads() == before
    with torch_threads(None):
        assert torch.get_num_threads() == before
