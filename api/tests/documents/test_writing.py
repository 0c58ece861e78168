"""Results that are sent back become documents; what is too much or does not fit is refused."""

import json

import numpy as np
import pytest

from api.documents.writing import MAX_LINES, MAX_PAGE_LINES, MAX_RESULT_BYTES, Results, write_results
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError, InvalidInputError
from text_recognizer.formats import ALL_FORMATS, FORMATS

PAGE = PagePrediction((LinePrediction("corrécted", 1.0, Region(2, 3, 40, 20)),), 60, 40)
NEVER = float("inf")
MOST = 100_000


def results(*pages: PagePrediction, images: int = 0) -> Results:
    fields = json.dumps({"pages": [page.to_dict() for page in pages]}).encode()
    return Results.parse(fields, [b"an image"] * images)


def decoded(_: bytes) -> GrayImage:
    return np.full((40, 60), 200, np.uint8)


@pytest.mark.parametrize("format_", ALL_FORMATS)
def test_every_format_is_written(format_: str) -> None:
    written = write_results(results(PAGE, images=1), format_, decoded, NEVER, MOST)
    assert written.content_type.startswith(ALL_FORMATS[format_].media_type)
    if format_ in FORMATS:
        assert "corrécted" in written.body.decode()
    else:
        assert written.body[:4] in (b"%PDF", b"\x89PNG")


def test_a_page_is_a_document_of_one_page() -> None:
    assert Results.parse(json.dumps(PAGE.to_dict()).encode(), []).pages == (PAGE,)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (b"nonsense", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON object"),
        (b'{"pages": []}', "no page"),
        (b'{"pages": [{"lines": [{"text": 1}]}]}', "'text'"),
        (b'{"lines": [{"text": "", "confidence": NaN}]}', "numbers up to"),
        (b'{"lines": [{"text": "", "confidence": 1e400}]}', "numbers up to"),
        (b'{"lines": [{"text": "", "confidence": 1, "region": null}], "width": -1000000}', "up to 100,000"),
        (
            b'{"lines": [{"text": "x", "confidence": 1, "polygon": [[0, 0], [9, 0], [9, 999]]}], '
            b'"width": 9, "height": 9}',
            "far off its page",
        ),
        (b'{"lines": [], "width": 0, "height": 9}', "0 x 9 pixels"),
        (b'{"lines": [{"text": "x", "confidence": 2}]}', "not between 0 and 1"),
        (b'{"lines": [{"text": "x", "confidence": 1, "polygon": [[1, 2], [3, 4]]}]}', "too few points"),
        (b'{"lines": [{"text": "x", "confidence": 1, "baseline": [[1, 2]]}]}', "too few points"),
    ],
)
def test_what_is_no_result(fields: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        Results.parse(fields, [])


def test_too_much() -> None:
    with pytest.raises(ImageTooLargeError, match="bytes"):
        Results.parse(b" " * (MAX_RESULT_BYTES + 1), [])
    line = {"text": "", "confidence": 0}
    with pytest.raises(ImageTooLargeError, match="A page has 301 lines"):
        Results.parse(json.dumps({"lines": [line] * (MAX_PAGE_LINES + 1)}).encode(), [])
    pages = [{"lines": [line] * MAX_PAGE_LINES}] * (MAX_LINES // MAX_PAGE_LINES + 1)
    with pytest.raises(ImageTooLargeError, match="4,200 lines"):
        Results.parse(json.dumps({"pages": pages}).encode(), [])
    with pytest.raises(ImageTooLargeError, match="301 characters"):
        Results.parse(json.dumps({"lines": [{**line, "text": "x" * 301}]}).encode(), [])


def test_images_fit_their_pages() -> None:
    with pytest.raises(InvalidInputError, match="one image for each of the 2 pages; received 1"):
        results(PAGE, PAGE, images=1)
    with pytest.raises(InvalidInputError, match="needs the image"):
        write_results(results(PAGE), "pdf", decoded, NEVER, MOST)
    long = PagePrediction((), 60, 50)
    with pytest.raises(InvalidInputError, match="60 x 50 pixels, as its page says, .* one of 60 x 40"):
        write_results(results(long, images=1), "png", decoded, NEVER, MOST)
    large = PagePrediction((), 1201, 799)  # reduced to a twentieth, and rounded
    assert write_results(results(large, images=1), "png", decoded, NEVER, MOST).body[1:4] == b"PNG"
    with pytest.raises(InvalidInputError, match="holds one page; received 2"):
        write_results(results(PAGE, PAGE), "page", decoded, NEVER, MOST)


def test_time_and_size_are_bounded() -> None:
    with pytest.raises(ImageTooLargeError, match="more than 90 bytes"):
        write_results(results(PAGE, images=1), "pdf", decoded, NEVER, 90)
    with pytest.raises(Exception, match="before all pages were written"):
        write_results(results(PAGE, images=1), "pdf", decoded, 0.0, MOST)
