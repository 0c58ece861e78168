"""How the blocks of a page stand: letters, columns, notes at the side, tables, forms, a few large words."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import ImageFont

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.drawn_pages.blocks import Block, column, form, table
from text_recognizer.datasets.drawn_pages.drawing import Drawing, Stroke
from text_recognizer.datasets.drawn_pages.hands import Hand, Press, Writer
from text_recognizer.geometry import Region

LONGER_SIDE_PX = 1000  # of a page: twice as large as the network sees it

_ASPECT = (0.62, 1.35)  # width of a page by its height
_LINES = (14.0, 46.0)  # heights of a line that the longer side has
_PRINT_HEIGHT = (0.55, 1.1)  # of lines of print, in heights of the hand beside it
_MIN_HEIGHT_PX = 17.0  # of lines of print: the network knows those of 9 pixels and more, at half of this size
_STAMP_SHARE = 0.12  # of the pages
_LINED_SHARE = 0.1  # of the pages with a line drawn across, below a heading or beside a note


@dataclass(frozen=True, eq=False)
class Desk:
    """What a page is written with.

    ```python
    import numpy as np
    from PIL import ImageFont

    from text_recognizer.datasets.drawn_pages.layouts import Desk

    desk = Desk([np.full((64, 300), 200, np.uint8)], [ImageFont.load_default(48)])
    print(desk.page(np.random.default_rng(0)).size)
    ```

    Attributes:
        lines: Of handwriting, (H, W_i) each, all of one height.
        faces: Of print.
    """

    lines: Sequence[InkImage]
    faces: Sequence[ImageFont.FreeTypeFont]

    def page(self, rng: np.random.Generator) -> Drawing:
        """Return a page of any layout."""
        names = [*LAYOUTS]
        shares = np.array([share for share, _ in LAYOUTS.values()])
        name = names[int(rng.choice(len(names), p=shares / shares.sum()))]
        return self.page_of(name, rng)

    def page_of(self, layout: str, rng: np.random.Generator) -> Drawing:
        """Return a page of a layout, a key of `LAYOUTS`."""
        aspect = rng.uniform(*_ASPECT)
        width, height = (round(LONGER_SIDE_PX * min(1.0, side)) for side in (aspect, 1 / aspect))
        sheet = Sheet(self, (height, width), rng)
        LAYOUTS[layout][1](sheet)
        if rng.random() < _STAMP_SHARE:
            sheet.stamp()
        return sheet.drawing


class Sheet:
    """A page that is being filled from top to bottom.

    ```python
    import numpy as np
    from PIL import ImageFont

    from text_recognizer.datasets.drawn_pages.layouts import Desk, Sheet

    desk = Desk([np.full((64, 300), 200, np.uint8)], [ImageFont.load_default(48)])
    sheet = Sheet(desk, (900, 700), np.random.default_rng(0))
    print(sheet.box.width < 700, sheet.height)
    ```

    Attributes:
        drawing: What is on it.
        rng: Source of randomness.
        height: Of a line of handwriting, in pixels.
        box: The part that is still free, without margins.
    """

    def __init__(self, desk: Desk, size: tuple[int, int], rng: np.random.Generator) -> None:
        """Take an empty sheet of rows and columns `size`."""
        self.drawing, self.rng, self._desk = Drawing(size), rng, desk
        self.height = max(size) / math.exp(rng.uniform(*np.log(_LINES)))
        left, right, top, bottom = rng.uniform(0.01, 0.12, 4) * max(size)
        self.box = Region(round(left), round(top), size[1] - round(right), size[0] - round(bottom))

    def hand(self, scale: float = 1.0) -> Writer:
        """Return somebody who writes lines `scale` times as high as most of the sheet."""
        return Hand(self._desk.lines, scale * self.height, self.rng)

    def press(self, scale: float | None = None) -> Writer:
        """Return a press; by default for text of the size of small print beside handwriting."""
        scale = self.rng.uniform(*_PRINT_HEIGHT) if scale is None else scale
        face = self._desk.faces[int(self.rng.integers(len(self._desk.faces)))]
        return Press(face, max(_MIN_HEIGHT_PX, scale * self.height), self.rng)

    def either(self, printed: float, scale: float = 1.0) -> Writer:
        """Return a press with the given probability, else a hand."""
        return self.press(scale) if self.rng.random() < printed else self.hand(scale)

    def part(self, left: float, right: float) -> Region:
        """Return the free part between two shares of its width."""
        x1, x2 = (round(self.box.x1 + share * self.box.width) for share in (left, right))
        return Region(x1, self.box.y1, x2, self.box.y2)

    def upper(self, share: float) -> Region:
        """Return the upper part of what is free."""
        return Region(self.box.x1, self.box.y1, self.box.x2, round(self.box.y1 + share * self.box.height))

    def add(self, *blocks: Block) -> None:
        """Put blocks onto the sheet; what lies below all of them is free."""
        for block in blocks:
            self.drawing.pieces.extend(block.pieces)
            self.drawing.strokes.extend(block.strokes)
        below = max(block.bottom for block in blocks) + round(self.height * self.rng.uniform(0.3, 2.0))
        self.box = Region(self.box.x1, min(max(self.box.y1, below), self.box.y2), self.box.x2, self.box.y2)
        if self.rng.random() < _LINED_SHARE:
            y = self.box.y1 - 0.15 * self.height
            self.drawing.strokes.append(Stroke([(self.box.x1, y), (self.box.x2, y)], 2, 0.8))

    def stamp(self) -> None:
        """Draw rings or a frame at any place, over what is there."""
        radius = self.height * self.rng.uniform(1.0, 3.0)
        x, y = (self.rng.uniform(0, side) for side in self.drawing.size[::-1])
        corners = 4 if self.rng.random() < 0.4 else 24
        strength = self.rng.uniform(0.3, 0.9)
        for size in (radius, 0.8 * radius):
            angles = np.linspace(0, 2 * math.pi, corners + 1) + math.pi / 4
            ring = [(x + size * math.cos(a), y + size * math.sin(a)) for a in angles.tolist()]
            self.drawing.strokes.append(Stroke(ring, int(self.rng.integers(1, 5)), strength))


def _letter(sheet: Sheet) -> None:
    """A letterhead or none, a date at the right, running text, a name below."""
    rng = sheet.rng
    if rng.random() < 0.4:
        head = sheet.part(*((0.0, 1.0) if rng.random() < 0.5 else (rng.uniform(0.2, 0.5), 1.0)))
        sheet.add(column(sheet.press(), head, rng, int(rng.integers(1, 5))))
    if rng.random() < 0.5:
        sheet.add(column(sheet.hand(), sheet.part(rng.uniform(0.5, 0.7), 1.0), rng, int(rng.integers(1, 3))))
    writer = sheet.either(0.08)
    sheet.add(column(writer, sheet.upper(rng.uniform(0.4, 0.95)), rng))
    if rng.random() < 0.6:
        sheet.add(column(writer, sheet.part(rng.uniform(0.3, 0.6), 1.0), rng, int(rng.integers(1, 3))))


def _columns(sheet: Sheet) -> None:
    """Two or three columns, often under a heading and above a line of their width."""
    rng = sheet.rng
    if rng.random() < 0.5:
        heading = sheet.either(0.4, rng.uniform(1.0, 1.6))
        sheet.add(column(heading, sheet.part(rng.uniform(0, 0.2), 1.0), rng, 1))
    count = int(rng.integers(2, 4))
    gutter = rng.uniform(0.6, 2.5) * sheet.height / max(1, sheet.box.width)
    scale, printed = rng.uniform(0.6, 1.0), rng.random() < 0.15
    writers = [sheet.either(float(printed), scale) for _ in range(count)]
    if rng.random() < 0.6:
        writers = [writers[0]] * count
    ends = np.linspace(0, 1 + gutter, count + 1)
    box = sheet.upper(rng.uniform(0.5, 0.92))
    parts = [sheet.part(left, right - gutter) for left, right in zip(ends[:-1], ends[1:], strict=True)]
    sheet.add(
        *(
            column(writer, Region(part.x1, part.y1 + round(abs(rng.normal(0, 8))), part.x2, box.y2), rng)
            for writer, part in zip(writers, parts, strict=True)
        )
    )
    if rng.random() < 0.3:
        sheet.add(column(writers[0], sheet.box, rng, 1))


def _noted(sheet: Sheet) -> None:
    """Running text with notes at one side, in a smaller hand."""
    rng = sheet.rng
    gap = rng.uniform(0.5, 1.5) * sheet.height / max(1, sheet.box.width)
    width = rng.uniform(0.14, 0.28)
    first = rng.random() < 0.5
    text, note = ((width + gap, 1.0), (0.0, width)) if first else ((0.0, 1 - width - gap), (1 - width, 1.0))
    side = sheet.part(*note)
    notes, top = list[Block](), float(side.y1)
    writer = sheet.hand(rng.uniform(0.45, 0.8))
    while top < side.y2 - sheet.height and len(notes) < 3:
        top += rng.uniform(0, 0.5) * (side.y2 - top)
        notes.append(
            column(writer, Region(side.x1, round(top), side.x2, side.y2), rng, int(rng.integers(1, 6)))
        )
        top = notes[-1].bottom + sheet.height if notes[-1].pieces else float(side.y2)
    sheet.add(column(sheet.hand(), sheet.part(*text), rng), *notes)


def _tabled(sheet: Sheet) -> None:
    """A table, ruled or not, with some lines above and below it."""
    rng = sheet.rng
    if rng.random() < 0.6:
        sheet.add(column(sheet.either(0.4, rng.uniform(0.9, 1.5)), sheet.box, rng, int(rng.integers(1, 4))))
    writers = [sheet.either(0.25) for _ in range(int(rng.integers(1, 3)))]
    sheet.add(table(writers, sheet.upper(rng.uniform(0.5, 0.98)), rng, ruled=rng.random() < 0.65))
    if sheet.box.height > 3 * sheet.height and rng.random() < 0.5:
        sheet.add(column(writers[0], sheet.box, rng))


def _filled_form(sheet: Sheet) -> None:
    """A printed heading, labels with what was filled in, a printed paragraph, remarks."""
    rng = sheet.rng
    press, hand = sheet.press(), sheet.hand()
    if rng.random() < 0.7:
        heading = sheet.press(rng.uniform(0.8, 1.4))
        sheet.add(column(heading, sheet.part(rng.uniform(0, 0.3), 1), rng, int(rng.integers(1, 3))))
    if rng.random() < 0.4:
        sheet.add(column(press, sheet.upper(0.3), rng, int(rng.integers(2, 7))))
    if rng.random() < 0.35:
        middle = 0.5 - sheet.height / max(1, sheet.box.width)
        box = sheet.upper(rng.uniform(0.3, 0.6))
        halves = [sheet.part(0, middle), sheet.part(1 - middle, 1)]
        sheet.add(*(form(press, hand, Region(h.x1, h.y1, h.x2, box.y2), rng) for h in halves))
    else:
        sheet.add(form(press, hand, sheet.upper(rng.uniform(0.4, 1.0)), rng))
    if sheet.box.height > 4 * sheet.height:
        sheet.add(column(sheet.either(0.3), sheet.box, rng))


def _words(sheet: Sheet) -> None:
    """One to three large words or short lines."""
    rng = sheet.rng
    writer = sheet.either(0.15, rng.uniform(1.2, 2.2))
    top = sheet.box.y1 + rng.uniform(0, 0.5) * sheet.box.height
    box = Region(sheet.box.x1, round(top), sheet.box.x2, sheet.box.y2)
    sheet.add(column(writer, box, rng, int(rng.integers(1, 4))))


def _print(sheet: Sheet) -> None:
    """Printed paragraphs with a few words of handwriting between them."""
    rng = sheet.rng
    press = sheet.press(rng.uniform(0.6, 1.0))
    while sheet.box.height > 4 * press.height:
        sheet.add(column(press, sheet.upper(rng.uniform(0.3, 1.0)), rng))
        if sheet.box.height > 2 * sheet.height and rng.random() < 0.5:
            sheet.add(column(sheet.hand(), sheet.part(rng.uniform(0, 0.5), 1), rng, 1))


# Share of each layout, relative to the others, and what fills a sheet.
LAYOUTS: Mapping[str, tuple[float, Callable[[Sheet], None]]] = {
    "letter": (0.25, _letter),
    "columns": (0.2, _columns),
    "noted": (0.14, _noted),
    "table": (0.16, _tabled),
    "form": (0.16, _filled_form),
    "words": (0.04, _words),
    "print": (0.05, _print),
}
