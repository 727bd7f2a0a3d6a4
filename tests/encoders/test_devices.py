import pytest
import torch

from dta_demo.encoders import devices
from dta_demo.encoders.devices import is_out_of_memory, resolve_device, run_halving


def test_auto_takes_the_best_device_there_is(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert resolve_device("auto").type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert resolve_device("auto").type == "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert resolve_device("auto").type == "cpu"


def test_a_zero_gpu_space_computes_on_its_cpu(monkeypatch):
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert resolve_device("auto").type == "cpu"


def test_a_named_device_is_taken():
    assert resolve_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["toaster", "cuda:99"])
def test_a_device_that_is_not_there_is_refused(name):
    with pytest.raises(ValueError, match=name):
        resolve_device(name)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA"), True),
        (RuntimeError("MPS backend out of memory (allocated: 5 GB)"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("shapes do not match"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_recognised(error, expected):
    assert is_out_of_memory(error) is expected


class Machine:
    """Doubles numbers, in batches of at most `room`."""

    def __init__(self, room):
        self.room = room
        self.sizes = []

    def run(self, items):
        self.sizes.append(len(items))
        if len(items) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        return [2 * item for item in items]


def test_a_batch_is_halved_until_it_fits():
    machine = Machine(room=3)
    found = run_halving(list(range(10)), machine.run, lambda: False)
    assert found == [2 * item for item in range(10)]
    assert machine.sizes == [10, 5, 2, 3, 5, 2, 3]


def test_the_work_moves_when_one_item_does_not_fit():
    machine = Machine(room=0)

    def leave():
        machine.room = 10
        return True

    assert run_halving([1, 2, 3], machine.run, leave) == [2, 4, 6]
    assert machine.sizes == [3, 1, 1, 2]


def test_the_error_stays_when_there_is_nowhere_to_go():
    with pytest.raises(torch.OutOfMemoryError):
        run_halving([1, 2], Machine(room=0).run, lambda: False)


def test_another_error_is_not_retried():
    def run(items):
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        run_halving([1, 2], run, lambda: True)


def test_memory_is_released_before_the_next_try(monkeypatch):
    released = []
    monkeypatch.setattr(devices, "_release_cache", lambda: released.append(True))
    run_halving([1, 2, 3, 4], Machine(room=2).run, lambda: False)
    assert released == [True]
