"""What a page is drawn from: pieces of writing at their places, and strokes of a pen or a press."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import GrayImage, InkImage, InkMap
from text_recognizer.datasets.pages.curved_bands import CurvedBand


@dataclass(frozen=True, eq=False)
class Piece:
    """A line of text at its place.

    ```python
    import numpy as np

    from text_recognizer.datasets.drawn_pages.drawing import Piece

    piece = Piece(np.full((20, 200), 255, np.uint8), 40, 60, printed=False)
    print(piece.band.x1, piece.bottom)
    ```

    Attributes:
        ink: (h, w) cut to its ink.
        x: Column of its left edge on the page.
        y: Row of its upper edge.
        printed: Whether it is print.
    """

    ink: InkImage
    x: int
    y: int
    printed: bool

    @property
    def band(self) -> CurvedBand:
        """Where it is."""
        return CurvedBand.level(self.x, self.x + self.ink.shape[1], self.y, self.bottom)

    @property
    def bottom(self) -> int:
        """Row below its last one."""
        return self.y + len(self.ink)

    @property
    def right(self) -> int:
        """Column behind its last one."""
        columns: int = self.ink.shape[1]
        return self.x + columns


class Stroke(NamedTuple):
    """A rule, frame or flourish that is no text.

    Attributes:
        points: Two or more, x and y.
        width: In pixels.
        strength: 0 = paper, 1 = as dark as ink.
    """

    points: Sequence[tuple[float, float]]
    width: int
    strength: float


@dataclass(frozen=True, eq=False)
class Drawing:
    """A page to be drawn.

    ```python
    import numpy as np

    from text_recognizer.datasets.drawn_pages.drawing import Drawing, Piece

    page = Drawing((300, 400), [Piece(np.full((20, 200), 255, np.uint8), 40, 60, False)])
    print(page.ink(1.0, 1.0).shape)
    ```

    Attributes:
        size: Rows and columns.
        pieces: In reading order.
        strokes: What is drawn and is no text.
    """

    size: tuple[int, int]
    pieces: list[Piece] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def ink(self, pen: float, press: float) -> InkMap:
        """Return the ink of the page, (H, W); the darker ink wins.

        Args:
            pen: Strength of handwriting, 0-1.
            press: Strength of print and strokes, 0-1.
        """
        canvas = Image.new("L", (self.size[1], self.size[0]), 0)
        draw = ImageDraw.Draw(canvas)
        for stroke in self.strokes:
            draw.line([*stroke.points], fill=round(255 * stroke.strength * press), width=stroke.width)
        page: InkMap = np.asarray(canvas, np.float32) / np.float32(255)
        for piece in self.pieces:
            part = page[max(0, piece.y) : piece.bottom, max(0, piece.x) : piece.right]
            ink = piece.ink[max(0, -piece.y) :, max(0, -piece.x) :][: part.shape[0], : part.shape[1]]
            strength = (press if piece.printed else pen) / 255
            np.maximum(part, ink.astype(np.float32) * np.float32(strength), out=part)
        return page


def on_paper(ink: InkMap, paper: float) -> GrayImage:
    """Return the grey values (H, W) of a page with ink (H, W) on paper of a grey value."""
    return np.asarray(np.rint(paper * (1 - ink)), np.uint8)
