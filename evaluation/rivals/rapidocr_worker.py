"""RapidOCR's recognizer behind a pipe: lines with JSON lists of image files come in, their texts go out.

It runs in any Python that has the package rapidocr, and imports nothing of this project.
"""

import contextlib
import importlib
import importlib.metadata
import json
import sys
import time
from typing import Any

_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.text_score": 0.0,  # what it is unsure of counts too
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def read(engine: Any, paths: list[str]) -> list[str]:
    """Return the text of each image; each is a word or a line."""
    found = [engine(path, use_det=False, use_cls=False, use_rec=True).txts for path in paths]
    return [" ".join(texts or ()) for texts in found]


def answer(engine: Any, paths: list[str], version: str) -> dict[str, object]:
    """Return the texts of images, the seconds and processor seconds they took, and the version."""
    started, cpu_started = time.perf_counter(), time.process_time()
    texts = read(engine, paths)
    return {
        "texts": texts,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu_started,
        "version": version,
    }


def main() -> None:
    """Answer until the pipe ends; the first response comes after the model is loaded."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # whatever the package prints
        engine = importlib.import_module("rapidocr").RapidOCR(params=_PARAMETERS)
        version = f"RapidOCR {importlib.metadata.version('rapidocr')}"
        for line in sys.stdin:
            print(json.dumps(answer(engine, json.loads(line), version)), file=out, flush=True)


if __name__ == "__main__":
    main()
