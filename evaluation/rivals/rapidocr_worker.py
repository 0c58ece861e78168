"""RapidOCR behind a pipe: lines with JSON lists of image files come in, their texts go out.

It runs in any Python that has the package rapidocr, and imports nothing of this project. Images are words or
lines; with the argument `pages` they are whole pages, whose lines it finds.
"""

import contextlib
import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

PAGES = "pages"

_PARAMETERS = {
    "Global.log_level": "critical",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_OF_WORDS = {"Global.text_score": 0.0}  # what it is unsure of counts too: there is a word in every image
_KIB_PER_MIB = 1024
_STATUS = Path("/proc/self/status")


def read_words(engine: Any, paths: list[str]) -> list[str]:
    """Return the text of each image; each is a word or a line."""
    found = [engine(path, use_det=False, use_cls=False, use_rec=True).txts for path in paths]
    return [" ".join(texts or ()) for texts in found]


def read_pages(engine: Any, paths: list[str]) -> list[str]:
    """Return the text of each page, line by line in the order of the package."""
    return ["\n".join(engine(path).txts or ()) for path in paths]


def answer(read: Callable[[list[str]], list[str]], paths: list[str], version: str) -> dict[str, object]:
    """Return the texts of images, the time they took, the peak memory up to now, and the version."""
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    texts = read(paths)
    return {
        "texts": texts,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": _cpu_seconds() - cpu_started,
        "peak_mib": _peak_mib(),
        "version": version,
    }


def _cpu_seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_mib() -> float:
    """Return the most memory that this process, or one that it has waited for, has had, in MiB.

    `getrusage` counts the memory of whoever started this process as its own; Linux tells it apart as VmHWM.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if _STATUS.is_file():
        own = int(_STATUS.read_text().partition("VmHWM:")[2].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / _KIB_PER_MIB


def serve(read: Callable[[list[str]], list[str]], version: str, out: TextIO) -> None:
    """Answer each line of stdin until it ends; responses go to `out`."""
    for line in sys.stdin:
        print(json.dumps(answer(read, json.loads(line), version)), file=out, flush=True)


def main() -> None:
    """Load the models and answer until the pipe ends."""
    out, pages = sys.stdout, sys.argv[1:] == [PAGES]
    with contextlib.redirect_stdout(sys.stderr):  # whatever the package prints
        parameters = _PARAMETERS if pages else {**_PARAMETERS, **_OF_WORDS}
        engine = importlib.import_module("rapidocr").RapidOCR(params=parameters)
        read = read_pages if pages else read_words
        version = f"RapidOCR {importlib.metadata.version('rapidocr')}"
        serve(lambda paths: read(engine, paths), version, out)


if __name__ == "__main__":
    main()
