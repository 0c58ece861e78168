"""The machine that a time was measured on."""

import os
import platform
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")  # Linux only, where `platform` knows no more than the architecture


def hardware() -> str:
    """Return the name of the processor and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    if _CPUINFO.is_file():
        models = [line for line in _CPUINFO.read_text(encoding="utf-8").splitlines() if "model name" in line]
        name = models[0].partition(":")[2].strip() if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"
