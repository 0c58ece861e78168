"""Pages composed of single line images: more layouts and writers than the scanned forms have."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.pages.line_labels import LineBand, paint_labels
from text_recognizer.preprocessing.pages import ink_to_paragraph

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]

_LINES = (1, 18)
_PITCH = (0.68, 1.7)  # distance of lines, in mean heights of the two
_JITTER = 0.06
_GAP = 0.35  # blank columns that separate words, in line heights
_SHORT_LINE = 0.2  # probability of a line that ends early


def synthesize_page(lines: Sequence[Float], rng: np.random.Generator) -> tuple[Gray, Gray]:
    """Write lines below each other on one page.

    Args:
        lines: Ink maps (H_i, W_i), each cut to its ink.
        rng: Source of randomness.

    Returns:
        Page (h, w) uint8, 255 = full ink, as `paragraph_input` scales it, and its label map (h, w).
    """
    height = float(np.median([line.shape[0] for line in lines]))
    pitch = rng.uniform(*_PITCH)
    margin = height * rng.uniform(0.1, 2.5, size=4)  # left, right, top, bottom
    lines = [_shorten(line, rng) if rng.random() < _SHORT_LINE else line for line in lines]
    indents = np.abs(rng.normal(0, 0.3 * height, len(lines))) + (rng.random(len(lines)) < 0.1) * 3 * height
    heights = np.array([line.shape[0] for line in lines])
    steps = pitch * (heights[1:] + heights[:-1]) / 2 * (1 + rng.normal(0, _JITTER, len(lines) - 1))
    middles = margin[2] + heights[0] / 2 + np.concatenate(([0.0], np.cumsum(steps)))
    width = int(max(indent + line.shape[1] for indent, line in zip(indents, lines, strict=True)))
    page = np.zeros((int(middles[-1] + height + margin[3]), int(width + margin[0] + margin[1])), np.float32)
    bands = []
    for line, middle, indent in zip(lines, middles, indents, strict=True):
        bands.append(_paste(page, line, int(margin[0] + indent), max(0, int(middle - line.shape[0] / 2))))
    reduced, scale = ink_to_paragraph(page)
    return (reduced * 255).astype(np.uint8), paint_labels(bands, reduced.shape, scale)


def draw_lines(lines: Sequence[Path], rng: np.random.Generator) -> list[Path]:
    """Choose the lines of one page: neighbours in the list (one writer, mostly), or any."""
    count = int(rng.integers(_LINES[0], _LINES[1] + 1))
    if rng.random() < 0.7:
        start = int(rng.integers(0, max(1, len(lines) - count)))
        return list(lines[start : start + count])
    return [lines[i] for i in rng.integers(0, len(lines), count)]


def _paste(page: Float, line: Float, x: int, y: int) -> LineBand:
    """Write a line onto the page, in place; the darker ink wins."""
    part = page[y : y + line.shape[0], x : x + line.shape[1]]
    np.maximum(part, line[: part.shape[0], : part.shape[1]], out=part)
    half = part.shape[0] / 2
    return LineBand(x, x + part.shape[1], 0.0, y + half, half, half)


def _shorten(line: Float, rng: np.random.Generator) -> Float:
    """Cut a line at a gap between words; rows that are then blank go too."""
    inked = np.asarray((line > 0.3).any(axis=0))
    gap = max(3, round(_GAP * line.shape[0]))
    blank = np.convolve(~inked, np.ones(gap), "valid") == gap
    ends = np.flatnonzero(blank[1:] & inked[: blank.size - 1]) + 1
    if ends.size == 0:
        return line
    line = line[:, : int(rng.choice(ends))]
    rows = np.flatnonzero((line > 0.3).any(axis=1))
    return line[rows[0] : rows[-1] + 1]
