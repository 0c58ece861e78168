"""Tab-separated values with the columns of Tesseract's TSV, which data frames and scripts read."""

from collections.abc import Iterable
from typing import Any

from text_recognizer.formats.boxes import line_box, page_box, union, word_box, written_lines
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
_PAGE, _BLOCK, _PARAGRAPH, _LINE, _WORD = range(1, 6)  # levels
_NO_CONFIDENCE = -1  # of all but words


def to_tsv(*pages: PagePrediction) -> str:
    """Return a header, then a row for each page, its block, its paragraph, and each line and word.

    `conf` is the confidence of a word in whole percent. A line without words is a single word.
    """
    return "\n".join(["\t".join(_COLUMNS), *(row for page in pages for row in _page_rows(page))])


def word_rows(pages: Iterable[PagePrediction]) -> list[dict[str, Any]]:
    """Return what a data frame has for each word: page, line, word, text, confidence (0-1) and its box."""
    return [
        {
            "page": page.number,
            "line": number,
            "word": index,
            "text": one_line(text),
            "confidence": confidence,
            **box.to_dict(),
        }
        for page in pages
        for number, line in enumerate(written_lines(page), start=1)
        for index, (text, confidence, box) in enumerate(_words(line, line_box(line, page_box(page))), start=1)
    ]


def _page_rows(page: PagePrediction) -> list[str]:
    sheet, page_number = page_box(page), page.number
    rows = [_row(_PAGE, (page_number, 0, 0, 0, 0), sheet)]
    lines = written_lines(page)
    if lines:
        block = union([line_box(line, sheet) for line in lines])
        rows.append(_row(_BLOCK, (page_number, 1, 0, 0, 0), block))
        rows.append(_row(_PARAGRAPH, (page_number, 1, 1, 0, 0), block))
    for number, line in enumerate(lines, start=1):
        rows += _line_rows((page_number, 1, 1, number), line, line_box(line, sheet))
    return rows


def _line_rows(numbers: tuple[int, ...], line: LinePrediction, box: Region) -> list[str]:
    return [_row(_LINE, (*numbers, 0), box)] + [
        _row(_WORD, (*numbers, index), place, round(100 * confidence), one_line(text))
        for index, (text, confidence, place) in enumerate(_words(line, box), start=1)
    ]


def _words(line: LinePrediction, box: Region) -> list[tuple[str, float, Region]]:
    """Return text, confidence and box of each word of a line, or those of the line if it has no words."""
    words = [(word.text, word.confidence, word_box(word, box)) for word in line.words]
    return words or [(line.text, line.confidence, box)]


def _row(
    level: int, numbers: tuple[int, ...], box: Region, confidence: int = _NO_CONFIDENCE, text: str = ""
) -> str:
    values = (level, *numbers, box.x1, box.y1, box.width, box.height, confidence, text)
    return "\t".join(map(str, values))
