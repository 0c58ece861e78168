"""Longer and shorter lines: two joined into one, one split between two of its words."""

import itertools

import numpy as np
import numpy.typing as npt

from text_recognizer.preprocessing.lines import ink_to_line

Gray = npt.NDArray[np.uint8]

_INK = 64  # grey value from which on a pixel counts
_GAP = (0.25, 0.8)  # between joined lines, in heights
_CLEAR = 1.4  # a gap between words is at least this much wider than the widest one within a word
_ASTRAY = 2.5  # characters that a gap may be away from where the text lets one expect it
_NARROW, _WIDE = "il.,:;'!|()", "mwMW"


def join_lines(
    first: tuple[Gray, str], second: tuple[Gray, str], rng: np.random.Generator
) -> tuple[Gray, str]:
    """Return one line that reads both texts.

    Args:
        first: Image (H, W) uint8, 255 = ink, and its text.
        second: Another one of the same height.
        rng: Chooses the gap.
    """
    (left, text), (right, more) = first, second
    margin = _margin(right)
    left, right = left[:, : left.shape[1] - _margin(left[:, ::-1])], right[:, margin:]
    gap = np.zeros((left.shape[0], round(left.shape[0] * rng.uniform(*_GAP))), np.uint8)
    return np.hstack((left, gap, right)), f"{text} {more}"


def split_line(image: Gray, text: str, rng: np.random.Generator) -> tuple[Gray, str] | None:
    """Return the left or right part of a line with its text; None where no gap is surely one between words.

    There have to be as many clear gaps as spaces in the text, about where its characters let one expect them.

    Args:
        image: (H, W) uint8, 255 = ink.
        text: What it reads.
        rng: Chooses where to split, and which part to return.
    """
    spaces = [place for place, character in enumerate(text) if character == " "]
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


def word_gaps(image: Gray, count: int) -> npt.NDArray[np.int64] | None:
    """Return the first and last column of the `count` widest gaps, (count, 2) from left to right.

    None if there are not so many, or none, or the next one is nearly as wide.
    """
    inked = np.flatnonzero((image > _INK).any(axis=0))
    widths = np.diff(inked)
    order = np.argsort(-widths, kind="stable")
    if not 0 < count < len(order) or widths[order[count - 1]] < _CLEAR * max(2, widths[order[count]]):
        return None
    chosen = np.sort(order[:count])
    return np.column_stack((inked[chosen] + 1, inked[chosen + 1]))


def _as_expected(image: Gray, gaps: npt.NDArray[np.int64], text: str, spaces: list[int]) -> bool:
    """Tell whether the gaps lie about where the widths of the characters put the spaces."""
    inked = np.flatnonzero((image > _INK).any(axis=0))
    widths = [0.5 if c in _NARROW else 1.5 if c in _WIDE or c.isupper() else 1.0 for c in text]
    places = np.array([*itertools.accumulate(widths)])[spaces] - 0.5
    column = (inked[-1] - inked[0]) / sum(widths)
    return bool((np.abs(gaps.mean(axis=1) - inked[0] - places * column) < _ASTRAY * column).all())


def _margin(image: Gray) -> int:
    """Return the columns in front of the first ink."""
    inked = (image > _INK).any(axis=0)
    return int(inked.argmax()) if inked.any() else 0
