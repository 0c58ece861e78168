"""Programs that find the lines of pages, each in a process of its own on one thread: ours and kraken."""

import os
import sys

from evaluation.rivals import kraken_worker
from evaluation.rivals.readers import PipedReader
from text_recognizer.inference import artifacts


def own_lines(weights: str, detector: str, what: str) -> PipedReader:
    """Return our finder of lines, see `own_lines_worker`.

    Args:
        weights: Name of a line model.
        detector: Name of a line detector beside it.
        what: READ, HANDWRITING or FIND.

    Raises:
        ArtifactError: If a model is missing.
        ConfigError: If the process does not run.
    """
    folder = artifacts.find(weights, "line").path.parents[1]
    artifacts.find(detector, "paragraph")
    command = [
        sys.executable,
        "-m",
        "evaluation.rivals.own_lines_worker",
        weights,
        detector,
        str(folder),
        what,
    ]
    path = os.pathsep.join(filter(None, sys.path))  # this project is on it, wherever it was started
    hint = "Our own finder of lines does not run; `text-recognizer recognize` may say why."
    return PipedReader(command, hint, {"PYTHONPATH": path})


def kraken_lines(python: str) -> PipedReader:
    """Return kraken's segmentation with the model in its package.

    Args:
        python: An interpreter that has the package kraken.

    Raises:
        ConfigError: If it has not.
    """
    hint = "kraken does not run: install the package kraken, here or where --kraken-python points."
    threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return PipedReader([python, kraken_worker.__file__], hint, threads)
