"""Results that a client sends back, corrected as a rule -> documents in every format."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from api.admission import unavailable
from api.documents.rendering import Rendered
from api.pictures import PICTURE_LIMITS, draw_pages
from api.responses import content_type
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError, InvalidInputError
from text_recognizer.formats import ALL_FORMATS, FORMATS
from text_recognizer.images.resizing import reduce_image
from text_recognizer.predictions.document import DocumentPrediction
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan

MAX_RESULT_BYTES = 2**22  # some 40 pages with the places of their characters; as objects, 100 MB at most
MAX_PAGE_LINES = 300  # a page of a telephone book
MAX_LINE_CHARACTERS = 300  # twice what a page is wide enough for; 300 lines of it are drawn in 2 s
MAX_NUMBER = 100_000  # five times the longest side of an image
MIN_CORNERS = 3  # of a polygon
MAX_LINES = 4000  # 100 pages; writing them takes a second or less

_LATE = "The time of the request ended before all pages were written. Send fewer pages."


@dataclass(frozen=True)
class Results:
    """Results of recognition, and the images that they belong to.

    ```python
    import json

    from api.documents.writing import Results, write_results
    from text_recognizer import LinePrediction, PagePrediction
    from text_recognizer.images.loading import load_image

    page = PagePrediction((LinePrediction("To be", 0.9),), 600, 400)
    results = Results.parse(json.dumps(page.to_dict()).encode(), [])
    print(write_results(results, "markdown", load_image, float("inf"), 10_000).body)
    ```

    Attributes:
        pages: What was read, as the client has it.
        images: The image file of each page; empty for formats of text.
    """

    pages: tuple[PagePrediction, ...]
    images: tuple[bytes, ...]

    @classmethod
    def parse(cls, fields: bytes, images: Sequence[bytes]) -> "Results":
        """Check what a client sent.

        Args:
            fields: JSON of `DocumentPrediction.to_dict` or `PagePrediction.to_dict`.
            images: The image file of each page, or nothing.

        Raises:
            InvalidInputError: If it is no such JSON, or there are images, but not one for each page.
            ImageTooLargeError: If it has too many bytes or lines.
        """
        if len(fields) > MAX_RESULT_BYTES:
            raise ImageTooLargeError(
                f"The results have {len(fields):,} bytes; expected at most {MAX_RESULT_BYTES:,}. "
                "Send fewer pages, or leave out the characters of the lines."
            )
        pages = DocumentPrediction.from_dict(_json(fields)).pages
        for page in pages:
            _check_page(page)
        if (count := sum(len(page.lines) for page in pages)) > MAX_LINES:
            raise ImageTooLargeError(
                f"The results have {count:,} lines; expected at most {MAX_LINES:,}. Send fewer pages."
            )
        if not pages:
            raise InvalidInputError("The results have no page; expected at least one.")
        if images and len(images) != len(pages):
            raise InvalidInputError(
                f"Expected one image for each of the {len(pages)} pages; received {len(images)}."
            )
        return cls(pages, tuple(images))


def write_results(
    results: Results, format_: str, decode: Callable[[bytes], GrayImage], deadline: float, max_bytes: int
) -> Rendered:
    """Return results as a document.

    Args:
        results: What to write.
        format_: A key of `ALL_FORMATS`.
        decode: Returns the grey values (H, W) of an image file.
        deadline: `time.monotonic()` until which the document must be complete.
        max_bytes: Size of a document that shows pages.

    Raises:
        InvalidInputError: If the format holds one page and there are several, or needs images and there are
            none, or an image has another size than its page.
        ImageTooLargeError: If a document that shows pages would be larger.
        ServiceUnavailable: If the time did not suffice.
    """
    if ALL_FORMATS[format_].one_page and len(results.pages) > 1:
        raise InvalidInputError(f"The format {format_} holds one page; received {len(results.pages)}.")
    if format_ in FORMATS:
        return Rendered(200, content_type(format_), FORMATS[format_].render(*results.pages).encode())
    if not results.images:
        raise InvalidInputError(f"The format {format_} needs the image of each page, in fields named image.")
    most = PICTURE_LIMITS[format_].max_pixels
    body = draw_pages(format_, _with_images(results, decode, deadline, most), max_bytes)
    return Rendered(200, content_type(format_), body)


def _with_images(
    results: Results, decode: Callable[[bytes], GrayImage], deadline: float, max_pixels: int
) -> Iterator[tuple[PagePrediction, GrayImage]]:
    """Decode and reduce one image (H, W) after the other, so that one at a time is in memory."""
    for page, content in zip(results.pages, results.images, strict=True):
        if time.monotonic() >= deadline:
            raise unavailable(_LATE)
        image = decode(content)
        if not _fits(image, page):
            raise InvalidInputError(
                f"Expected an image of {page.width} x {page.height} pixels, as its page says, or the same "
                f"reduced; received one of {image.shape[1]} x {image.shape[0]}."
            )
        yield page, reduce_image(image, max_pixels)


def _fits(image: GrayImage, page: PagePrediction) -> bool:
    """Tell whether an image (H, W) has the sides of its page, or ones in the same ratio but for rounding."""
    if page.width is None or page.height is None:
        return False
    height, width = image.shape
    return bool(abs(width * page.height - height * page.width) <= page.width + page.height)


def _json(fields: bytes) -> Any:
    try:
        return json.loads(fields, parse_int=_whole, parse_float=_number, parse_constant=_number)
    except InvalidInputError:  # a ValueError, too: of a number
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("The field document is not JSON. Send the result as a file.") from error


def _whole(digits: str) -> int:
    return int(_number(digits))


def _number(text: str) -> float:
    """Return a number of the JSON; formats compute with them, so that huge ones would overflow."""
    value = float(text)
    if not abs(value) <= MAX_NUMBER:
        raise InvalidInputError(f"Expected numbers up to {MAX_NUMBER:,}; received {text[:40]}.")
    return value


def _check_page(page: PagePrediction) -> None:
    """Refuse what no recognizer says, and what formats rely on.

    Raises:
        InvalidInputError: If a confidence is not 0-1, a size not 1 or more, or a polygon has too few points.
    """
    if not all(size is None or size >= 1 for size in (page.width, page.height)):
        raise InvalidInputError(f"A page has {page.width} x {page.height} pixels; expected at least 1 x 1.")
    if len(page.lines) > MAX_PAGE_LINES:
        raise ImageTooLargeError(
            f"A page has {len(page.lines):,} lines; expected at most {MAX_PAGE_LINES}. Split it."
        )
    for line in page.lines:
        if len(line.text) > MAX_LINE_CHARACTERS:
            raise ImageTooLargeError(
                f"A line has {len(line.text):,} characters; expected at most {MAX_LINE_CHARACTERS}. Split it."
            )
        if not _is_on(page, line):
            raise InvalidInputError(f"The line {line.text[:40]!r} is far off its page.")
        parts: list[LinePrediction | TextSpan] = [line, *line.words, *line.characters]
        if not all(0 <= each.confidence <= 1 for each in parts):
            raise InvalidInputError(f"A confidence of the line {line.text[:40]!r} is not between 0 and 1.")
        if any(0 < len(each.polygon) < MIN_CORNERS for each in parts) or len(line.baseline) == 1:
            raise InvalidInputError(
                f"A polygon or baseline of the line {line.text[:40]!r} has too few points."
            )


def _is_on(page: PagePrediction, line: LinePrediction) -> bool:
    """Tell whether a line is on its page, or beside it by no more than the page is wide and high.

    Formats draw and write letters as large as the boxes of their lines.
    """
    if page.width is None or page.height is None:
        return True
    points = [*line.polygon, *line.baseline, *(line.region.corners if line.region else ())]
    points += [point for span in (*line.words, *line.characters) for point in span.polygon]
    return all(-page.width <= x <= 2 * page.width and -page.height <= y <= 2 * page.height for x, y in points)
