import platform
import sys

import pytest
import torch
import transformers

from dta_demo.runtime.machine import describe_machine

CPU = torch.device("cpu")


def test_versions_and_threads_are_those_in_use():
    found = describe_machine(CPU)
    assert found.threads == torch.get_num_threads()
    assert found.versions["python"] == platform.python_version()
    assert found.versions["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert found.versions["transformers"] == transformers.__version__
    assert set(found.versions) == {"python", "torch", "transformers", "gradio"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory now")
def test_memory_follows_what_is_held():
    before = describe_machine(CPU)
    assert before.memory_now is not None
    held = torch.ones(2**25)
    after = describe_machine(CPU)
    assert after.memory_now - before.memory_now > held.nbytes / 2
    assert after.memory_peak >= after.memory_now


def test_no_path_and_no_host_is_said():
    told = str(describe_machine(CPU).to_dict())
    assert "/" not in told
    assert platform.node() not in told
