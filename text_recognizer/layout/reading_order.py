"""The order in which the lines of a page are read."""

import numpy as np

from text_recognizer.layout.fitting import Fit

_MIN_COLUMN_LINES = 3  # fewer lines side by side are words far apart, not columns of text


def reading_order(fits: list[Fit]) -> list[int]:
    """Return the indices of the lines: column by column, top to bottom after removing the page's slope.

    Lines side by side are read left to right.
    """
    slope = _page_slope(fits)
    return [
        index
        for column in _columns(fits)
        for index in sorted(column, key=lambda i: _reading_key(fits[i], slope))
    ]


def _page_slope(fits: list[Fit]) -> float:
    """Return the slope of the page's lines: the mean, weighted by width."""
    if not fits:
        return 0.0
    widths = [fit.box[2] - fit.box[0] for fit in fits]
    return float(np.average([fit.slope for fit in fits], weights=widths))


def _columns(fits: list[Fit]) -> list[list[int]]:
    """Group lines into columns of text: between them is a blank stripe, on both sides several lines."""
    columns: list[list[int]] = []
    end = 0.0
    for index in sorted(range(len(fits)), key=lambda i: fits[i].box[0]):
        if not columns or fits[index].box[0] > end:
            columns.append([])
        columns[-1].append(index)
        end = max(end, fits[index].box[2])
    if min((len(column) for column in columns), default=0) < _MIN_COLUMN_LINES:
        return [list(range(len(fits)))]
    return columns


def _reading_key(fit: Fit, slope: float) -> tuple[float, int]:
    """Return what orders lines: the row of the middle on the level page, then the column."""
    x = (fit.box[0] + fit.box[2]) / 2
    return fit.middle_at(x) - slope * x, fit.box[0]
