import ctypes
import subprocess
import sys

import pytest

from text_recognizer.tests.repository import ROOT

_SCRIPT = """
import re
from pathlib import Path
import numpy as np
from api.serving.memory import return_large_blocks

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


@pytest.mark.process
@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc keeps blocks"
)
def test_what_is_freed_is_given_back() -> None:
    kept, returned = (
        float(
            subprocess.run(
                [sys.executable, "-c", _SCRIPT.format(called=called)],
                cwd=ROOT,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for called in (False, True)
    )
    assert kept < 60
    assert returned > 110
