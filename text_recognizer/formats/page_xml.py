"""PAGE XML 2019-07-15 (https://github.com/PRImA-Research-Lab/PAGE-XML), written and read."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

from text_recognizer.errors import InvalidInputError
from text_recognizer.formats.boxes import (
    image_name,
    line_box,
    line_polygon,
    page_box,
    points_text,
    union,
    word_polygon,
    written_lines,
)
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.languages import LANGUAGE_NAMES, Language
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan
from text_recognizer.version import __version__

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_SCHEMA = f"{_NAMESPACE}/pagecontent.xsd"
_LANGUAGES: dict[str, Language] = {name: language for language, name in LANGUAGE_NAMES.items()}


def to_page_xml(page: PagePrediction) -> str:
    """Return the page as a PAGE document.

    All lines are in one text region. Each has its polygon, its baseline and language if these are known, its
    words with their polygons, and text and confidence (`TextEquiv`).
    """
    document = ElementTree.Element(
        "PcGts",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_SCHEMA}",
        },
    )
    _add_metadata(document)
    box = page_box(page)
    size = {"imageWidth": str(box.width), "imageHeight": str(box.height)}
    sheet = ElementTree.SubElement(document, "Page", {"imageFilename": image_name(page), **size})
    if lines := written_lines(page):
        _add_region(sheet, lines, box)
    ElementTree.indent(document, " ")
    return _HEAD + ElementTree.tostring(document, encoding="unicode")


def _add_metadata(document: ElementTree.Element) -> None:
    """Add who wrote the document and when."""
    metadata = ElementTree.SubElement(document, "Metadata")
    ElementTree.SubElement(metadata, "Creator").text = f"text_recognizer {__version__}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("Created", "LastChange"):
        ElementTree.SubElement(metadata, name).text = now


def _add_region(sheet: ElementTree.Element, lines: list[LinePrediction], page: Region) -> None:
    order = ElementTree.SubElement(sheet, "ReadingOrder")
    group = ElementTree.SubElement(order, "OrderedGroup", {"id": "order_1"})
    ElementTree.SubElement(group, "RegionRefIndexed", {"index": "0", "regionRef": "region_1"})
    region = ElementTree.SubElement(sheet, "TextRegion", {"id": "region_1", "type": "paragraph"})
    _add_points(region, "Coords", union([line_box(line, page) for line in lines]).corners)
    for number, line in enumerate(lines, start=1):
        _add_line(region, f"line_{number}", line, page)


def _add_line(region: ElementTree.Element, name: str, line: LinePrediction, page: Region) -> None:
    language = {} if line.language is None else {"primaryLanguage": LANGUAGE_NAMES[line.language]}
    element = ElementTree.SubElement(region, "TextLine", {"id": name, **language})
    _add_points(element, "Coords", line_polygon(line, page))
    if len(line.baseline) > 1:
        _add_points(element, "Baseline", line.baseline)
    for index, span in enumerate(line.words, start=1):
        word = ElementTree.SubElement(element, "Word", {"id": f"{name}_word_{index}"})
        _add_points(word, "Coords", word_polygon(span, line_box(line, page)))
        _add_text(word, span.text, span.confidence)
    _add_text(element, line.text, line.confidence)


def _add_points(parent: ElementTree.Element, tag: str, points: Points) -> None:
    ElementTree.SubElement(parent, tag, {"points": points_text(points)})


def _add_text(parent: ElementTree.Element, text: str, confidence: float) -> None:
    equivalent = ElementTree.SubElement(parent, "TextEquiv", {"conf": f"{confidence:.4f}"})
    ElementTree.SubElement(equivalent, "Unicode").text = one_line(text)


def from_page_xml(text: str) -> PagePrediction:
    """Return the page that a PAGE document of any version describes: its lines in the order of the document.

    A line or word without a confidence has confidence 1. Languages other than ours and
    characters (`Glyph`) are not read.

    Args:
        text: The document.

    Raises:
        InvalidInputError: If it is no PAGE document, or a size or a point is no whole number.
    """
    if "<!DOCTYPE" in text:  # PAGE has none, and entities may expand without end
        raise InvalidInputError("Expected a PAGE document; received XML with a document type.")
    try:
        root = ElementTree.fromstring(text.encode("utf-8", "surrogatepass"))
        page = _named(root, "Page")
        lines = tuple(_line(line) for line in page.iter() if _tag(line) == "TextLine")
        width, height = int(page.attrib["imageWidth"]), int(page.attrib["imageHeight"])
        return PagePrediction(lines, width, height, image=page.attrib["imageFilename"])
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InvalidInputError(f"Expected a PAGE document (XML): {error}.") from error


def _line(element: ElementTree.Element) -> LinePrediction:
    polygon = _points(_named(element, "Coords"))
    baselines = [_points(child) for child in element if _tag(child) == "Baseline"]
    words = tuple(_word(child) for child in element if _tag(child) == "Word")
    baseline = baselines[0] if baselines else ()
    language = _LANGUAGES.get(element.get("primaryLanguage", ""))
    line = LinePrediction(*_text(element), Region.around(polygon), words, (), baseline, polygon)
    return replace(line, language=language)


def _word(element: ElementTree.Element) -> TextSpan:
    polygon = _points(_named(element, "Coords"))
    box = Region.around(polygon)
    return TextSpan(*_text(element), box.x1, box.x2, polygon)


def _text(element: ElementTree.Element) -> tuple[str, float]:
    """Return text and confidence of a line or word."""
    for child in element:
        if _tag(child) == "TextEquiv":
            return _named(child, "Unicode").text or "", float(child.get("conf", "1"))
    return "", 1.0


def _points(element: ElementTree.Element) -> Points:
    pairs = [pair.split(",") for pair in element.attrib["points"].split()]
    return tuple((int(x), int(y)) for x, y in pairs)


def _named(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    """Return the first child with a name, in any namespace: that of PAGE changes with its version."""
    for child in parent:
        if _tag(child) == name:
            return child
    raise LookupError(f"{_tag(parent)} has no {name}")


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
