"""hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/), as XHTML."""

from xml.etree import ElementTree

import numpy as np

from text_recognizer.formats.boxes import (
    image_name,
    line_box,
    line_polygon,
    page_box,
    text_angle,
    union,
    word_box,
    word_polygon,
    written_lines,
)
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.version import __version__

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_META = {
    "ocr-system": f"text_recognizer {__version__}",
    "ocr-capabilities": "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf ocrp_poly ocrp_lang",
}


def to_hocr(*pages: PagePrediction) -> str:
    """Return the pages as an hOCR document.

    The elements nest as in Tesseract's output, which other programs rely on. Lines have a `baseline` and a
    language (`lang`), if these are known; lines and words have the polygon that follows the slope (`poly`).
    Each `ocrx_word` has its confidence (`x_wconf`, whole percent); a line without words is a single one.
    """
    html = ElementTree.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
    _add_head(html, len(pages))
    body = ElementTree.SubElement(html, "body")
    for number, page in enumerate(pages, start=1):
        box = page_box(page)
        name = image_name(page).replace('"', "'")  # hOCR has no escape within quotes
        title = f'{_bbox(box)}; image "{name}"; ppageno {page.number - 1}'
        sheet = _add(body, "div", "ocr_page", f"page_{number}", title)
        if lines := written_lines(page):
            _add_lines(sheet, number, lines, box)
    ElementTree.indent(html, " ")
    # Parsers of HTML take <span/> for an opening tag, and </meta> for an error.
    text = ElementTree.tostring(html, encoding="unicode", short_empty_elements=False)
    return _HEAD + text.replace("></meta>", " />")


def _add_head(html: ElementTree.Element, pages: int) -> None:
    head = ElementTree.SubElement(html, "head")
    ElementTree.SubElement(head, "title").text = "Recognized text"
    content_type = {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}
    ElementTree.SubElement(head, "meta", content_type)
    for name, content in (*_META.items(), ("ocr-number-of-pages", str(pages))):
        ElementTree.SubElement(head, "meta", {"name": name, "content": content})


def _add_lines(
    sheet: ElementTree.Element, sheet_number: int, lines: list[LinePrediction], page: Region
) -> None:
    boxes = [line_box(line, page) for line in lines]
    area = _add(sheet, "div", "ocr_carea", f"block_{sheet_number}_1", _bbox(union(boxes)))
    paragraph = _add(area, "p", "ocr_par", f"par_{sheet_number}_1", _bbox(union(boxes)))
    for number, (line, box) in enumerate(zip(lines, boxes, strict=True), start=1):
        title = f"{_bbox(box)}{_baseline(line.baseline, box)}{_poly(line_polygon(line, page))}"
        span = _add(paragraph, "span", "ocr_line", f"line_{sheet_number}_{number}", title)
        if line.language is not None:
            span.set("lang", line.language)
        words = [
            (word.text, word.confidence, f"{_bbox(word_box(word, box))}{_poly(word_polygon(word, box))}")
            for word in line.words
        ]
        _add_words(span, f"word_{sheet_number}_{number}", words or [(line.text, line.confidence, _bbox(box))])


def _add_words(span: ElementTree.Element, name: str, words: list[tuple[str, float, str]]) -> None:
    """Add the words of a line: text, confidence and properties of the place of each."""
    for index, (text, confidence, place) in enumerate(words):
        identifier = f"{name}_{index + 1}" if index else name
        title = f"{place}; x_wconf {round(100 * confidence)}"
        _add(span, "span", "ocrx_word", identifier, title).text = one_line(text)


def _baseline(points: Points, box: Region) -> str:
    """Return the property of a baseline: slope, and offset from the lower left corner of the line's box.

    Text that does not run from left to right has its angle, counter-clockwise in degrees, instead.
    """
    if len(points) < 2:
        return ""
    if (angle := text_angle(points)) is not None:
        return f"; textangle {angle}"
    # Of a bent baseline, the straight line through it: readers expect two numbers.
    slope, at_zero = np.polyfit([x for x, _ in points], [y for _, y in points], 1)
    offset = at_zero + slope * box.x1 - box.y2
    return f"; baseline {slope:.4f} {offset:.0f}"


def _poly(points: Points) -> str:
    return f"; poly {' '.join(f'{x} {y}' for x, y in points)}"


def _add(parent: ElementTree.Element, tag: str, kind: str, name: str, title: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, {"class": kind, "id": name, "title": title})


def _bbox(box: Region) -> str:
    return f"bbox {box.x1} {box.y1} {box.x2} {box.y2}"
