"""The export of a labelling tool (DataTurks): one JSON object per line, one line per page.

    {"content": "https://host/page.jpg", "annotation": [{"label": ["line"], "shape": "rectangle",
     "points": [[x, y], ...], "notes": "text", "imageWidth": 1240, "imageHeight": 1771}, ...]}

`points` are corners as fractions of the page's width and height, in any order; a line that runs up or down
may be a `polygon`. `notes` is empty if the line was not transcribed; `annotation` may be null. What does not
follow this format is logged and left out.
"""

import json
import re
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.errors import DataError

Points: TypeAlias = tuple[tuple[float, float], ...]

_SHAPES = ("rectangle", "polygon")
_TOLERANCE = 0.01  # corners this far outside of the page are slips and are moved to its edge
_MAX_NUMBER = 1e9  # above any coordinate or size; comparing with it also refuses NaN and infinity
_MAX_NAME_CHARACTERS = 200  # file systems allow 255 bytes; suffixes such as .part.lock need some
_MAX_SHOWN_CHARACTERS = 80  # longer values would hide the message that quotes them


@dataclass(frozen=True)
class ExportLine:
    """One line of handwriting.

    ```python
    from text_recognizer.datasets.fsdl.export import ExportLine

    print(ExportLine(index=0, points=((0.1, 0.2), (0.9, 0.23)), text="Information"))
    ```

    Attributes:
        index: Its index in the page's list of annotations.
        points: Corners (x, y) as fractions of the page's width and height, 0-1: upper left and lower right of
            a rectangle, all corners of a polygon.
        text: Its text with plain quotes and dashes; empty if it was not transcribed.
    """

    index: int
    points: Points
    text: str


@dataclass(frozen=True)
class ExportPage:
    """One page.

    ```python
    from text_recognizer.datasets.fsdl.export import ExportPage

    page = ExportPage("page_1", "page_1.jpg", "https://host/page_1.jpg", (1240, 1754), (), {})
    print(page.id, page.size)
    ```

    Attributes:
        id: Name of its image without the suffix.
        filename: Name of its image, safe as a file name.
        url: Address of its image.
        size: Width and height in pixels of the image that was labelled; None without annotations.
        lines: Usable annotations, in the order of the export.
        record: The JSON object.
    """

    id: str
    filename: str
    url: str
    size: tuple[int, int] | None
    lines: tuple[ExportLine, ...]
    record: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something in the export that cannot be used.

    ```python
    from text_recognizer.datasets.fsdl.export import Problem

    print(Problem("page_1", 3, "expected a shape of ('rectangle', 'polygon'); received 'circle'"))
    ```

    Attributes:
        page: Id of the page; `line N` of the file for a record that has none.
        index: Index of the annotation in the page's list; None if the problem concerns the whole page.
        reason: What was expected and what was received.
    """

    page: str
    index: int | None
    reason: str

    def __str__(self) -> str:
        """Return the problem as one line of text."""
        annotation = "" if self.index is None else f", annotation {self.index}"
        return f"{self.page}{annotation}: {self.reason}"


class _Bad(Exception):  # noqa: N818 - never leaves this module
    """Carries the reason why something is left out."""


def read_export(path: Path) -> tuple[dict[str, ExportPage], list[Problem]]:
    """Return the pages of an export by id, and everything that is wrong in it.

    Raises:
        DataError: If the file cannot be read or has no page at all.
    """
    try:
        rows = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not readable as UTF-8 text: {error}.") from error
    pages: dict[str, ExportPage] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            page, found = _page(_record(row))
        except _Bad as bad:
            problems.append(Problem(f"line {number}", None, str(bad)))
            continue
        if page.id in pages:
            problems.append(Problem(page.id, None, f"line {number} names this page a second time"))
            continue
        pages[page.id] = page
        problems += found
    if not pages:
        first = f" The first problem: {problems[0]}" if problems else ""
        raise DataError(
            f"Expected one JSON object per line in {path}; received {len(rows)} lines, none of them a page."
            f"{first} Export the project again."
        )
    return pages, problems


def _record(row: str) -> dict[str, Any]:
    try:
        record = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise _Bad(f"expected a JSON object; {error}") from error
    if not isinstance(record, dict):
        raise _Bad(f"expected a JSON object; received {_short(record)}")
    return record


def _page(record: dict[str, Any]) -> tuple[ExportPage, list[Problem]]:
    url = record.get("content")
    if not isinstance(url, str) or not re.match(r"https?://[^/\s]", url):
        raise _Bad(f"expected the http(s) address of an image as content; received {_short(url)}")
    filename = _filename(url)
    page_id = Path(filename).stem
    annotations = record.get("annotation")
    if annotations is None:
        annotations = []
    if not isinstance(annotations, list):
        problem = Problem(page_id, None, f"expected a list as annotation; received {_short(annotations)}")
        return ExportPage(page_id, filename, url, None, (), record), [problem]
    lines: list[ExportLine] = []
    problems: list[Problem] = []
    size: tuple[int, int] | None = None
    for index, annotation in enumerate(annotations):
        try:
            line, line_size = _line(index, annotation)
            size = size or line_size
            if line_size != size:
                raise _Bad(f"expected imageWidth and imageHeight {size} as before; received {line_size}")
        except _Bad as bad:
            problems.append(Problem(page_id, index, str(bad)))
        else:
            lines.append(line)
    return ExportPage(page_id, filename, url, size, tuple(lines), record), problems


def _filename(url: str) -> str:
    """Return the last part of an address as a file name that is safe everywhere."""
    last = re.sub(r"[?#].*", "", url).rpartition("/")[2]
    name = re.sub(r"[^\w.()+ -]", "_", urllib.parse.unquote(last)).lstrip(". ")
    if url.count("/") < 3 or not name or len(name) > _MAX_NAME_CHARACTERS:
        raise _Bad(f"expected an address that ends in the name of an image; received {_short(url)}")
    return name


def _line(index: int, annotation: object) -> tuple[ExportLine, tuple[int, int]]:
    if not isinstance(annotation, dict):
        raise _Bad(f"expected an object; received {_short(annotation)}")
    label = annotation.get("label", ["line"])
    if "line" not in (label if isinstance(label, list) else [label]):
        raise _Bad(f"expected the label 'line'; received {_short(label)}")
    shape = annotation.get("shape", "rectangle")
    if shape not in _SHAPES:
        raise _Bad(f"expected a shape of {_SHAPES}; received {_short(shape)}")
    notes = annotation.get("notes")
    if not isinstance(notes, str | None):
        raise _Bad(f"expected a text as notes; received {_short(notes)}")
    size = _pixels(annotation, "imageWidth"), _pixels(annotation, "imageHeight")
    points = _points(annotation.get("points"), shape, size)
    return ExportLine(index, points, plain_text(notes or "")), size


def _pixels(annotation: dict[str, Any], key: str) -> int:
    value: Any = annotation.get(key)
    if not _is_number(value) or value < 1 or value != int(value):
        raise _Bad(f"expected a number of pixels as {key}; received {_short(value)}")
    return int(value)


def _points(value: object, shape: str, size: tuple[int, int]) -> Points:
    needed = 3 if shape == "polygon" else 2
    if not isinstance(value, list) or len(value) < needed:
        raise _Bad(f"expected at least {needed} points [x, y]; received {_short(value)}")
    points = tuple(_point(point) for point in value)
    low = min(x for x, _ in points), min(y for _, y in points)
    high = max(x for x, _ in points), max(y for _, y in points)
    if any((high[axis] - low[axis]) * size[axis] < 1 for axis in range(2)):
        raise _Bad(f"expected a box with an area; received points {_short(value)}")
    return points if shape == "polygon" else (low, high)


def _point(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or not all(_is_number(x) for x in value):
        raise _Bad(f"expected a point [x, y] of two numbers; received {_short(value)}")
    if not all(-_TOLERANCE <= x <= 1 + _TOLERANCE for x in value):
        raise _Bad(f"expected points as fractions of the page, 0-1; received {_short(value)}")
    x, y = (min(max(float(part), 0.0), 1.0) for part in value)
    return x, y


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MAX_NUMBER


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else f"{text[: _MAX_SHOWN_CHARACTERS - 3]}..."
