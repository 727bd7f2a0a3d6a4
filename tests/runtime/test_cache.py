import threading
from dataclasses import dataclass

import pytest

from dta_demo.runtime.cache import ByteBoundCache


@dataclass(frozen=True)
class Block:
    name: str
    nbytes: int


def fill(cache, name, size=40):
    return cache.get(name, lambda: Block(name, size))


def test_a_value_is_computed_once():
    cache, calls = ByteBoundCache(100), []

    def compute():
        calls.append(1)
        return Block("a", 10)

    assert cache.get("a", compute) is cache.get("a", compute)
    assert len(calls) == 1


def test_what_was_used_longest_ago_is_dropped_first():
    cache = ByteBoundCache(100)
    first, second = fill(cache, "a"), fill(cache, "b")
    assert fill(cache, "a") is first
    fill(cache, "c")
    assert cache.nbytes == 80
    assert fill(cache, "a") is first
    assert fill(cache, "b") is not second


def test_what_is_too_large_is_given_and_not_kept():
    cache = ByteBoundCache(100)
    small, large = fill(cache, "a"), fill(cache, "b", 101)
    assert large.nbytes == 101
    assert cache.nbytes == 40
    assert fill(cache, "a") is small
    assert fill(cache, "b", 101) is not large


def test_nothing_is_kept_after_clearing():
    cache = ByteBoundCache(100)
    fill(cache, "a")
    cache.clear()
    assert cache.nbytes == 0


def test_what_is_not_kept_is_not_recalled():
    cache = ByteBoundCache(100)
    assert cache.recall("a") is None
    assert fill(cache, "a") is cache.recall("a")


def test_an_error_goes_to_who_asked_and_the_next_one_tries_again():
    cache = ByteBoundCache(100)

    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.get("a", fail)
    assert fill(cache, "a").name == "a"


def test_threads_that_ask_at_once_get_one_computation():
    cache, calls, start = ByteBoundCache(100), [], threading.Barrier(8)
    computing = threading.Event()

    def compute():
        calls.append(1)
        computing.wait(0.1)  # Never set: long enough for the others to come.
        return Block("a", 10)

    found = []

    def ask():
        start.wait()
        found.append(cache.get("a", compute))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len({id(each) for each in found}) == 1


def test_another_key_does_not_wait():
    cache, inside, leave = ByteBoundCache(100), threading.Event(), threading.Event()

    def slow():
        inside.set()
        assert leave.wait(10)
        return Block("a", 10)

    thread = threading.Thread(target=lambda: cache.get("a", slow))
    thread.start()
    assert inside.wait(10)
    assert fill(cache, "b").name == "b"
    leave.set()
    thread.join()


def test_hits_and_misses_are_counted():
    cache = ByteBoundCache(100)
    assert cache.status().hit_rate is None
    fill(cache, "a")
    fill(cache, "a")
    fill(cache, "b", 101)
    cache.recall("a")
    status = cache.status()
    assert (status.values, status.nbytes, status.max_bytes) == (1, 40, 100)
    assert (status.hits, status.misses, status.hit_rate) == (2, 2, 0.5)


def test_a_look_into_the_cache_is_no_use_of_it():
    cache = ByteBoundCache(100)
    fill(cache, "a")
    fill(cache, "b")
    assert "a" in cache
    assert "c" not in cache
    assert cache.status().hits == 0
    fill(cache, "c")
    assert "a" not in cache


def test_who_waits_for_another_counts_as_a_hit():
    cache, entered, go_on = ByteBoundCache(100), threading.Event(), threading.Event()

    def compute():
        entered.set()
        assert go_on.wait(60)
        return Block("a", 10)

    first = threading.Thread(target=cache.get, args=("a", compute))
    first.start()
    assert entered.wait(60)
    second = threading.Thread(target=cache.get, args=("a", compute))
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert (cache.status().hits, cache.status().misses) == (1, 1)
