"""Text -> the shape of one line, written with a font but as irregular as by hand.

A font repeats itself, so each word gets its own size, slant, base line and spacing, and the line a smooth
distortion, which gives every instance of a letter its own shape. All of that happens in one resampling of the
line. Letters of a script, which the font joins, keep their distances within a word.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import Indices, Reals
from text_recognizer.datasets.synthetic.check_boxes import CHECK_BOXES, draw_check_box
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX, HandwritingFont
from text_recognizer.datasets.synthetic.line_texts import CROSSED_OUT

_PAD_PX = 16  # around the text, for swashes and for words that move
_STEP_PX = 28  # columns that are resampled together: about a letter, so that the distortion is smooth
_LOOSE_X_HEIGHTS = 0.025  # deviation of letters from where the font puts them, in heights of small letters
_STRETCH = (0.65, 1.6)  # least and most width relative to the font's: beyond it letters look unnatural
_MIN_SPACE_X_HEIGHTS = 0.5  # between words, in heights of small letters: a narrower space looks like none
_SPACE_HEIGHTS = 0.4  # median space between words, in heights of a line: wider than between letters
_CROSSED_OUT_X_HEIGHTS = 3.0  # width of a word that is crossed out
_CACHED_LETTERS = 16_384  # about 200 fonts with 80 letters each


def write_line(
    text: str, font: HandwritingFont, aspect: float, rng: np.random.Generator
) -> tuple[Image.Image, int]:
    """Write one line.

    Args:
        text: Words with one space in between; all of its characters must be in the font.
        font: What to write with.
        aspect: Width of the ink relative to its height, about: a font is stretched within limits only.
        rng: Source of randomness: the handwriting.

    Returns:
        Picture (mode L, 255 = ink) with some paper around the ink, and the row of its base line.
    """
    words = text.split(" ")
    widths = np.array([_width(word, font) for word in words])
    gaps = FONT_HEIGHT_PX * _SPACE_HEIGHTS * np.exp(rng.normal(0, 0.3) + rng.normal(0, 0.25, len(words)))
    gaps = np.maximum(gaps, _MIN_SPACE_X_HEIGHTS * font.x_height)
    starts = _PAD_PX + np.concatenate(([0.0], np.cumsum(widths + gaps)[:-1]))
    picture, base = _draw(words, font, starts, rng)
    knots = np.column_stack((starts, starts + widths)).ravel()
    stretch = float(np.clip(aspect * picture.height / (knots[-1] - knots[0]), *_STRETCH))
    return _distort(picture, base, knots, stretch, font, rng)


def _width(word: str, font: HandwritingFont) -> float:
    return font.x_height * _CROSSED_OUT_X_HEIGHTS if word == CROSSED_OUT else font.width(word)


def _draw(
    words: list[str], font: HandwritingFont, starts: Reals, rng: np.random.Generator
) -> tuple[Image.Image, int]:
    """Return a picture of the words, each at its column of `starts` (words,), and the base line's row."""
    base = font.ascent + _PAD_PX
    end = starts[-1] + _width(words[-1], font)
    picture = Image.new("L", (int(end) + 2 * _PAD_PX, base + font.descent + _PAD_PX), 0)
    draw = ImageDraw.Draw(picture)
    for word, start in zip(words, starts, strict=True):
        if word == CROSSED_OUT:
            _cross_out(draw, font, float(start), base, rng)
        else:
            _write_word(picture, word, font, (float(start), base), rng)
    _, top, _, bottom = picture.getbbox() or (0, 0, *picture.size)
    return picture.crop((0, top, picture.width, bottom)), base - top


def _write_word(
    picture: Image.Image, word: str, font: HandwritingFont, pen: tuple[float, int], rng: np.random.Generator
) -> None:
    """Draw a word at `pen` (column, base line); letters that are not joined each move a little."""
    x, base = pen
    loose = 0.0 if font.joined else _LOOSE_X_HEIGHTS * font.x_height
    moves = rng.normal(0, loose, (len(word), 2)) if loose else np.zeros((len(word), 2))
    for character, (along, down) in zip(word, moves.tolist(), strict=True):
        if character in CHECK_BOXES:
            ink, left, top = draw_check_box(character, font.x_height, font.stroke, rng)
        else:
            ink, left, top = _letter(font, character)
        picture.paste(255, (round(x + along) + left, base + round(down) + top), ink)
        x += font.advances[character]


@functools.lru_cache(maxsize=_CACHED_LETTERS)
def _letter(font: HandwritingFont, character: str) -> tuple[Image.Image, int, int]:
    """Return the ink of a letter and its offset from the pen; kept, because outlines take longest."""
    left, top, right, bottom = map(round, font.face.getbbox(character, anchor="ls"))
    ink = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
    ImageDraw.Draw(ink).text((-left, -top), character, fill=255, font=font.face, anchor="ls")
    return ink, left, top


def _cross_out(
    draw: ImageDraw.ImageDraw, font: HandwritingFont, start: float, base: int, rng: np.random.Generator
) -> None:
    """Draw some letters and a zigzag of strokes over them."""
    letters = "".join(rng.choice(list("aceimnorsuvw"), 3))
    draw.text((start, base), letters, fill=255, font=font.face, anchor="ls")
    width, height = _width(CROSSED_OUT, font), font.x_height
    count = int(rng.integers(2, 9))
    x = start + np.linspace(0, width, count) + rng.normal(0, 2, count)
    y = base - height * (0.5 + rng.uniform(0.2, 0.6) * (-1.0) ** np.arange(count)) + rng.normal(0, 2, count)
    draw.line(
        [*zip(x.tolist(), y.tolist(), strict=True)], fill=255, width=max(1, round(font.stroke)), joint="curve"
    )


def _distort(
    picture: Image.Image, base: int, knots: Reals, stretch: float, font: HandwritingFont,
    rng: np.random.Generator,
) -> tuple[Image.Image, int]:  # fmt: skip
    """Return the line with a position, size and slant for each word and a smooth wave, and its base line.

    Args:
        picture: The words as drawn.
        base: Row of the base line.
        knots: (2 * words,) columns where words begin and end.
        stretch: Width of the result relative to the picture's.
        font: Its heights.
        rng: Source of randomness.
    """
    words = len(knots) // 2
    scales = stretch * np.exp(rng.normal(0, 0.05, 2 * words))  # of words and gaps in turn
    placed = _PAD_PX + np.concatenate(([0.0], np.cumsum(np.diff(knots) * scales[:-1])))
    # The writing has a slant, and the line a slope, from which single words deviate a little.
    size = np.exp(rng.normal(0, 0.06, words))
    slant = np.clip(rng.normal(0, 0.13) + rng.normal(0, 0.03, words), -0.4, 0.4)
    shift = rng.normal(0, 0.03 * font.x_height, words) + rng.normal(0, 0.004) * placed[::2]
    shift -= shift.mean()
    reach = int(np.abs(shift).max() + 0.15 * picture.height) + 2
    width, height = int(placed[-1]) + 2 * _PAD_PX, picture.height + 2 * reach

    # Strips of the result and where their edges come from; `rough` shakes the edges as handwriting does.
    edges = np.arange(0, width + _STEP_PX, _STEP_PX)
    of_words = np.array([np.interp(edges, placed, np.repeat(v, 2)) for v in (slant, size, shift)])
    source = _source(edges, placed, knots)
    rough = rng.uniform(0.3, 1.8)
    source += rng.normal(0, rough, edges.size)
    shift_at = of_words[2] + rng.normal(0, 0.8 * rough, edges.size)
    quads = _quads(source, of_words[0] / stretch, of_words[1], shift_at, base, reach, height)
    boxes = [(int(x), 0, int(x) + _STEP_PX, height) for x in edges[:-1]]
    moved = picture.transform(
        (width, height), Image.Transform.MESH, [*zip(boxes, quads, strict=True)], Image.Resampling.BILINEAR
    )
    return moved, base + reach


def _source(edges: Indices, placed: Reals, knots: Reals) -> Reals:
    """Return the columns of the picture that land on `edges` (E,); outside of the text it is not scaled.

    Args:
        edges: (E,) columns of the result.
        placed: (2 words,) columns of the result where words begin and end.
        knots: (2 words,) columns of the picture where they do.
    """
    outside = np.where(edges < placed[0], edges - placed[0], 0) + np.where(
        edges > placed[-1], edges - placed[-1], 0
    )
    return np.asarray(np.interp(edges, placed, knots) + outside)


def _quads(
    source: Reals, slant: Reals, size: Reals, shift: Reals, base: int, reach: int, height: int,
) -> list[list[float]]:  # fmt: skip
    """Return the corners in the picture of each strip: top left, bottom left, bottom right, top right.

    Args:
        source: (E,) columns of the picture at the edges of the strips.
        slant: (E,) columns to the right per row upwards.
        size: (E,) height of the writing relative to the picture's.
        shift: (E,) rows that the base line moves down.
        base: Row of the base line in the picture.
        reach: Rows that the result has above and below the picture's.
        height: Rows of the result.
    """
    rows = [(row - base - reach - shift) for row in (0, height)]  # below the base line of the word
    (top_x, top_y), (low_x, low_y) = ((source + slant * row, base + row / size) for row in rows)
    corners = (top_x[:-1], top_y[:-1], low_x[:-1], low_y[:-1], low_x[1:], low_y[1:], top_x[1:], top_y[1:])
    quads: list[list[float]] = np.column_stack(corners).tolist()
    return quads
