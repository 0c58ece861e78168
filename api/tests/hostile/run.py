"""Sends hostile files to the service: `python -m api.tests.hostile.run [--mutations N] [--quick]`.

Images go to /v1/predict, and documents to /v1/documents: a tenth as many mutations of them, since each page
of a document is read. The shipped models read what can be decoded. Prints the statuses of the responses and
the files that took most memory and most time of the processor, and fails where a limit is exceeded. Linux
only.
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

from api.app import DECODER, create_app
from api.config import ApiConfig
from api.recognition import Recognizer, load_recognizer
from api.tests.conftest import FakeRecognizer
from api.tests.hostile import corpus, documents
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.tests.images import hostile_files

IMAGES, DOCUMENTS = "/v1/predict", "/v1/documents"
DOCUMENTED = {400, 413, 415, 422}
DOCUMENT_SHARE = 10  # mutations of images for each of a document
MAX_SECONDS = 3.0  # of the processor, for the image that takes most
MAX_MEGABYTES = 250  # above what the process had before it
MAX_MEGABYTES_KEPT = 60  # after all of them: what allocators and pools of threads keep
MAX_SECONDS_OF_900_MP = 0.2  # it is refused by its header


class QuickRecognizer(FakeRecognizer):
    """Reads every page at once, and keeps none of them."""

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        return PagePrediction((LinePrediction("a", 0.5, Region(0, 0, 1, 1)),))


def fault(client: FlaskClient, data: bytes, url: str = IMAGES) -> tuple[int, str]:
    """Return the status, and what is wrong with the answer: nothing, as a rule."""
    response = client.post(url, data=data, content_type="application/octet-stream")
    status = response.status_code
    if status == 200:
        return status, _wrong(response.get_json())
    if status not in DOCUMENTED:
        return status, f"status {status}"
    problem = response.get_json() if response.content_type == "application/problem+json" else {}
    return status, "" if problem.get("status") == status and problem.get("detail") else "no problem object"


def _wrong(answer: dict[str, Any]) -> str:
    """Return what is wrong with the answer for an image or a document that was read."""
    problems = [page["error"] for page in answer.get("pages", []) if "error" in page]
    undocumented = [problem["status"] for problem in problems if problem["status"] not in DOCUMENTED]
    if undocumented:
        return f"pages of status {undocumented}"
    return "" if "pred" in answer else "no prediction"


def cases(mutations: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield address, name and bytes of every hostile file."""
    for name, data in images(mutations):
        yield IMAGES, name, data
    for name, data in documents.cases(mutations // DOCUMENT_SHARE):
        yield DOCUMENTS, name, data


def images(mutations: int) -> Iterator[tuple[str, bytes]]:
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
    recognizer = QuickRecognizer() if args.quick else load_recognizer(threads=1)
    found = clients(recognizer)
    summary = run(found, args.mutations)
    found[DOCUMENTS].application.extensions[DECODER].close()
    print(json.dumps(summary, indent=1))
    sys.exit(1 if summary["faults"] else 0)


def clients(recognizer: Recognizer) -> dict[str, FlaskClient]:
    """Return a client for each address; images are decoded in this process, documents in one of their own."""
    found = {}
    for url in (IMAGES, DOCUMENTS):
        # What is too slow is told by its seconds of the processor, not by a busy machine.
        config = ApiConfig(request_timeout=600, decoder_process=url == DOCUMENTS)  # PDFs are read only there
        app = create_app(config, recognizer)
        app.logger.disabled = True
        found[url] = app.test_client()
    return found


def run(clients: dict[str, FlaskClient], mutations: int) -> dict[str, Any]:
    """Send everything to the addresses; return statuses, memory, times and faults."""
    client = clients[IMAGES]
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
    for url, name, data in cases(mutations):
        current.write_bytes(data)  # what a crash leaves behind
        status, wrong, seconds, megabytes = _measured(clients[url], data, url)
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


def _measured(client: FlaskClient, data: bytes, url: str = IMAGES) -> tuple[int, str, float, float]:
    """Return status, fault, seconds of the processor, and megabytes at the peak above those before."""
    before, start = _reset_peak(), time.process_time()
    status, wrong = fault(client, data, url)
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
