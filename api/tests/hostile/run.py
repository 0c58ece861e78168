"""Sends hostile images to the service: `python -m api.tests.hostile.run [--mutations N] [--quick]`.

The shipped models read what can be decoded. Prints the statuses of the responses and the images that took
most memory and most time of the processor, and fails where a limit is exceeded. Linux only.
"""

import argparse
import collections
import faulthandler
import gc
import json
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from api.tests.hostile import corpus
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.tests.images import hostile_files

DOCUMENTED = {400, 413, 415, 422}
MAX_SECONDS = 3.0  # of the processor, for the image that takes most
MAX_MEGABYTES = 250  # above what the process had before it
MAX_MEGABYTES_KEPT = 60  # after all of them: what allocators and pools of threads keep
MAX_SECONDS_OF_900_MP = 0.2  # it is refused by its header


class QuickRecognizer(FakeRecognizer):
    """Reads every page at once, and keeps none of them."""

    def predict(self, image: GrayImage, budget: Budget) -> PagePrediction:
        return PagePrediction((LinePrediction("a", 0.5, Region(0, 0, 1, 1)),))


def fault(client: FlaskClient, data: bytes) -> tuple[int, str]:
    """Return the status, and what is wrong with the answer: nothing, as a rule."""
    response = client.post("/v1/predict", data=data, content_type="application/octet-stream")
    status = response.status_code
    if status == 200:
        return status, "" if "pred" in response.get_json() else "no prediction"
    if status not in DOCUMENTED:
        return status, f"status {status}"
    problem = response.get_json() if response.content_type == "application/problem+json" else {}
    return status, "" if problem.get("status") == status and problem.get("detail") else "no problem object"


def cases(mutations: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every hostile image."""
    for group in (corpus.seeds(), corpus.bombs(), corpus.wrong_types(), corpus.polyglots()):
        yield from group.items()
    for name, data in (corpus.seeds() | {"900 MP": corpus.png_of_900_megapixels()}).items():
        for number, part in enumerate(corpus.truncations(data)):
            yield f"{name}, {number}/16", part
    for name, (_, make) in hostile_files.FILES.items():
        yield name, make()
    for name, make in hostile_files.LARGEST.items():
        yield name, make()
    for number in range(mutations):
        yield f"mutation {number}", corpus.mutation(number)


def main() -> None:
    """Run, print a summary as JSON, exit with 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mutations", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--quick", action="store_true", help="decoded images are not read")
    args = parser.parse_args()
    warnings.simplefilter("error")
    faulthandler.enable()
    # What is too slow is told by its seconds of the processor, not by a busy machine.
    config = ApiConfig(request_timeout=600)
    app = create_app(config, QuickRecognizer() if args.quick else None)
    app.logger.disabled = True
    summary = run(app.test_client(), args.mutations)
    print(json.dumps(summary, indent=1))
    sys.exit(1 if summary["faults"] else 0)


def run(client: FlaskClient, mutations: int) -> dict[str, Any]:
    """Send everything; return statuses, memory, times and faults."""
    faults: list[str] = []
    statuses: collections.Counter[int] = collections.Counter()
    slowest = largest = (0.0, "")
    fault(client, corpus.seeds()["png gray"])  # what is allocated once
    fault(client, corpus.bombs()["jpeg 5000 x 5000"])
    gc.collect()
    start = _status("VmRSS")
    seconds_of_900 = _measured(client, corpus.png_of_900_megapixels())[2]
    if seconds_of_900 > MAX_SECONDS_OF_900_MP:
        faults.append(f"900 MP PNG: {seconds_of_900:.3f} s")
    current = Path(tempfile.mkdtemp(prefix="hostile_")) / "current"
    for name, data in cases(mutations):
        current.write_bytes(data)  # what a crash leaves behind
        status, wrong, seconds, megabytes = _measured(client, data)
        statuses[status] += 1
        slowest, largest = max(slowest, (seconds, name)), max(largest, (megabytes, name))
        if seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES:
            wrong = wrong or f"{seconds:.2f} s of the processor, {megabytes:.0f} MB"
        if wrong:
            current.rename(current.with_name(re.sub(r"\W+", "_", name)))
            faults.append(f"{name}: {wrong}, kept in {current.parent}")
    kept = (_status("VmRSS") - start) / 1024
    if kept > MAX_MEGABYTES_KEPT:
        faults.append(f"{kept:.0f} MB are kept in the end")
    return {
        "images": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "most_cpu_seconds": round(slowest[0], 3),
        "slowest": slowest[1],
        "most_megabytes": round(largest[0]),
        "largest": largest[1],
        "megabytes_kept": round(kept),
        "cpu_seconds_of_900_mp": round(seconds_of_900, 4),
        "faults": faults,
    }


def _measured(client: FlaskClient, data: bytes) -> tuple[int, str, float, float]:
    """Return status, fault, seconds of the processor, and megabytes at the peak above those before."""
    before, start = _reset_peak(), time.process_time()
    status, wrong = fault(client, data)
    return status, wrong, time.process_time() - start, (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    """Return a figure of this process in kB; Linux only."""
    found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) if found else 0


def _reset_peak() -> int:
    """Let the peak memory start anew; return what is used now, in kB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


if __name__ == "__main__":
    main()
