"""Text -> the bare shape of a word, composed of a font's letters, and of what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Bytes
from text_recognizer.datasets.words.drawing.fonts import FONT_SIZE_PX, WordFont

_INK = 255
_ROOM_HEIGHTS = 0.6  # what is around a word is composed up to this distance, in heights of the word
_LINE_GAP_HEIGHTS = (0.02, 0.4)  # from the word to the line above or below, in heights of the word
_SPACE_EM = (0.18, 0.5)  # from the word to the word before or behind it
_RULE_GAP_EM = (0.04, 0.2)  # from the base line to a rule, or from the word to a frame
_RULE_OVERHANG_EM = (0.03, 0.5)  # beyond the ends of the word
_RULE_EM = (0.03, 0.09)  # thickness of a rule


@dataclass(frozen=True)
class Composition:
    """A word and perhaps parts of its neighbours.

    ```python
    import numpy as np

    from text_recognizer.datasets.words.drawing.composition import Composition

    word = Composition(np.full((34, 120), 255, np.uint8), (0, 0, 120, 34))
    print(word.ink.shape, word.box)
    ```

    Attributes:
        ink: (H, W) uint8, 255 = ink.
        box: Left, top, right and bottom of the word in `ink`, in pixels; right and bottom are exclusive.
    """

    ink: Bytes
    box: tuple[int, int, int, int]


def compose(text: str, font: WordFont, spacing: float = 0.0) -> Composition:
    """Return a word without neighbours: the box is all of it.

    Args:
        text: Characters that the font has, without spaces.
        font: Whose letters to take.
        spacing: Pixels added between letters; negative ones draw them together.
    """
    placed, pen = [], 0.0
    for character in text:
        glyph = font.glyph(character)
        placed.append((round(pen) + glyph.left, glyph))
        pen += max(glyph.advance + spacing, 0.3 * glyph.advance)
    left, right = min(x for x, _ in placed), max(x + glyph.ink.shape[1] for x, glyph in placed)
    top = min(glyph.top for _, glyph in placed)
    bottom = max(glyph.top + glyph.ink.shape[0] for _, glyph in placed)
    ink = np.zeros((bottom - top, right - left), np.uint8)
    for x, glyph in placed:
        height, width = glyph.ink.shape
        part = ink[glyph.top - top : glyph.top - top + height, x - left : x - left + width]
        np.maximum(part, glyph.ink, out=part)
    return Composition(ink, (0, 0, right - left, bottom - top))


def add_neighbours(word: Composition, others: Sequence[Composition], rng: np.random.Generator) -> Composition:
    """Return a word with other words around it, as far as an image of the word may show them.

    Args:
        word: A word without neighbours.
        others: At most four words, which are put above, below, before and behind it at random.
        rng: Source of randomness.
    """
    roomy = _with_room(word)
    for side, other in zip(rng.permutation(4).tolist(), others, strict=False):
        _place(roomy, other.ink, side, rng)
    return roomy


def _with_room(word: Composition) -> Composition:
    """Return a word with empty room on all sides."""
    left, top, right, bottom = word.box
    room = round(_ROOM_HEIGHTS * (bottom - top))
    ink = np.pad(word.ink, room)
    return Composition(ink, (left + room, top + room, right + room, bottom + room))


def _place(word: Composition, other: Bytes, side: int, rng: np.random.Generator) -> None:
    """Draw the ink (H, W) of another word on one side: 0 = above, 1 = below, 2 = before, 3 = behind."""
    left, top, right, bottom = word.box
    height, width = other.shape
    if side < 2:
        gap = round(rng.uniform(*_LINE_GAP_HEIGHTS) * (bottom - top))
        x = left + round(rng.uniform(-0.5, 0.5) * max(width, right - left))
        y = top - gap - height if side == 0 else bottom + gap
    else:
        gap = round(rng.uniform(*_SPACE_EM) * FONT_SIZE_PX)
        x = left - gap - width if side == 2 else right + gap
        y = bottom - height + round(rng.normal(0, 0.05) * height)
    _draw_clipped(word.ink, other, x, y)


def _draw_clipped(ink: Bytes, other: Bytes, x: int, y: int) -> None:
    """Draw (h, w) ink with its upper left corner at column x and row y of `ink` (H, W), as far as it fits."""
    rows = slice(max(0, y), min(ink.shape[0], y + other.shape[0]))
    columns = slice(max(0, x), min(ink.shape[1], x + other.shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = ink[rows, columns]
    np.maximum(part, other[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x], out=part)


def add_rule(word: Composition, rng: np.random.Generator) -> Composition:
    """Return a word with a rule under it, or within a frame."""
    roomy = _with_room(word)
    left, top, right, bottom = roomy.box
    gap, thickness = (max(1, round(rng.uniform(*share) * FONT_SIZE_PX)) for share in (_RULE_GAP_EM, _RULE_EM))
    overhang = thickness + round(rng.uniform(*_RULE_OVERHANG_EM) * FONT_SIZE_PX)
    x0, x1 = max(0, left - overhang), right + overhang
    y1 = min(bottom + gap, roomy.ink.shape[0] - thickness)
    roomy.ink[y1 : y1 + thickness, x0:x1] = _INK
    if rng.random() < 0.5:
        y0 = max(0, top - gap - thickness)
        roomy.ink[y0 : y0 + thickness, x0:x1] = _INK
        roomy.ink[y0:y1, x0 : x0 + thickness] = _INK
        roomy.ink[y0 : y1 + thickness, max(0, x1 - thickness) : x1] = _INK
    return roomy
