"""What loading images costs a process: `python -m text_recognizer.tests.images.costs PART`; Linux only."""

import json
import re
import sys
import time
from pathlib import Path

from text_recognizer.errors import InvalidInputError
from text_recognizer.images.limits import LIMITS
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images import handmade_files, hostile_files


def status_of(data: bytes) -> int:
    """Return the status with which the service answers a file: 200 if it can be read."""
    try:
        load_image(data, LIMITS)
    except InvalidInputError as error:
        return error.http_status
    return 200


def megabytes(figure: str) -> float:
    """Return a figure of this process, as VmRSS or VmHWM, the peak of it."""
    found = re.search(rf"{figure}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) / 1024 if found else 0.0


def cost(data: bytes) -> dict[str, float]:
    """Return the status of a file, seconds of the processor, and peak memory above what was used before."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before, start = megabytes("VmRSS"), time.process_time()
    status = status_of(data)
    seconds = time.process_time() - start
    return {"status": status, "seconds": seconds, "megabytes": megabytes("VmHWM") - before}


def each_file() -> dict[str, dict[str, float]]:
    """Return the cost of each hostile file and of the largest files that are accepted."""
    status_of(handmade_files.png())  # libraries are loaded
    costs = {name: cost(hostile_files.make(name)) for name in hostile_files.FILES}
    for name, make in hostile_files.LARGEST.items():
        costs[name] = cost(make())
    return costs


def many_failures() -> list[float]:
    """Return the memory after failing images of every kind, once and 200 in all; garbage is not collected."""
    failing = [name for name, (status, _) in hostile_files.FILES.items() if status != 200]
    files = [hostile_files.make(name) for name in failing] + list(hostile_files.damaged().values())
    memory = []
    for times in (1, 200 // len(files) + 1):
        for _ in range(times):
            for data in files:
                status_of(data)
        memory.append(megabytes("VmRSS"))
    return memory


if __name__ == "__main__":
    print(json.dumps({"each_file": each_file, "many_failures": many_failures}[sys.argv[1]]()))
