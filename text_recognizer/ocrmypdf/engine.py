"""What OCRmyPDF calls to read scanned PDFs with the shipped models.

```sh
ocrmypdf --plugin text_recognizer.ocrmypdf scan.pdf searchable.pdf
```

OCRmyPDF renders the pages, keeps their images and puts the text under them; here a page becomes hOCR. Only
OCRmyPDF imports this module. It is no entry point, which would replace Tesseract in every call on a machine.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

from ocrmypdf import OcrEngine, OcrOptions, OrientationConfidence, hookimpl
from ocrmypdf.exceptions import BadArgsError

from text_recognizer.files import write_atomically
from text_recognizer.formats.hocr import to_hocr
from text_recognizer.formats.text import to_text
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.version import __version__

LANGUAGES: Mapping[str, LanguageChoice] = {"eng": "en", "fra": "fr"}  # as OCRmyPDF names them


@functools.cache
def recognizer() -> ParagraphTextRecognizer:
    """Return what reads the pages of this process: in one thread, for OCRmyPDF reads several at once."""
    return ParagraphTextRecognizer(LineDetector(threads=1), LinePredictor(threads=1))


def language_of(options: OcrOptions) -> LanguageChoice:
    """Return the language of --language; each page tells it for several, and for English, the default."""
    named = [LANGUAGES[name] for name in options.languages if name in LANGUAGES]
    return named[0] if len(named) == 1 and named != ["en"] else "auto"


class TextRecognizerEngine(OcrEngine):
    """Reads the page that OCRmyPDF has rendered.

    ```python
    from importlib.util import find_spec

    if find_spec("ocrmypdf"):
        from text_recognizer.ocrmypdf.engine import TextRecognizerEngine

        print(TextRecognizerEngine())
    ```
    """

    @staticmethod
    def version() -> str:
        """Return the version of this package."""
        return __version__

    @staticmethod
    def creator_tag(options: OcrOptions) -> str:
        """Return what the metadata of the PDF say."""
        return f"text_recognizer {__version__}"

    def __str__(self) -> str:
        """Return name and version."""
        return f"text_recognizer {__version__}"

    @staticmethod
    def languages(options: OcrOptions) -> set[str]:
        """Return the languages that --language may name."""
        return set(LANGUAGES)

    @staticmethod
    def get_orientation(input_file: Path, options: OcrOptions) -> OrientationConfidence:
        """Return that the page is upright: pages that are not are read all the same, where they stand."""
        return OrientationConfidence(angle=0, confidence=0.0)

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: OcrOptions) -> None:
        """Read the image of a page; write what was read as hOCR and as text.

        Raises:
            TextRecognizerError: If the image cannot be read, or a model is missing or damaged.
        """
        page = recognizer().predict(input_file, language=language_of(options))
        write_atomically(output_hocr, to_hocr(page))
        write_atomically(output_text, to_text(page))

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: OcrOptions) -> None:
        """Refuse --pdf-renderer sandwich: OCRmyPDF's own renderer makes the text of the PDF.

        Raises:
            BadArgsError: Always.
        """
        raise BadArgsError("text_recognizer.ocrmypdf writes no PDF. Leave out --pdf-renderer sandwich.")


@hookimpl
def get_ocr_engine(options: OcrOptions | None) -> OcrEngine | None:
    """Return the engine, unless --ocr-engine names another one."""
    chosen = getattr(options, "ocr_engine", "auto")
    return TextRecognizerEngine() if chosen == "auto" else None
