import gc

import pytest

from dta_demo.runtime.loading import uncollected


def test_the_collector_rests_while_libraries_load_and_works_again_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_library_that_is_missing_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), uncollected():
        import dta_demo.no_such_library  # noqa: F401
    assert gc.isenabled()
