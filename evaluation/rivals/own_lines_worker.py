"""Our finding of lines behind a pipe; see `kraken_worker`, whose form the answers have.

Its arguments: name of the line model, name of the detector, folder of both, and `read`, `handwriting` or
`find`. Read lines are those of the prediction of a page, without those that are no text, or are print; found
ones cost less.
"""

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np

from evaluation.rivals.rapidocr_worker import serve
from text_recognizer.geometry import Points
from text_recognizer.images.loading import load_image
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.types import LineKind
from text_recognizer.preparation.pages import prepare_page
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.version import __version__

READ, HANDWRITING, FIND = "read", "handwriting", "find"


def read_outlines(recognizer: ParagraphTextRecognizer, only: LineKind | None, path: str) -> list[Points]:
    """Return the corners of the boxes of the lines that are read on a page, all or those of one kind."""
    regions = (line.region for line in recognizer.predict(path, only=only).lines)
    return [region.corners for region in regions if region is not None]


def found_outlines(detector: LineDetector, path: str) -> list[Points]:
    """Return the corners of the boxes of the lines that are found on a page, text or not."""
    page = prepare_page(load_image(path))
    found = detector.find_all_lines(writing_ink(page.image)).regions
    return [page.to_original.box(np.array(region.corners, np.float64)).corners for region in found]


def main() -> None:
    """Load the models and answer until the pipe ends."""
    weights, detector_name, folder, what = sys.argv[1:]
    detector = LineDetector(detector_name, Path(folder), threads=1)
    outlines = partial(found_outlines, detector)
    if what != FIND:
        predictor = LinePredictor(weights, Path(folder), threads=1)
        only: LineKind | None = "handwriting" if what == HANDWRITING else None
        outlines = partial(read_outlines, ParagraphTextRecognizer(detector, predictor), only)
    version = f"text_recognizer {__version__}, lines {what}"
    serve(lambda paths: [json.dumps(outlines(path)) for path in paths], version, sys.stdout)


if __name__ == "__main__":
    main()
