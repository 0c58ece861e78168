"""Longer and shorter lines: two joined into one, one split between two of its words."""

import itertools

import numpy as np

from text_recognizer.arrays import Indices, InkImage
from text_recognizer.preprocessing.lines import ink_to_line

_MIN_INK = 64  # weaker pixels are soft edges or noise, which would hide gaps
_JOIN_GAP_HEIGHTS = (0.25, 0.8)  # about the width of a space in handwriting
_MIN_GAP_RATIO = 1.4  # widest gap within a word to narrowest between words; closer ones could be confused
_MAX_GAP_OFFSET_CHARACTERS = 2.5  # a gap further from where the text has its space is another one
_NARROW = "il.,:;'!|()"  # characters about half as wide as others
_WIDE = "mwMW"  # characters about half as wide again


def join_lines(
    first: tuple[InkImage, str], second: tuple[InkImage, str], rng: np.random.Generator
) -> tuple[InkImage, str]:
    """Return one line with both texts.

    Args:
        first: Image (H, W) uint8, 255 = ink, and its text.
        second: Another one of the same height.
        rng: Chooses the gap.

    Returns:
        (H, W'), and both texts with a space between them.
    """
    (left, text), (right, more) = first, second
    margin = _margin(right)
    left, right = left[:, : left.shape[1] - _margin(left[:, ::-1])], right[:, margin:]
    gap = np.zeros((left.shape[0], round(left.shape[0] * rng.uniform(*_JOIN_GAP_HEIGHTS))), np.uint8)
    return np.hstack((left, gap, right)), f"{text} {more}"


def split_line(image: InkImage, text: str, rng: np.random.Generator) -> tuple[InkImage, str] | None:
    """Return the words left or right of a gap, or None where no gap is certain to lie between two words.

    There have to be as many clear gaps as spaces in the text, each about where its characters put it.

    Args:
        image: (H, W) uint8, 255 = ink.
        text: Its text.
        rng: Chooses where to split, and which part to return.

    Returns:
        (H, W') of the same height, and its text.
    """
    spaces = [index for index, character in enumerate(text) if character == " "]
    gaps = word_gaps(image, len(spaces))
    if gaps is None or not _as_expected(image, gaps, text, spaces):
        return None
    chosen = int(rng.integers(len(spaces)))
    middle = int(gaps[chosen].mean())
    if rng.random() < 0.5:
        part, rest = image[:, :middle], text[: spaces[chosen]]
    else:
        part, rest = image[:, middle:], text[spaces[chosen] + 1 :]
    line = ink_to_line(np.asarray(part / 255, np.float32), image.shape[0])
    return np.round(line * 255).astype(np.uint8), rest


def word_gaps(image: InkImage, count: int) -> Indices | None:
    """Return first column and end of the `count` widest gaps of (H, W), (count, 2) from left to right.

    None if `count` is 0, there are fewer gaps, or the next one is nearly as wide.
    """
    inked = np.flatnonzero((image > _MIN_INK).any(axis=0))
    widths = np.diff(inked)
    order = np.argsort(-widths, kind="stable")
    if not 0 < count < len(order) or widths[order[count - 1]] < _MIN_GAP_RATIO * max(2, widths[order[count]]):
        return None
    chosen = np.sort(order[:count])
    return np.column_stack((inked[chosen] + 1, inked[chosen + 1]))


def _as_expected(image: InkImage, gaps: Indices, text: str, spaces: list[int]) -> bool:
    """Tell whether the gaps (count, 2) of (H, W) lie about where the widths of the characters put spaces."""
    inked = np.flatnonzero((image > _MIN_INK).any(axis=0))
    widths = [0.5 if c in _NARROW else 1.5 if c in _WIDE or c.isupper() else 1.0 for c in text]
    # The middle of each space, in characters of usual width.
    expected = np.array([*itertools.accumulate(widths)])[spaces] - 0.5
    character_columns = (inked[-1] - inked[0]) / sum(widths)
    found = (gaps.mean(axis=1) - inked[0]) / character_columns
    return bool((np.abs(found - expected) < _MAX_GAP_OFFSET_CHARACTERS).all())


def _margin(image: InkImage) -> int:
    """Return the number of columns of (H, W) in front of the first ink."""
    inked = (image > _MIN_INK).any(axis=0)
    return int(inked.argmax()) if inked.any() else 0
