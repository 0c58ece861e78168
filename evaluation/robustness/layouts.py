"""Pages whose lines have to be found in the right order: long ones, large words, columns, tables, notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from PIL import ImageFont

from evaluation.robustness.drawn import (
    MARGIN_PX,
    PITCH,
    TruePage,
    Written,
    beside,
    column,
    draw,
    end_of,
    paler,
    running_text,
    seeded,
    sentence,
)
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX
from text_recognizer.geometry import Region

_GUTTER_PX = 60  # between columns: little more than a line's height, as in newspapers
_SMALL = 0.6  # letters of long pages and narrow columns, in heights of ordinary ones
_LARGE = (1.8, 2.6)  # letters of single words
_HEADING = 1.2
_COLUMN_LINES = 8
_PAGE_LINES = 12
_FOLD_PX = 14  # between two pages whose writing touches it: less than a space
_UNEVEN_PX = 8  # how much higher or lower one of two columns begins: nobody writes them quite level
_APART_PX = 420  # between the ends of two texts that stand side by side
_NOTE_GAP_PX = 14  # between a text and a note that runs up or down beside it, less than between its words
_PALE_SHARE = (0.15, 0.33)  # of the contrast of full ink: coloured pencils, and pens of light colours
_PALE_HEIGHTS = 1.8  # distance of lines, in heights of letters, so that none reaches into the next
_PAD_PX = 4  # around the image of a note: letters reach out of their boxes
_RULE_PX = 3  # width of the rules of a table
_WORDS = ("Hello", "Monday", "Thank you", "Happy birthday", "Oxford", "Welcome home", "Milk and bread")
_LABELS = ("Name", "Street", "Town", "Date", "Room", "Price")
_VALUES = ("Mary Allison", "Mill Lane", "Winchester", "May", "first floor", "five pounds")
_NOTES = ("see the letter of Monday", "ask Mary about this", "not true, says my aunt")
_GOODS = ("Apples", "Pears", "Plums", "Bread", "Butter", "Coffee", "Sugar", "Candles")
_SHOPS = ("market", "baker", "garden", "harbour", "corner shop")
_NUMBERS = (2, 3, 4, 5, 6, 7, 8, 9, 12, 25)
_DAYS = ("Monday", "Tuesday", "Friday", "Sunday")

Draw: TypeAlias = Callable[[str, ImageFont.FreeTypeFont, np.random.Generator], TruePage]


@dataclass(frozen=True)
class Layout:
    """A way in which lines stand on a page.

    ```python
    from PIL import ImageFont

    from evaluation.robustness.layouts import LAYOUTS

    page = LAYOUTS["side-by-side"].page(0, ImageFont.load_default(40))
    print(page.lines)
    ```

    Attributes:
        name: Letters and hyphens.
        what: What stands on the page, in one line.
        draw: Returns a page of an id, a font and a source of randomness.
    """

    name: str
    what: str
    draw: Draw

    def page(self, index: int, face: ImageFont.FreeTypeFont) -> TruePage:
        """Return page `index` of the layout in a font; the same one whenever it is called."""
        page_id = f"{self.name} {index + 1}"
        return self.draw(page_id, face, seeded(page_id))


def _long(lines: int, page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    return draw(page_id, column([sentence(rng) for _ in range(lines)], face, MARGIN_PX, MARGIN_PX, _SMALL))


def _words(count: int, page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    texts = [str(word) for word in rng.choice(_WORDS, count, replace=False)]
    margin = int(rng.integers(10, 2 * MARGIN_PX))
    return draw(page_id, column(texts, face, margin, margin, rng.uniform(*_LARGE)), margin)


def _two_columns(face: ImageFont.FreeTypeFont, rng: np.random.Generator, top: int) -> list[Written]:
    """Return two narrow columns, from the row `top` on."""
    texts = running_text(rng, 2 * _COLUMN_LINES)
    left = column(texts[:_COLUMN_LINES], face, MARGIN_PX, top, _SMALL)
    beside = top + _uneven(rng)
    return left + column(texts[_COLUMN_LINES:], face, end_of(left)[0] + _GUTTER_PX, beside, _SMALL)


def _uneven(rng: np.random.Generator) -> int:
    """Return by how many rows one text begins lower than the one beside it."""
    return int(rng.integers(-_UNEVEN_PX, _UNEVEN_PX + 1))


def _columns(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    return draw(page_id, _two_columns(face, rng, MARGIN_PX))


def _headed(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    heading = column(["The News of the Week"], face, 2 * MARGIN_PX, MARGIN_PX, _HEADING)
    return draw(page_id, heading + _two_columns(face, rng, end_of(heading)[1] + FONT_HEIGHT_PX))


def _footed(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    columns = _two_columns(face, rng, MARGIN_PX)
    top = end_of(columns)[1] + FONT_HEIGHT_PX // 2
    return draw(page_id, columns + column([sentence(rng)], face, MARGIN_PX, top, _SMALL))


def _side_by_side(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw labels and, far to their right and a few rows higher or lower, what belongs to them."""
    first = int(rng.integers(len(_LABELS) - 1))
    chosen = slice(first, first + 2)
    left = column(_LABELS[chosen], face, MARGIN_PX, MARGIN_PX)
    right = column(
        _VALUES[chosen],
        face,
        MARGIN_PX + _APART_PX,
        MARGIN_PX + int(rng.integers(-_UNEVEN_PX, _UNEVEN_PX + 1)),
    )
    return draw(page_id, [line for pair in zip(left, right, strict=True) for line in pair])


def _marginal(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw a text and a small note on its right, which is read after it."""
    text = column([sentence(rng) for _ in range(_COLUMN_LINES)], face, MARGIN_PX, MARGIN_PX)
    left, top = end_of(text)[0] + _GUTTER_PX, MARGIN_PX + 3 * FONT_HEIGHT_PX
    return draw(page_id, text + column(["ask Mary", "about this"], face, left, top, _SMALL))


def _upright(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw a text and a small note that runs up or down on one of its sides."""
    on_left, upwards = bool(rng.integers(2)), bool(rng.integers(2))
    left, right = (_NOTE_GAP_PX, MARGIN_PX) if on_left else (MARGIN_PX, _NOTE_GAP_PX)
    texts = [sentence(rng) for _ in range(_COLUMN_LINES)]
    text = draw(page_id, column(texts, face, left, MARGIN_PX), right)
    note = draw(page_id, column([str(rng.choice(_NOTES))], face, _PAD_PX, _PAD_PX, _SMALL), _PAD_PX)
    return beside(text, note, upwards, on_left, MARGIN_PX + int(rng.integers(3)) * FONT_HEIGHT_PX)


def _two_pens(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw a text of which some lines are written with a paler pen."""
    step = round(_PALE_HEIGHTS * FONT_HEIGHT_PX)
    lines = [column([sentence(rng)], face, MARGIN_PX, MARGIN_PX + step * i) for i in range(_COLUMN_LINES)]
    chosen = rng.permutation(_COLUMN_LINES)[: int(rng.integers(1, _COLUMN_LINES // 2 + 1))].tolist()
    return paler(draw(page_id, [line for (line,) in lines]), chosen, rng.uniform(*_PALE_SHARE))


def _facing(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw two pages of a book whose longest lines reach the fold between them."""
    texts = [sentence(rng) for _ in range(2 * _PAGE_LINES)]
    left = column(texts[:_PAGE_LINES], face, MARGIN_PX, MARGIN_PX, _SMALL)
    right = column(texts[_PAGE_LINES:], face, end_of(left)[0] + _FOLD_PX, MARGIN_PX, _SMALL)
    return draw(page_id, left + right)


def _table(ruled: bool, page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw five rows of three cells, which are read row by row."""
    texts = [[str(rng.choice(words)) for words in (_GOODS, _SHOPS, _DAYS)] for _ in range(5)]
    width, height = 330, round(1.3 * PITCH * FONT_HEIGHT_PX)
    cells = [
        line
        for y, row in enumerate(texts)
        for x, text in enumerate(row)
        for line in column([text], face, MARGIN_PX + width * x, MARGIN_PX + height * y)
    ]
    rules = _rules(3, 5, width, height) if ruled else []
    return draw(page_id, cells, rules=rules)


def _counts(page_id: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> TruePage:
    """Draw a list of goods with the number of each on its right: one or two digits that stand alone."""
    pairs = [
        column([text], face, MARGIN_PX + x, MARGIN_PX + 2 * FONT_HEIGHT_PX * y)
        for y in range(6)
        for x, text in ((0, str(rng.choice(_GOODS))), (_APART_PX, str(rng.choice(_NUMBERS))))
    ]
    return draw(page_id, [line for (line,) in pairs])


def _rules(columns: int, rows: int, width: int, height: int) -> Sequence[Region]:
    """Return the rules of a table whose cells have these sizes in pixels."""
    left, top = MARGIN_PX - 25, MARGIN_PX - 15  # some paper between the rules and what stands in the cells
    right, bottom = left + columns * width, top + rows * height
    level = [Region(left, top + height * i, right, top + height * i + _RULE_PX) for i in range(rows + 1)]
    upright = [Region(left + width * i, top, left + width * i + _RULE_PX, bottom) for i in range(columns + 1)]
    return level + upright


def _by_name() -> Mapping[str, Layout]:
    layouts = [
        *(Layout(f"lines-{n}", f"{n} lines below each other", partial(_long, n)) for n in (30, 60, 100, 150)),
        Layout("words-1", "a large word and nothing else", partial(_words, 1)),
        Layout("words-2", "two large words or short lines", partial(_words, 2)),
        Layout("words-3", "three large words or short lines", partial(_words, 3)),
        Layout("columns", "two narrow columns of running text", _columns),
        Layout("heading", "a heading over two narrow columns", _headed),
        Layout("footer", "a line below two narrow columns", _footed),
        Layout("side-by-side", "labels and values far apart, not quite level", _side_by_side),
        Layout("facing-pages", "two pages whose writing touches the fold", _facing),
        Layout("marginal-note", "a note right of a text", _marginal),
        Layout("upright-note", "a note that runs up or down close beside a text", _upright),
        Layout("two-pens", "a text of which some lines are written with a paler pen", _two_pens),
        Layout("table-ruled", "five rows of three cells between rules", partial(_table, True)),
        Layout("counts", "a list of goods and, apart on the right, a number of each", _counts),
        Layout("table-open", "the same without rules", partial(_table, False)),
    ]
    return {layout.name: layout for layout in layouts}


LAYOUTS = _by_name()
