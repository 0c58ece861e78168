"""Programs that read whole pages, each in a process of its own on one thread: ours, Tesseract, RapidOCR."""

import contextlib
import logging
import os
import sys
from collections.abc import Callable

from evaluation.rivals.readers import PipedReader, RapidOcr, tesseract_version
from text_recognizer.errors import ConfigError
from text_recognizer.inference import artifacts

logger = logging.getLogger(__name__)

PAGE_MODE = 3  # page segmentation mode of Tesseract: a page of any layout, its default


def own_pages(weights: str, detector: str) -> PipedReader:
    """Return our reader of pages.

    Args:
        weights: Name of a line model.
        detector: Name of a line detector beside it.

    Raises:
        ArtifactError: If a model is missing.
        ConfigError: If the process does not run.
    """
    folder = artifacts.find(weights, "line").path.parents[1]
    artifacts.find(detector, "paragraph")
    hint = "Our own reader does not run; `text-recognizer recognize` may say why."
    return _worker(["own_worker", weights, detector, str(folder)], hint)


def tesseract_pages() -> PipedReader:
    """Return Tesseract with `eng`: a process for each page, as most programs call it, its start included.

    Raises:
        ConfigError: If the command is missing.
    """
    version = f"{tesseract_version()}, --psm {PAGE_MODE}"
    hint = "Tesseract does not read pages: install its data for `eng`."
    return _worker(["tesseract_worker", version, str(PAGE_MODE)], hint)


def _worker(module_and_arguments: list[str], hint: str) -> PipedReader:
    module, *arguments = module_and_arguments
    path = os.pathsep.join(filter(None, sys.path))  # this project is on it, wherever it was started
    command = [sys.executable, "-m", f"evaluation.rivals.{module}", *arguments]
    return PipedReader(command, hint, {"PYTHONPATH": path})


def page_readers(
    weights: str, detector: str, rapidocr_python: str, stack: contextlib.ExitStack
) -> tuple[list[PipedReader], dict[str, str]]:
    """Return ours and the others that are installed, and why others are not.

    Args:
        weights: Name of our line model.
        detector: Name of our line detector.
        rapidocr_python: A Python that has the package rapidocr.
        stack: Ends the processes.

    Raises:
        ArtifactError: If a model is missing.
    """
    found, missing = [stack.enter_context(own_pages(weights, detector))], {}
    others: dict[str, Callable[[], PipedReader]] = {
        "Tesseract": tesseract_pages,
        "RapidOCR": lambda: RapidOcr(rapidocr_python, pages=True),
    }
    for name, start in others.items():
        try:
            found.append(stack.enter_context(start()))
        except ConfigError as error:
            logger.warning("%s", error)
            missing[name] = str(error)
    return found, missing
