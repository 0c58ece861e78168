"""One form of IAM: its page, its handwritten lines, their texts and boxes, from the official xml."""

import html
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from text_recognizer.geometry import Region


@dataclass(frozen=True)
class FormLine:
    """One line of handwriting on a form.

    ```python
    from text_recognizer.datasets.iam.form import FormLine
    from text_recognizer.geometry import Region

    word = Region(100, 200, 180, 260)
    print(FormLine("a01-000u-00", "He", region=word, words=(word,), image_path=None).source)
    ```

    Attributes:
        id: Such as `a01-000u-00`.
        text: Natural spelling.
        region: Box around all words in pixels of the form image; None without words.
        words: Box of each word, left to right as annotated, in pixels of the form image.
        image_path: The line image, or None if this copy lacks it.
        source: How the image was obtained, as a manifest tells; `iam` without one.
    """

    id: str
    text: str
    region: Region | None
    words: tuple[Region, ...]
    image_path: Path | None
    source: str = "iam"


@dataclass(frozen=True)
class Form:
    """One form: a page with a printed text on top and its handwritten copy below.

    ```python
    from text_recognizer.datasets.iam.form import Form

    print(Form("a01-000u", writer="000", image_path=None, lines=()))
    ```

    Attributes:
        id: Such as `a01-000u`.
        writer: The writer's id.
        image_path: The page image, or None if this copy lacks it.
        lines: The handwritten lines, top to bottom.
    """

    id: str
    writer: str
    image_path: Path | None
    lines: tuple[FormLine, ...]


def read_form(path: Path, root: Path) -> Form:
    """Parse one xml file of an IAM folder; boxes come in pixels of the form's image, whatever its size.

    Args:
        path: `<root>/xml/<form>.xml`.
        root: The IAM folder.

    Raises:
        ParseError, KeyError or ValueError: If the file is damaged.
    """
    element = ElementTree.parse(path).getroot()  # nosec B314 # expat bounds entities
    form_id = element.attrib["id"]
    image_path = _first_existing(root / "forms" / f"{form_id}{suffix}" for suffix in (".png", ".jpg"))
    scale = _image_scale(image_path, int(element.attrib["width"]))
    lines = tuple(_read_line(line, root, scale) for line in element.iter("line"))
    return Form(form_id, element.attrib["writer-id"], image_path, lines)


def _image_scale(image_path: Path | None, xml_width: int) -> float:
    """Return image pixels per unit of the xml, whose unit is a pixel at 300 dpi: copies are often smaller."""
    if image_path is None:
        return 1.0
    with Image.open(image_path) as image:
        ratio = image.size[0] / xml_width
    # The recorded width is off by a pixel or two; the scale itself is a simple fraction.
    return round(ratio * 4) / 4 or ratio


def _read_line(element: ElementTree.Element, root: Path, scale: float) -> FormLine:
    words = tuple(box for word in element.iter("word") if (box := _word_region(word, scale)) is not None)
    region = None
    if words:
        region = Region(
            min(w.x1 for w in words),
            min(w.y1 for w in words),
            max(w.x2 for w in words),
            max(w.y2 for w in words),
        )
    line_id = element.attrib["id"]
    text = html.unescape(element.attrib["text"])  # the official files escape quotes twice
    return FormLine(line_id, text, region, words, line_image(root, line_id))


def line_image(root: Path, line_id: str) -> Path | None:
    """Return the path of a line's image in an IAM folder; None if this copy lacks it."""
    form_id = line_id.rpartition("-")[0]
    path = root / "lines" / form_id.partition("-")[0] / form_id / f"{line_id}.png"
    return path if path.is_file() else None


def _word_region(element: ElementTree.Element, scale: float) -> Region | None:
    boxes = [[int(c.attrib[k]) for k in ("x", "y", "width", "height")] for c in element.iter("cmp")]
    if not boxes:
        return None
    x1, y1 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x2, y2 = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return Region(round(x1 * scale), round(y1 * scale), round(x2 * scale), round(y2 * scale))


def _first_existing(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)
