"""A line image -> what the line recognizers take; it starts from the map of the ink, see `images/ink.py`."""

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.images.resizing import resampling, resize_ink, with_paper
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.preprocessing.slope_slant import LOW_PX, remove_slope_and_slant
from text_recognizer.preprocessing.width_normalization import width_factor
from text_recognizer.preprocessing.writing import writing_ink

LINE_HEIGHT = 64  # rows; with less, small letters are too few pixels to tell a from o
LINE_MARGIN = 16  # blank columns on both sides of a line (at height 64), so that padding changes nothing
LINE_MAX_ASPECT = 64  # longer strips than any line of text are squeezed, so that memory stays bounded

_MIN_ROW_INK = 0.02  # share of the strongest row's ink; rows with less hold specks
_MIN_COLUMN_INK = 0.5  # one dark pixel or two faint ones; columns with less hold noise
_MIN_STROKE_INK = 0.3  # weaker pixels do not count where a line is cut to its ink
_SOFT_EDGE_PX = 2  # columns kept beside the ink of low lines, whose outer strokes are cut into otherwise
_FEW_LETTERS_MARGIN = 0.1  # of their height, above and below a few letters: hardly any rise or drop as far
_MIN_HEIGHT_SHARE = 0.2  # rows kept of the image: a lone dash is not blown up to the height of letters


def line_input(
    image: GrayImage, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> InkMap:
    """Return a line image as the recognizers take it.

    The rows without ink are cut off, the rest is scaled to `height` with its aspect
    ratio kept, and blank columns are added on both sides.

    Args:
        image: (H, W) uint8 grey values of one text line, any size and polarity.
        height: Rows of the result.
        width: None for whatever width the aspect ratio gives; otherwise the result is
            squeezed if it is wider and padded with paper on the right if it is narrower.
        normalize: Whether slope and slant are removed first, see `slope_slant.py`, and the width of the
            writing is normalized, see `width_normalization.py`.

    Returns:
        (height, W') float32 in [0, 1], ink = 1.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return ink_to_line(writing_ink(image), height, width, normalize)


def ink_to_line(
    ink: InkMap, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> InkMap:
    """Do what `line_input` does for an ink map (H, W) that is already computed."""
    return ink_to_mapped_line(ink, height, width, normalize)[0]


def ink_to_mapped_line(
    ink: InkMap, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> tuple[InkMap, ColumnMap]:
    """Do what `ink_to_line` does; also return the map from columns of the result to those of `ink`."""
    top, bottom, left, right = _ink_bounds(ink)
    columns = ColumnMap(offset=left, low=left, high=right)
    ink, stretch = ink[top:bottom, left:right], 1.0
    if normalize:
        edge = _SOFT_EDGE_PX if ink.shape[0] < LOW_PX else 0
        upright = remove_slope_and_slant(with_paper(ink, (0, 0), (edge, edge)))
        top, bottom, begin, end = _ink_bounds(upright.ink)
        begin = max(0, begin - edge)
        ink = upright.ink[top:bottom, begin : end + edge]
        columns = ColumnMap(offset=begin).then(upright.columns).then(ColumnMap(offset=-edge)).then(columns)
        factor = width_factor(ink)
        if factor is None:
            ink, stretch = _with_margins(ink)
        else:
            stretch = factor
    margin = round(LINE_MARGIN * height / LINE_HEIGHT)
    scaled_width = max(1, round(height * min(stretch * ink.shape[1] / ink.shape[0], LINE_MAX_ASPECT)))
    if width is not None:
        scaled_width = min(scaled_width, width - 2 * margin)
    enlarged = max(height / ink.shape[0], scaled_width / ink.shape[1])
    scaled = resize_ink(ink, scaled_width, height, resampling(enlarged))
    paper = margin if width is None else width - margin - scaled_width
    line = with_paper(scaled, (0, 0), (margin, paper))
    scaling = ColumnMap(offset=-margin).then(ColumnMap(ink.shape[1] / scaled_width))
    return line, scaling.then(columns)


def _with_margins(ink: InkMap) -> tuple[InkMap, float]:
    """Return a few letters (H, W) with some paper above and below, and the factor that keeps their width.

    In a line, digits and small letters are lower than the line; without margins a few of them would be as
    high as letters with ascenders and descenders together.
    """
    margin = round(_FEW_LETTERS_MARGIN * ink.shape[0])
    padded = with_paper(ink, (margin, margin), (0, 0))
    return padded, padded.shape[0] / ink.shape[0]


def _ink_bounds(ink: InkMap) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of (H, W) without blank margins; at least a fifth of its rows."""
    height = ink.shape[0]
    strong = np.where(ink > _MIN_STROKE_INK, ink, 0)
    rows, columns = strong.sum(axis=1), strong.sum(axis=0)
    if rows.max() <= 0:
        return 0, height, 0, ink.shape[1]
    inked = np.flatnonzero(rows > _MIN_ROW_INK * rows.max())
    top, bottom = int(inked[0]), int(inked[-1]) + 1
    if (missing := int(height * _MIN_HEIGHT_SHARE) - (bottom - top)) > 0:
        top, bottom = max(0, top - missing // 2), min(height, bottom + missing - missing // 2)
    inked = np.flatnonzero(columns > _MIN_COLUMN_INK)
    left, right = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (0, ink.shape[1])
    return top, bottom, left, right
