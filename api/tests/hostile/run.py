"""Sends hostile files to the service: `python -m api.tests.hostile.run [--start N] [--minutes N]`.

Images go to /v1/predict, a tenth as many mutations to each other route that takes files; see `cases`. The
shipped models read what can be decoded. Prints the statuses of the responses and the files that took most
memory and most time of the processor, and fails where a limit is exceeded. A run may stop after some minutes
and another one go on where it stopped. Linux only.
"""

import argparse
import collections
import faulthandler
import gc
import hashlib
import json
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from flask.testing import FlaskClient

from api.app import DECODER, create_app
from api.config import ApiConfig
from api.fine_tuning.learned import LearnedModels
from api.models import Models
from api.recognition import Recognizer, load_recognizer
from api.tests.conftest import FakeRecognizer
from api.tests.hostile import corpus
from api.tests.hostile.cases import DOCUMENTS, IMAGES, SHARES, Case, cases
from text_recognizer import (
    LineDetector,
    LinePrediction,
    PagePrediction,
    ParagraphTextRecognizer,
    Region,
)
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.predictions.languages import LanguageChoice

MAX_SECONDS = 3.0  # of the processor, for the image that takes most
MAX_MEGABYTES = 250  # above what the process had before it
MAX_MEGABYTES_KEPT = 60  # after all of them: what allocators and pools of threads keep
MAX_SECONDS_OF_900_MP = 0.2  # it is refused by its header
_OPENAPI = Path(__file__).parents[2] / "openapi.json"
_REPORT_S = 60.0  # between two lines of progress


class QuickRecognizer(FakeRecognizer):
    """Reads every page at once, and keeps none of them."""

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        return PagePrediction((LinePrediction("a", 0.5, Region(0, 0, 1, 1)),))


class OnceRecognizer:
    """Reads each picture once; whatever else the same one comes in is answered alike.

    Of mutated files that can be decoded, nearly half show a picture that was read before.
    """

    def __init__(self, recognizer: ParagraphTextRecognizer) -> None:
        """Begin without a picture."""
        self._recognizer = recognizer
        self.read: dict[bytes, PagePrediction] = {}  # by the digest of the grey values

    def __getattr__(self, name: str) -> Any:
        """Return what the recognizer has."""
        return getattr(self._recognizer, name)

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        """Return the text of a page (H, W)."""
        key = hashlib.sha256(repr((image.shape, language)).encode() + image.tobytes()).digest()
        if key not in self.read:
            self.read[key] = self._recognizer.predict(image, budget, language=language)
        return self.read[key]


@cache
def documented(route: str) -> frozenset[int]:
    """Return the statuses that the OpenAPI document has for a POST; those that blame the service left out."""
    responses = json.loads(_OPENAPI.read_text(encoding="utf-8"))["paths"][route]["post"]["responses"]
    return frozenset(status for status in map(int, responses) if status < 500)


def fault(client: FlaskClient, data: bytes, route: str = IMAGES) -> tuple[int, str]:
    """Send a file; return the status, and what is wrong with the response: nothing, as a rule."""
    return fault_of(client, Case(route, "", data))


def fault_of(client: FlaskClient, case: Case) -> tuple[int, str]:
    """Send a request; return the status, and what is wrong with the response: nothing, as a rule."""
    response = client.post(case.route + case.query, data=case.data, content_type=case.content_type)
    status = response.status_code
    if status not in documented(case.route):
        return status, f"status {status}"
    if status < 400:
        return status, _wrong(case.route, response.get_json(silent=True) or {})
    problem = response.get_json() if response.content_type == "application/problem+json" else {}
    return status, "" if problem.get("status") == status and problem.get("detail") else "no problem object"


def _wrong(route: str, answer: dict[str, Any]) -> str:
    """Return what is wrong with the answer to a file that was accepted."""
    if route not in (IMAGES, DOCUMENTS):
        return ""
    problems = [page["error"]["status"] for page in answer.get("pages", []) if "error" in page]
    if undocumented := sorted(set(problems) - documented(route)):
        return f"pages of status {undocumented}"
    return "" if "pred" in answer else "no prediction"


def main() -> None:
    """Run, print a summary as JSON, exit with 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--start", type=int, default=0, help="first mutation; default: %(default)s, after all else"
    )
    parser.add_argument("--mutations", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="after which it stops")
    parser.add_argument(
        "--share", choices=SHARES, default="all", help="images: those alone; others: all but images"
    )
    parser.add_argument("--quick", action="store_true", help="decoded images are not read")
    args = parser.parse_args()
    warnings.simplefilter("error")
    faulthandler.enable()
    once = OnceRecognizer(load_recognizer(threads=1))
    recognizer = QuickRecognizer() if args.quick else once
    with services(recognizer) as clients:
        numbers = range(args.start, args.start + args.mutations)
        summary = run(clients, _within(cases(numbers, args.share), 60 * args.minutes))
        summary["different_pictures_read"] = len(once.read)
    print(json.dumps(summary, indent=1))
    sys.exit(1 if summary["faults"] else 0)


@contextmanager
def services(recognizer: Recognizer) -> Iterator[dict[str, FlaskClient]]:
    """Yield a client for each route; images are decoded in this process, documents in one of their own."""
    with tempfile.TemporaryDirectory() as folder, mock.patch("api.fine_tuning.teacher.COMMAND", ["true"]):
        # What is too slow is told by its seconds of the processor, not by a busy machine.
        config = ApiConfig(request_timeout=600, fine_tuning_folder=folder)
        models = Models((recognizer,), learned=LearnedModels(LineDetector(), threads=1))
        here = create_app(config, models=models)
        apart = create_app(replace(config, decoder_process=True), models=models)  # PDFs are read only there
        for app in (here, apart):
            app.logger.disabled = True
        others = apart.test_client()
        yield collections.defaultdict(lambda: others, {IMAGES: here.test_client()})
        apart.extensions[DECODER].close()


def _within(cases: Iterator[Case], seconds: float) -> Iterator[Case]:
    """Yield cases until the time is over, and report the last one to stderr now and then."""
    start = reported = time.monotonic()
    for count, case in enumerate(cases):
        if (now := time.monotonic()) >= start + seconds:
            print(f"The time is over before {case.name}", file=sys.stderr, flush=True)
            return
        if now >= reported + _REPORT_S:
            reported = now
            print(f"{now - start:.0f} s: {count:,} files, next: {case.name}", file=sys.stderr, flush=True)
        yield case


def run(clients: dict[str, FlaskClient], cases: Iterator[Case]) -> dict[str, Any]:
    """Send everything; return statuses, memory, times and faults."""
    client = clients[IMAGES]
    faults: list[str] = []
    statuses: collections.Counter[str] = collections.Counter()
    slowest = largest = (0.0, "")
    fault(client, corpus.seeds()["png gray"])  # what is allocated once
    fault(client, corpus.bombs()["jpeg 5000 x 5000"])
    gc.collect()
    start = _status("VmRSS")
    seconds_of_900 = _measured(client, Case(IMAGES, "900 MP", corpus.png_of_900_megapixels()))[2]
    if seconds_of_900 > MAX_SECONDS_OF_900_MP:
        faults.append(f"900 MP PNG: {seconds_of_900:.3f} s")
    current = Path(tempfile.mkdtemp(prefix="hostile_")) / "current"
    for case in cases:
        current.write_bytes(case.data)  # what a crash leaves behind
        status, wrong, seconds, megabytes = _measured(clients[case.route], case)
        statuses[f"{case.route} {status}"] += 1
        slowest, largest = max(slowest, (seconds, case.name)), max(largest, (megabytes, case.name))
        if seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES:
            wrong = wrong or f"{seconds:.2f} s of the processor, {megabytes:.0f} MB"
        if wrong:
            current.rename(current.with_name(re.sub(r"\W+", "_", case.name)))
            faults.append(f"{case.name}: {wrong}, kept in {current.parent}")
            print(faults[-1], file=sys.stderr, flush=True)
    kept = (_status("VmRSS") - start) / 1024
    if kept > MAX_MEGABYTES_KEPT:
        faults.append(f"{kept:.0f} MB are kept in the end")
    return {
        "files": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "most_cpu_seconds": round(slowest[0], 3),
        "slowest": slowest[1],
        "most_megabytes": round(largest[0]),
        "largest": largest[1],
        "megabytes_kept": round(kept),
        "cpu_seconds_of_900_mp": round(seconds_of_900, 4),
        "faults": faults,
    }


def _measured(client: FlaskClient, case: Case) -> tuple[int, str, float, float]:
    """Return status, fault, seconds of the processor, and megabytes at the peak above those before."""
    before, start = _reset_peak(), time.process_time()
    status, wrong = fault_of(client, case)
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
