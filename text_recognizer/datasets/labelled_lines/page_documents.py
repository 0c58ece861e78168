"""PAGE XML and ALTO -> the transcribed lines of a page, with the places that they were given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from text_recognizer.errors import DataError
from text_recognizer.geometry import Points, Region

Value = TypeVar("Value")

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class PageLine:
    """One transcribed line of a page.

    ```python
    from text_recognizer.datasets.labelled_lines.page_documents import PageLine

    line = PageLine("line_1", "to be", ((0, 0), (90, 0), (90, 20), (0, 20)), ((0, 15), (90, 15)))
    print(line.text, len(line.polygon))
    ```

    Attributes:
        id: Unique within its document.
        text: As it was transcribed; may be empty.
        polygon: Around its ink, in pixels of the page; empty if the document has none.
        baseline: On which its letters stand, from left to right; empty if the document has none.
    """

    id: str
    text: str
    polygon: Points
    baseline: Points


@dataclass(frozen=True)
class PageDocument:
    """The transcribed lines of one page.

    ```python
    from pathlib import Path

    from text_recognizer.datasets.labelled_lines.page_documents import PageDocument

    print(PageDocument(Path(folder) / "page.png", []).image.name)
    ```

    Attributes:
        image: Of the page.
        lines: In the order of the document.
    """

    image: Path
    lines: list[PageLine]


def read_document(path: Path) -> PageDocument:
    """Return the lines of a PAGE or ALTO document whose image lies beside it or in the folder above.

    Raises:
        DataError: If it is neither, is damaged, measures in other units than pixels, or has no image.
    """
    content = path.read_bytes()
    if b"<!DOCTYPE" in content:  # neither has one, and entities may expand without end
        raise DataError("it has a document type, which neither PAGE nor ALTO has")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise DataError(f"it is no XML: {error}") from error
    read = {"PcGts": _read_page, "alto": _read_alto}.get(_tag(root))
    if read is None:
        raise DataError(f"it is neither PAGE nor ALTO: its root is {_tag(root)}")
    stated, lines = read(root)
    return PageDocument(_image_of(path, stated), lines)


def _read_page(root: ElementTree.Element) -> tuple[str, list[PageLine]]:
    """Return the name of the image and the lines of a PAGE document."""
    page = next(_all(root, "Page"), root)
    lines = []
    for number, line in enumerate(_all(page, "TextLine")):
        polygons = [_points(child.get("points", "")) for child in line if _tag(child) == "Coords"]
        baselines = [_points(child.get("points", "")) for child in line if _tag(child) == "Baseline"]
        texts = [
            unicode.text or ""
            for child in line
            if _tag(child) == "TextEquiv"
            for unicode in child
            if _tag(unicode) == "Unicode"
        ]
        name = line.get("id") or f"line {number}"
        lines.append(PageLine(name, _first(texts, ""), _first(polygons, ()), _first(baselines, ())))
    return page.get("imageFilename", ""), lines


def _read_alto(root: ElementTree.Element) -> tuple[str, list[PageLine]]:
    """Return the name of the image and the lines of an ALTO document."""
    unit = next((element.text for element in _all(root, "MeasurementUnit")), "pixel")
    if unit != "pixel":
        raise DataError(f"it measures in {unit}, not in pixels: export it in pixels")
    lines = []
    for number, line in enumerate(_all(root, "TextLine")):
        shapes = [child for child in line if _tag(child) == "Shape"]
        polygons = [_points(each.get("POINTS", "")) for shape in shapes for each in _all(shape, "Polygon")]
        words = [child.get("CONTENT", "") for child in line if _tag(child) == "String"]
        name = line.get("ID") or f"line {number}"
        baseline = _points(line.get("BASELINE", ""))
        lines.append(PageLine(name, " ".join(words), _first(polygons, ()) or _box(line), baseline))
    return next((element.text or "" for element in _all(root, "fileName")), ""), lines


def _box(line: ElementTree.Element) -> Points:
    """Return the box of a line as a polygon; nothing if it has none."""
    try:
        x, y, width, height = (round(float(line.attrib[n])) for n in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    except (KeyError, ValueError):
        return ()
    return Region(x, y, x + width, y + height).corners


def _points(text: str) -> Points:
    """Return points of any notation: `1,2 3,4` or `1 2 3 4`, with decimals or without; () for an odd end."""
    numbers = [round(float(number)) for number in _NUMBER.findall(text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=False)) if len(numbers) > 1 else ()


def _image_of(document: Path, stated: str) -> Path:
    """Return the image of a document: of the stated name or of the document's own, beside it or above.

    Raises:
        DataError: If there is none.
    """
    name = Path(stated.replace("\\", "/")).name
    stems = dict.fromkeys((Path(name).stem, document.stem, document.name.split(".")[0]))
    for folder in (document.parent, document.parent.parent):
        candidates = [folder / name] if name else []
        candidates += [folder / f"{stem}{suffix}" for stem in stems if stem for suffix in IMAGE_SUFFIXES]
        for path in candidates:
            if path.is_file():
                return path
    raise DataError(f"its image {name or document.stem} is neither beside it nor in the folder above")


def _all(parent: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Yield the descendants with a name, in any namespace: that of PAGE and ALTO changes with its version."""
    return (element for element in parent.iter() if _tag(element) == name)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _first(values: list[Value], otherwise: Value) -> Value:
    return values[0] if values else otherwise
