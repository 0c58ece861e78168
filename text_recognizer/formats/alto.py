"""ALTO 4.4 (https://www.loc.gov/standards/alto/)."""

import itertools
from collections.abc import Iterator
from xml.etree import ElementTree

from text_recognizer.formats.boxes import (
    image_name,
    line_box,
    line_polygon,
    page_box,
    points_text,
    union,
    word_box,
    word_polygon,
    written_lines,
)
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.version import __version__

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def to_alto(*pages: PagePrediction) -> str:
    """Return the pages as an ALTO document, in pixels.

    Lines have a baseline and a language, if these are known, and a polygon (`Shape`). Words (`String`) have
    their own box, polygon and confidence (`WC`) if the line has words; otherwise they have no place, and the
    confidence of the line.
    """
    alto = ElementTree.Element(
        "alto",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_SCHEMA}",
            "SCHEMAVERSION": "4.4",
        },
    )
    _add_description(alto, image_name(pages[0]))
    layout = ElementTree.SubElement(alto, "Layout")
    numbers = itertools.count(1)
    for index, page in enumerate(pages, start=1):
        _add_page(layout, index, page, numbers)
    ElementTree.indent(alto, " ")
    return _HEAD + ElementTree.tostring(alto, encoding="unicode")


def _add_page(
    layout: ElementTree.Element, index: int, page: PagePrediction, line_numbers: Iterator[int]
) -> None:
    """Add a page whose lines have the next numbers: a name must not come twice in a document."""
    box = page_box(page)
    attributes = {
        "ID": f"page_{index}",
        "PHYSICAL_IMG_NR": str(page.number),
        "PROCESSINGREFS": "processing_1",
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
        "PC": f"{page.confidence:.4f}",
    }
    sheet = ElementTree.SubElement(layout, "Page", attributes)
    space = ElementTree.SubElement(sheet, "PrintSpace", _box_attributes(box))
    if lines := written_lines(page):
        boxes = [line_box(line, box) for line in lines]
        place = {"ID": f"block_{index}", **_box_attributes(union(boxes))}
        block = ElementTree.SubElement(space, "TextBlock", place)
        for line, line_place, number in zip(lines, boxes, line_numbers, strict=False):
            _add_line(block, line, line_place, f"line_{number}", box)


def _add_description(alto: ElementTree.Element, image: str) -> None:
    """Add the unit of the measures, the name of the image, and the software with its version."""
    description = ElementTree.SubElement(alto, "Description")
    ElementTree.SubElement(description, "MeasurementUnit").text = "pixel"
    source = ElementTree.SubElement(description, "sourceImageInformation")
    ElementTree.SubElement(source, "fileName").text = image
    processing = ElementTree.SubElement(description, "Processing", {"ID": "processing_1"})
    ElementTree.SubElement(processing, "processingCategory").text = "contentGeneration"
    software = ElementTree.SubElement(processing, "processingSoftware")
    ElementTree.SubElement(software, "softwareName").text = "text_recognizer"
    ElementTree.SubElement(software, "softwareVersion").text = __version__


def _add_line(block: ElementTree.Element, line: LinePrediction, box: Region, name: str, page: Region) -> None:
    attributes = {"ID": name, **_box_attributes(box)}
    if line.baseline:
        attributes["BASELINE"] = points_text(line.baseline)
    if line.language is not None:
        attributes["LANG"] = line.language
    element = ElementTree.SubElement(block, "TextLine", attributes)
    _add_shape(element, line_polygon(line, page))
    _add_words(element, line, box)


def _add_shape(element: ElementTree.Element, polygon: Points) -> None:
    shape = ElementTree.SubElement(element, "Shape")
    ElementTree.SubElement(shape, "Polygon", {"POINTS": points_text(polygon)})


def _add_words(element: ElementTree.Element, line: LinePrediction, box: Region) -> None:
    """Add the words of a line with their places, or just its text if it has no words."""
    for index, span in enumerate(line.words):
        if index:
            ElementTree.SubElement(element, "SP")
        attributes = {"CONTENT": one_line(span.text), "WC": f"{span.confidence:.4f}"}
        string = ElementTree.SubElement(element, "String", attributes | _box_attributes(word_box(span, box)))
        _add_shape(string, word_polygon(span, box))
    if line.words:
        return
    # The schema wants a String first and at most one SP behind each, so empty ones stand between two spaces.
    for index, word in enumerate(one_line(line.text).split(" ")):
        if index:
            ElementTree.SubElement(element, "SP")
        ElementTree.SubElement(element, "String", {"CONTENT": word, "WC": f"{line.confidence:.4f}"})


def _box_attributes(box: Region) -> dict[str, str]:
    """Return a box as the attributes of an element, in pixels."""
    return {
        "HPOS": str(box.x1),
        "VPOS": str(box.y1),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }
