"""Tab-separated values with the columns of Tesseract's TSV, which data frames and scripts read."""

from text_recognizer.formats.boxes import line_box, page_box, union, word_box, written_lines
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Region
from text_recognizer.types import LinePrediction, PagePrediction

_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
_PAGE, _BLOCK, _PARAGRAPH, _LINE, _WORD = range(1, 6)  # levels
_NO_CONFIDENCE = -1  # of all but words


def to_tsv(page: PagePrediction) -> str:
    """Return a header, then a row for the page, its block, its paragraph, and each line and word.

    `conf` is the confidence of a word in whole percent. A line without words is a single word.
    """
    sheet = page_box(page)
    rows = ["\t".join(_COLUMNS), _row(_PAGE, (1, 0, 0, 0, 0), sheet)]
    lines = written_lines(page)
    if lines:
        block = union([line_box(line, sheet) for line in lines])
        rows += [_row(_BLOCK, (1, 1, 0, 0, 0), block), _row(_PARAGRAPH, (1, 1, 1, 0, 0), block)]
    for number, line in enumerate(lines, start=1):
        rows += _line_rows(number, line, line_box(line, sheet))
    return "\n".join(rows)


def _line_rows(number: int, line: LinePrediction, box: Region) -> list[str]:
    words = [(word.text, word.confidence, word_box(word, box)) for word in line.words]
    words = words or [(line.text, line.confidence, box)]
    return [_row(_LINE, (1, 1, 1, number, 0), box)] + [
        _row(_WORD, (1, 1, 1, number, index), place, round(100 * confidence), one_line(text))
        for index, (text, confidence, place) in enumerate(words, start=1)
    ]


def _row(
    level: int, numbers: tuple[int, ...], box: Region, confidence: int = _NO_CONFIDENCE, text: str = ""
) -> str:
    values = (level, *numbers, box.x1, box.y1, box.width, box.height, confidence, text)
    return "\t".join(map(str, values))
