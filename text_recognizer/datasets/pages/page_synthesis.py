"""Pages composed of single line images: more layouts and writers than the scanned forms have."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from text_recognizer.arrays import Indices, InkImage, InkMap, LabelMap, Mask
from text_recognizer.datasets.pages.line_labels import LineBand, paint_labels
from text_recognizer.preprocessing.pages import ink_to_paragraph

_LINES_OF_PAGE = (1, 18)  # fewest and most; forms of IAM have up to 13
_PITCH_HEIGHTS = (0.68, 1.7)  # distance of lines, in mean heights of the two: from overlapping to wide apart
_PITCH_DEVIATION = 0.06  # relative, of single distances: nobody writes lines equally far apart
_GAP_HEIGHTS = 0.35  # blank columns that separate words, in line heights: letters stand closer
_SHORT_LINE_SHARE = 0.2  # lines that end early, as last lines of paragraphs do
_NEIGHBOUR_SHARE = 0.7  # pages with lines that follow each other: one writer, one text
_INK = 0.3  # pixels with less ink are paper


def synthesize_page(lines: Sequence[InkMap], rng: np.random.Generator) -> tuple[InkImage, LabelMap]:
    """Write lines below each other on one page.

    Args:
        lines: (H_i, W_i) each, cut to its ink.
        rng: Source of randomness.

    Returns:
        The page (H, W), scaled as by `paragraph_input`, and its label map (H, W).
    """
    height = float(np.median([line.shape[0] for line in lines]))
    pitch = rng.uniform(*_PITCH_HEIGHTS)
    margin = height * rng.uniform(0.1, 2.5, size=4)  # left, right, top, bottom
    lines = [_shorten(line, rng) if rng.random() < _SHORT_LINE_SHARE else line for line in lines]
    indents = np.abs(rng.normal(0, 0.3 * height, len(lines))) + (rng.random(len(lines)) < 0.1) * 3 * height
    heights = np.array([line.shape[0] for line in lines])
    # From middle to middle: half of the line above and half of the line below.
    steps = pitch * (heights[1:] + heights[:-1]) / 2 * (1 + rng.normal(0, _PITCH_DEVIATION, len(lines) - 1))
    middles = margin[2] + heights[0] / 2 + np.concatenate(([0.0], np.cumsum(steps)))
    width = int(max(indent + line.shape[1] for indent, line in zip(indents, lines, strict=True)))
    page = np.zeros((int(middles[-1] + height + margin[3]), int(width + margin[0] + margin[1])), np.float32)
    bands = []
    for line, middle, indent in zip(lines, middles, indents, strict=True):
        bands.append(_paste(page, line, int(margin[0] + indent), max(0, int(middle - line.shape[0] / 2))))
    reduced, scale = ink_to_paragraph(page)
    return (reduced * 255).astype(np.uint8), paint_labels(bands, reduced.shape, scale)


def choose_lines(lines: Sequence[Path], rng: np.random.Generator) -> list[Path]:
    """Choose the lines of one page: neighbours in the list, which are mostly of one writer, or any."""
    count = int(rng.integers(_LINES_OF_PAGE[0], _LINES_OF_PAGE[1] + 1))
    if rng.random() < _NEIGHBOUR_SHARE:
        start = int(rng.integers(0, max(1, len(lines) - count)))
        return list(lines[start : start + count])
    return [lines[i] for i in rng.integers(0, len(lines), count)]


def word_ends(inked: Mask) -> Indices:
    """Return the columns behind which there is a gap between words, in a line whose ink is (H, W)."""
    has_ink = np.asarray(inked.any(axis=0))
    gap = max(3, round(_GAP_HEIGHTS * inked.shape[0]))
    blank = np.convolve(~has_ink, np.ones(gap), "valid") == gap
    # A gap begins where a column with ink is followed by `gap` blank ones.
    return np.flatnonzero(blank[1:] & has_ink[: blank.size - 1]) + 1


def _paste(page: InkMap, line: InkMap, x: int, y: int) -> LineBand:
    """Write a line (h, w) onto the page (H, W), in place; the darker ink wins."""
    part = page[y : y + line.shape[0], x : x + line.shape[1]]
    np.maximum(part, line[: part.shape[0], : part.shape[1]], out=part)
    half = part.shape[0] / 2
    return LineBand(x, x + part.shape[1], 0.0, y + half, half, half)


def _shorten(line: InkMap, rng: np.random.Generator) -> InkMap:
    """Return a line (H, W) cut at a gap between words, without the rows that are then blank."""
    ends = word_ends(np.asarray(line > _INK))
    if ends.size == 0:
        return line
    line = line[:, : int(rng.choice(ends))]
    rows = np.flatnonzero((line > _INK).any(axis=1))
    return line[rows[0] : rows[-1] + 1]
