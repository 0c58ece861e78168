"""Sends hostile images to the service: `python -m api.tests.hostile.run [--mutations N] [--models]`.

Prints what was answered, the memory and the time, and fails where a limit of the issue is exceeded.
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

DOCUMENTED = {400, 413, 415, 422}
MAX_MEGABYTES, MAX_SECONDS, MAX_SECONDS_OF_900_MP = 300, 2.0, 0.2


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
    for number in range(mutations):
        yield f"mutation {number}", corpus.mutation(number)


def main() -> None:
    """Run, print a summary as JSON, exit with 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=50_000)
    parser.add_argument("--models", action="store_true", help="the shipped models read what can be decoded")
    args = parser.parse_args()
    warnings.simplefilter("error")
    faulthandler.enable()
    # What is too slow is told by its seconds of the processor, not by a busy machine.
    config = ApiConfig(request_timeout=600)
    app = create_app(config, None if args.models else QuickRecognizer())
    app.logger.disabled = True
    summary = run(app.test_client(), args.mutations)
    print(json.dumps(summary, indent=1))
    sys.exit(1 if summary["faults"] else 0)


def run(client: FlaskClient, mutations: int) -> dict[str, Any]:
    """Send everything; return statuses, memory, times and faults."""
    faults: list[str] = []
    statuses: collections.Counter[int] = collections.Counter()
    slowest = (0.0, "")
    large = corpus.png_of_900_megapixels()
    todo = cases(mutations)
    corpus.bombs()  # made before memory is looked at
    fault(client, corpus.seeds()["png gray"])
    gc.collect()
    before = _reset_peak()
    seconds_of_900 = _timed(client, large)[2]
    if seconds_of_900 > MAX_SECONDS_OF_900_MP:
        faults.append(f"900 MP PNG: {seconds_of_900:.3f} s")
    current = Path(tempfile.mkdtemp(prefix="hostile_")) / "current"
    for name, data in todo:
        current.write_bytes(data)  # what a crash leaves behind
        status, wrong, seconds = _timed(client, data)
        statuses[status] += 1
        slowest = max(slowest, (seconds, name))
        if seconds > MAX_SECONDS:
            wrong = wrong or f"{seconds:.2f} s"
        if wrong:
            current.rename(current.with_name(re.sub(r"\W+", "_", name)))
            faults.append(f"{name}: {wrong}, kept in {current.parent}")
    megabytes = (_status("VmHWM") - before) / 1024
    if megabytes > MAX_MEGABYTES:
        faults.append(f"{megabytes:.0f} MB more")
    return {
        "images": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "megabytes_more": round(megabytes),
        "slowest_cpu_seconds": round(slowest[0], 3),
        "slowest": slowest[1],
        "cpu_seconds_of_900_mp": round(seconds_of_900, 4),
        "faults": faults,
    }


def _timed(client: FlaskClient, data: bytes) -> tuple[int, str, float]:
    """Return status, fault, and the seconds of the processor: those of the clock depend on the neighbours."""
    start = time.process_time()
    status, wrong = fault(client, data)
    return status, wrong, time.process_time() - start


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
