"""Our reading of pages behind a pipe, so that its memory is counted alone; see `rapidocr_worker`.

Its arguments: name of the line model, name of the detector, folder of both.
"""

import sys
from pathlib import Path

from evaluation.rivals.rapidocr_worker import serve
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.version import __version__


def main() -> None:
    """Load the models and answer until the pipe ends."""
    weights, detector, folder = sys.argv[1:]
    recognizer = ParagraphTextRecognizer(
        LineDetector(detector, Path(folder), threads=1), LinePredictor(weights, Path(folder), threads=1)
    )
    version = f"text_recognizer {__version__}"
    serve(lambda paths: [recognizer.predict(path).text for path in paths], version, sys.stdout)


if __name__ == "__main__":
    main()
