"""The words of a PDF of one page as programs find them that are not ours: Poppler, PDFium, pdfplumber.

Each is left out where it is not installed.
"""

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the top left corner


class FoundWord(NamedTuple):
    """A word, and the box that its reader marks for it.

    Attributes:
        text: The word.
        box: Left, top, right, bottom, in points from the top left corner of the page.
    """

    text: str
    box: Box


class FoundText(NamedTuple):
    """What a reader finds on a page.

    Attributes:
        words: In the order in which the reader gives the text.
        boxes: The words with their boxes, in any order.
    """

    words: list[str]
    boxes: list[FoundWord]


def poppler(path: Path) -> FoundText:
    """Return what pdftotext finds, in its default order."""
    root = ElementTree.fromstring(_pdftotext(path, "-bbox"))
    boxes = [
        FoundWord(
            each.text or "",
            (_side(each, "xMin"), _side(each, "yMin"), _side(each, "xMax"), _side(each, "yMax")),
        )
        for each in root.iter("{http://www.w3.org/1999/xhtml}word")
    ]
    return FoundText(_pdftotext(path).split(), boxes)


def _side(word: ElementTree.Element, name: str) -> float:
    return float(word.attrib[name])


def _pdftotext(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def pdfium(path: Path) -> FoundText:
    """Return what PDFium finds, which Chromium shows PDFs with."""
    document = importlib.import_module("pypdfium2").PdfDocument(path)
    page = document[0]
    text, height = page.get_textpage(), page.get_height()
    words: list[FoundWord] = []
    letters: list[tuple[str, Box]] = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            left, bottom, right, top = text.get_charbox(index, loose=True)
            letters.append((letter, (left, height - top, right, height - bottom)))
        elif letters:
            words.append(_joined(letters))
            letters = []
    words += [_joined(letters)] if letters else []
    found = FoundText(text.get_text_range().split(), words)
    document.close()
    return found


def _joined(letters: list[tuple[str, Box]]) -> FoundWord:
    lefts, tops, rights, bottoms = zip(*(box for _, box in letters), strict=True)
    word = "".join(letter for letter, _ in letters)
    return FoundWord(word, (min(lefts), min(tops), max(rights), max(bottoms)))


def pdfplumber(path: Path) -> FoundText:
    """Return what pdfplumber finds, which takes the size of the font for the height of a box."""
    with importlib.import_module("pdfplumber").open(path) as document:
        words: list[dict[str, Any]] = document.pages[0].extract_words()
    boxes = [FoundWord(word["text"], (word["x0"], word["top"], word["x1"], word["bottom"])) for word in words]
    return FoundText([word.text for word in boxes], boxes)


def installed_readers() -> Mapping[str, Callable[[Path], FoundText]]:
    """Return the readers that are here, by their names."""
    return {
        **({"pdftotext": poppler} if shutil.which("pdftotext") else {}),
        **({"PDFium": pdfium} if importlib.util.find_spec("pypdfium2") else {}),
        **({"pdfplumber": pdfplumber} if importlib.util.find_spec("pdfplumber") else {}),
    }
