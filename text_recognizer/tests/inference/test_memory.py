import ctypes
import subprocess
import sys

import pytest

from text_recognizer.tests.repository import ROOT

_SCRIPT = """
import re
from pathlib import Path
import numpy as np
from text_recognizer.inference.memory import return_large_blocks

def megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) / 1024

if {called}:
    return_large_blocks()
np.ones(30 * 2**20, np.uint8)  # freed at once
blocks = [np.ones(4 * 2**20, np.uint8) for _ in range(30)]
before = megabytes()
del blocks[:-1]  # the last one lies above all others
print(before - megabytes())
"""


def _megabytes_of(script: str) -> float:
    """Return the megabytes that a script prints, in a process of its own."""
    command = [sys.executable, "-c", script]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


@pytest.mark.process
@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc keeps blocks"
)
def test_what_is_freed_is_given_back() -> None:
    kept, returned = (_megabytes_of(_SCRIPT.format(called=called)) for called in (False, True))
    assert kept < 60
    assert returned > 110


_FRAGMENTS = """
import re
from pathlib import Path
import numpy as np
from text_recognizer.inference.memory import return_fragments

def megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) / 1024

blocks = [np.ones(100_000, np.uint8) for _ in range(600)]
del blocks[:-1]  # the last one lies above all others
before = megabytes()
return_fragments()
print(before - megabytes())
"""


@pytest.mark.process
@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps them"
)
def test_what_is_free_between_blocks_is_given_back() -> None:
    assert _megabytes_of(_FRAGMENTS) > 40
