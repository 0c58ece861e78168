"""hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/), as XHTML."""

from xml.etree import ElementTree

from text_recognizer.formats.boxes import line_boxes, page_box, union, word_box
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Region
from text_recognizer.types import PagePrediction
from text_recognizer.version import __version__

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_META = {
    "ocr-system": f"text_recognizer {__version__}",
    "ocr-capabilities": "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf",
    "ocr-number-of-pages": "1",
}


def to_hocr(page: PagePrediction) -> str:
    """Return the page as an hOCR document.

    The elements nest as in Tesseract's output, which other programs rely on. Each `ocrx_word` has its
    confidence (`x_wconf`, 0-100); a line without words is a single `ocrx_word`.
    """
    html = ElementTree.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
    _add_head(html)
    body = ElementTree.SubElement(html, "body")
    sheet = _add(body, "div", "ocr_page", "page_1", f"{_bbox(page_box(page))}; ppageno 0")
    if page.lines:
        _add_lines(sheet, page)
    ElementTree.indent(html, " ")
    # Parsers of HTML take <span/> for an opening tag, and </meta> for an error.
    text = ElementTree.tostring(html, encoding="unicode", short_empty_elements=False)
    return _HEAD + text.replace("></meta>", " />")


def _add_head(html: ElementTree.Element) -> None:
    head = ElementTree.SubElement(html, "head")
    ElementTree.SubElement(head, "title").text = "Recognized text"
    content_type = {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}
    ElementTree.SubElement(head, "meta", content_type)
    for name, content in _META.items():
        ElementTree.SubElement(head, "meta", {"name": name, "content": content})


def _add_lines(sheet: ElementTree.Element, page: PagePrediction) -> None:
    boxes = line_boxes(page)
    area = _add(sheet, "div", "ocr_carea", "block_1_1", _bbox(union(boxes)))
    paragraph = _add(area, "p", "ocr_par", "par_1_1", _bbox(union(boxes)))
    for number, (line, box) in enumerate(zip(page.lines, boxes, strict=True), start=1):
        span = _add(paragraph, "span", "ocr_line", f"line_1_{number}", _bbox(box))
        words = [(word.text, word.confidence, word_box(word, box)) for word in line.words]
        _add_words(span, f"word_1_{number}", words or [(line.text, line.confidence, box)])


def _add_words(span: ElementTree.Element, name: str, words: list[tuple[str, float, Region]]) -> None:
    for index, (text, confidence, box) in enumerate(words):
        title = f"{_bbox(box)}; x_wconf {100 * confidence:.2f}"
        identifier = f"{name}_{index + 1}" if index else name
        _add(span, "span", "ocrx_word", identifier, title).text = one_line(text)


def _add(parent: ElementTree.Element, tag: str, kind: str, name: str, title: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, {"class": kind, "id": name, "title": title})


def _bbox(box: Region) -> str:
    return f"bbox {box.x1} {box.y1} {box.x2} {box.y2}"
