"""Jobs that give way, stop and wait in bounded lanes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from dta_demo.runtime.jobs import (
    Job,
    JobStoppedError,
    Lane,
    LaneSettings,
    RefusalError,
    TurnLock,
    check_job,
    close_lanes,
    note_work,
)

LONG = 60


def settings(**changes: Any) -> LaneSettings:
    return LaneSettings(
        **{"threads": 1, "waiting": 10, "per_visitor": 10, "seconds": LONG, **changes}
    )


def work_until_stopped(started: threading.Event | None = None) -> None:
    """Do what a long computation does: look now and then whether it should stop."""
    if started:
        started.set()
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        check_job()
        time.sleep(0.005)


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.005)


def test_work_is_counted_for_the_job_that_does_it() -> None:
    jobs = [Job(True, LONG), Job(True, LONG)]
    assert [job.seconds_run for job in jobs] == [0, 0]
    jobs[0].run(lambda: (note_work(100), note_work(20)))
    jobs[1].run(lambda: note_work(3))
    note_work(7)
    assert [job.work_done for job in jobs] == [120, 3]
    assert all(0 < job.seconds_run < 1 for job in jobs)


def test_a_job_is_watched_while_it_waits_and_runs() -> None:
    seen: list[float] = []
    begun, end = threading.Event(), threading.Event()

    def run() -> None:
        note_work(5)
        begun.set()
        assert end.wait(LONG)

    def watch(job: Job) -> None:
        seen.append(job.work_done)
        if 5 in seen:
            end.set()

    asyncio.run(Lane("a", settings()).run("visitor", run, watch=watch))
    assert seen[-1] == 5


def test_a_job_gives_what_its_function_gives() -> None:
    assert asyncio.run(Lane("a", settings()).run("visitor", lambda: 3)) == 3


def test_what_a_function_raises_reaches_its_caller() -> None:
    def refuse() -> None:
        raise ValueError("a sentence")

    with pytest.raises(ValueError, match="a sentence"):
        asyncio.run(Lane("a", settings()).run("visitor", refuse))


def test_a_job_that_takes_too_long_is_stopped_with_a_sentence() -> None:
    with pytest.raises(JobStoppedError, match=r"stopped after 0\.05 s.*\.$"):
        asyncio.run(Lane("a", settings(seconds=0.05)).run("visitor", work_until_stopped))


def test_a_job_that_nobody_wants_any_more_is_stopped() -> None:
    with pytest.raises(JobStoppedError, match="nobody waits"):
        asyncio.run(Lane("a", settings()).run("visitor", work_until_stopped, lambda: False))


def test_a_cancelled_request_stops_its_job_and_frees_the_lane() -> None:
    lane, started = Lane("a", settings()), threading.Event()

    async def cancel() -> int:
        task = asyncio.create_task(lane.run("visitor", lambda: work_until_stopped(started)))
        await until(started.is_set)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await lane.run("visitor", lambda: 7)

    assert asyncio.run(cancel()) == 7
    assert len(lane) == 0


def test_one_visitor_cannot_take_the_places_of_the_others() -> None:
    lane = Lane("a", settings(per_visitor=3))
    hold = threading.Event()

    async def crowd() -> tuple[list[Any], int]:
        greedy = [asyncio.create_task(lane.run("greedy", hold.wait)) for _ in range(9)]
        await asyncio.sleep(0.05)
        other = asyncio.create_task(lane.run("other", lambda: 1))
        await asyncio.sleep(0.05)
        hold.set()
        return await asyncio.gather(*greedy, return_exceptions=True), await other

    answers, other = asyncio.run(crowd())
    assert other == 1
    assert answers[:3] == [True] * 3
    assert all(isinstance(answer, RefusalError) for answer in answers[3:])
    assert "3 requests from your address" in str(answers[3])


def test_a_full_lane_refuses_with_a_sentence() -> None:
    lane, hold = Lane("a", settings(waiting=2)), threading.Event()

    async def crowd() -> list[Any]:
        tasks = [asyncio.create_task(lane.run(who, hold.wait)) for who in "abc"]
        await asyncio.sleep(0.05)
        hold.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    *answered, refused = asyncio.run(crowd())
    assert answered == [True, True]
    assert "busy" in str(refused)


def test_a_lane_that_closes_lets_jobs_finish_and_stops_the_rest() -> None:
    quick, slow = Lane("a", settings()), Lane("b", settings())
    started = threading.Event()

    async def close() -> list[Any]:
        tasks = [
            asyncio.create_task(quick.run("a", lambda: time.sleep(0.2) or 5)),
            asyncio.create_task(slow.run("b", lambda: work_until_stopped(started))),
        ]
        await until(started.is_set)
        await asyncio.to_thread(close_lanes, [quick, slow], 1.0)
        with pytest.raises(RefusalError, match="about to stop"):
            await quick.run("c", lambda: 1)
        return await asyncio.gather(*tasks, return_exceptions=True)

    finished, stopped = asyncio.run(close())
    assert finished == 5
    assert isinstance(stopped, JobStoppedError)


def test_nothing_is_stopped_outside_of_jobs() -> None:
    check_job()
    lock = TurnLock()
    with lock:
        lock.give_way()
    with lock:
        pass


def test_light_jobs_get_the_lock_before_a_heavy_one_that_waits_longer() -> None:
    lock, order = TurnLock(), []

    def take(name: str, is_heavy: bool) -> None:
        def use() -> None:
            with lock:
                order.append(name)
                time.sleep(0.02)

        Job(is_heavy, LONG).run(use)

    lock._heavy_turn = 5.0  # As after a long turn: its patience outlives this test.
    with lock:
        threads = [threading.Thread(target=take, args=("heavy", True))]
        threads += [threading.Thread(target=take, args=(f"light {n}", False)) for n in range(3)]
        for thread in threads:
            thread.start()
            time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert order[-1] == "heavy"
    assert len(order) == 4


def test_a_heavy_job_gets_its_share_though_light_ones_never_end() -> None:
    lock, stop = TurnLock(), threading.Event()

    def be_light() -> None:
        while not stop.is_set():
            with lock:
                time.sleep(0.002)

    def be_heavy() -> int:
        turns = 0
        for _ in range(10):
            with lock:
                time.sleep(0.002)
                turns += 1
        return turns

    light = [threading.Thread(target=be_light, daemon=True) for _ in range(2)]
    for thread in light:
        thread.start()
    assert Job(True, LONG).run(be_heavy) == 10
    stop.set()


def test_light_jobs_pass_between_the_parts_of_a_long_turn() -> None:
    lock, order = TurnLock(), []

    def read_windows() -> None:
        with lock:
            for part in range(2):
                waiting.wait()
                time.sleep(0.05)
                order.append(f"part {part}")
                lock.give_way()

    def predict() -> None:
        waiting.set()
        with lock:
            order.append("light")

    waiting = threading.Event()
    heavy = threading.Thread(target=lambda: Job(True, LONG).run(read_windows))
    heavy.start()
    time.sleep(0.02)
    predict()
    heavy.join()
    assert order == ["part 0", "light", "part 1"]


def test_a_stopped_job_never_gets_the_lock_and_leaves_it_free() -> None:
    lock, job = TurnLock(), Job(True, LONG)
    job.stop()

    def use() -> None:
        with lock:
            raise AssertionError

    with pytest.raises(JobStoppedError):
        job.run(use)
    with lock:
        pass
