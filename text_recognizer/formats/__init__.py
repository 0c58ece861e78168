"""Formats that recognized pages can be written in: as text, or with their images."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from text_recognizer.arrays import GrayImage
from text_recognizer.formats.alto import to_alto
from text_recognizer.formats.hocr import to_hocr
from text_recognizer.formats.jsonl import to_jsonl
from text_recognizer.formats.markdown import to_markdown
from text_recognizer.formats.page_xml import to_page_xml
from text_recognizer.formats.pdf import write_pdf
from text_recognizer.formats.picture import write_picture
from text_recognizer.formats.text import to_json, to_text
from text_recognizer.formats.tsv import to_tsv
from text_recognizer.predictions.types import PagePrediction


@dataclass(frozen=True)
class Format:
    """A way to write pages as text.

    ```python
    from text_recognizer import LinePrediction, PagePrediction
    from text_recognizer.formats import FORMATS

    page = PagePrediction((LinePrediction("to be", 0.9),))
    for name, format_ in FORMATS.items():
        print(name, format_.suffix, format_.render(page)[:40])
    ```

    Attributes:
        media_type: For the header Content-Type; the encoding is always UTF-8.
        suffix: Ending of file names, with its dot.
        render: Returns the document of a page, or of several, without a newline at its end.
        one_page: Whether it takes one page only.
        one_document: Whether two documents in one file would be none.
    """

    media_type: str
    suffix: str
    render: Callable[..., str]
    one_page: bool = False
    one_document: bool = False


@dataclass(frozen=True)
class PictureFormat:
    """A way to write pages with their images.

    ```python
    import io

    from text_recognizer import ParagraphTextRecognizer
    from text_recognizer.formats import PICTURE_FORMATS
    from text_recognizer.images.loading import load_image

    image = load_image(f"{folder}/page.png")
    file = io.BytesIO()
    PICTURE_FORMATS["pdf"].write(file, [(ParagraphTextRecognizer().predict(image), image)])
    print(file.getvalue()[:8])
    ```

    Attributes:
        media_type: For the header Content-Type.
        suffix: Ending of file names, with its dot.
        write: Writes pages with their images (H, W), which may be reduced, into an empty file that is open
            for writing.
        one_page: Whether it takes one page only.
    """

    media_type: str
    suffix: str
    write: Callable[[BinaryIO, Iterable[tuple[PagePrediction, GrayImage]]], None]
    one_page: bool = False


# The media type of hOCR is the one that its authors use; browsers save it instead of showing it. That of PAGE
# is the one that OCR-D uses.
FORMATS = {
    "text": Format("text/plain", ".txt", to_text),
    "markdown": Format("text/markdown", ".md", to_markdown),
    "json": Format("application/json", ".json", to_json),
    "jsonl": Format("application/jsonl", ".jsonl", to_jsonl),
    "tsv": Format("text/tab-separated-values", ".tsv", to_tsv, one_document=True),
    "hocr": Format("text/vnd.hocr+html", ".hocr", to_hocr, one_document=True),
    "alto": Format("application/xml", ".xml", to_alto, one_document=True),
    "page": Format(
        "application/vnd.prima.page+xml", ".page.xml", to_page_xml, one_page=True, one_document=True
    ),
}
PICTURE_FORMATS = {
    "pdf": PictureFormat("application/pdf", ".pdf", write_pdf),
    "png": PictureFormat("image/png", ".png", write_picture, one_page=True),
}
ALL_FORMATS: dict[str, Format | PictureFormat] = {**FORMATS, **PICTURE_FORMATS}
