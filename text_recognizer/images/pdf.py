"""A page of a PDF -> its grey values, rendered by PDFium; needs the extra `pdf`.

PDFs are untrusted, like image files: what a page and its images are going to take is checked before anything
is rendered. PDFium is not safe to share between threads, so they take turns.
"""

import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import (
    DAMAGED_IMAGE,
    ImageDecodeError,
    ImageTooLargeError,
    InvalidInputError,
    UnsupportedFormatError,
)
from text_recognizer.images.limits import ImageLimits

if TYPE_CHECKING:
    import pypdfium2

RESOLUTION_DPI = 300  # of scans; handwriting needs no more
MAX_RENDERED_PIXELS = 9_000_000  # A4 at 300 dpi; larger pages are rendered at a lower resolution
_POINTS_PER_INCH = 72  # the unit of PDF (ISO 32000-1, 8.3.2.3)
HEADER_BYTES = 1024  # readers look for the header within these
_ROUNDING = 1e-5  # sizes have 32 bits, and are rounded up: without it pages would be a pixel too large
_MAX_FORM_DEPTH = 15  # of forms within forms, in which images are looked for
_MAX_IMAGES = 10_000  # on a page; scans have one, or some hundreds of strips
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_ENCRYPTION = b"/Encrypt"  # the key of the trailer that protects a PDF (ISO 32000-1, 7.6.1)
_turn = threading.RLock()


def is_pdf(data: bytes) -> bool:
    """Tell whether a file claims to be a PDF."""
    return b"%PDF-" in data[:HEADER_BYTES]


def count_pages(data: bytes) -> int:
    """Return the number of pages of a PDF.

    Raises:
        UnsupportedFormatError: If pypdfium2 is not installed.
        ImageDecodeError: If the PDF is damaged, or has no page.
        InvalidInputError: If it is protected by a password.
    """
    with _turn, _opened(data) as document:
        return len(document)


def render_page(data: bytes, page: int, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of a page, at 300 dpi or at what its size allows.

    Args:
        data: The file.
        page: Which page, from 1 on.
        limits: What is accepted: the pixels of the images on the page, and of the page itself.

    Raises:
        InvalidInputError: If there is no such page, or the PDF is protected by a password.
        ImageTooLargeError: If an image on the page has too many pixels.
        UnsupportedFormatError: If pypdfium2 is not installed.
        ImageDecodeError: If the PDF is damaged.
    """
    import pypdfium2

    with _turn, _opened(data) as document:
        if not 1 <= page <= len(document):
            raise InvalidInputError(f"The PDF has {len(document)} pages; received page {page}.")
        try:
            sheet = document[page - 1]
            width, height = sheet.get_size()
            scale = (1 - _ROUNDING) * _scale(width, height, limits)
            _check_images(sheet, limits)
            bitmap = sheet.render(scale=scale, grayscale=True, may_draw_forms=False)
            return np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
        except pypdfium2.PdfiumError as error:
            reason = str(error)
    raise ImageDecodeError(DAMAGED_IMAGE.format(f"page {page} of the PDF", reason))


def _opened(data: bytes) -> "pypdfium2.PdfDocument":
    """Return an opened PDF, which closes at the end of a `with` block."""
    try:
        import pypdfium2
    except ImportError as error:
        raise UnsupportedFormatError(
            "Reading a PDF needs pypdfium2. Install it with `pip install 'text-recognizer[pdf]'`."
        ) from error
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason, code = str(error), error.err_code
    # PDFium keeps the error of an earlier file where it sets none, for a PDF without pages for example.
    if code == _PASSWORD_ERROR and _ENCRYPTION in data:
        raise InvalidInputError("The PDF is protected by a password. Save it without one.")
    raise ImageDecodeError(DAMAGED_IMAGE.format("PDF", reason))


def _scale(width: float, height: float, limits: ImageLimits) -> float:
    """Return how many pixels a point of a page takes; its size is given in points."""
    if not (math.isfinite(width * height) and min(width, height) > 0):
        raise ImageDecodeError(f"The page of the PDF is {width} x {height} points; expected some.")
    pixels = min(MAX_RENDERED_PIXELS, limits.max_pixels)
    side = limits.max_side / max(width, height)
    return min(RESOLUTION_DPI / _POINTS_PER_INCH, math.sqrt(pixels / (width * height)), side)


def _check_images(sheet: "pypdfium2.PdfPage", limits: ImageLimits) -> None:
    """Refuse a page with very many images, or with one that is too large; none is decoded for that."""
    import pypdfium2.raw

    images = sheet.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_FORM_DEPTH)
    for number, image in enumerate(images, start=1):
        width, height = image.get_px_size()
        if number > _MAX_IMAGES or width * height > limits.max_pixels:
            raise ImageTooLargeError(
                f"The page of the PDF has {number} images, the last one of {width} x {height}; expected at "
                f"most {_MAX_IMAGES:,}, each of at most {limits.max_pixels:,} pixels. Scale them down."
            )
