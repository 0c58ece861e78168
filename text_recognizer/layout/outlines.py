"""Where the ink of a line lies: the baseline on which its letters stand, and polygons of its parts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Indices, InkMap, Reals
from text_recognizer.images import twin
from text_recognizer.layout.bows import STRAIGHT
from text_recognizer.layout.crops import LineCrop
from text_recognizer.layout.lines import TextLine

_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_WORD_END_HEIGHTS = 0.5  # so far beside its frames a word may have ink: the end of a stroke, half a letter
_BASELINE_HEIGHTS = 0.08  # letters stand on the baseline within this fraction of the height of the line
_BENDS = 8  # straight pieces of the polygon and the baseline of a line that is bent
_MAX_SLOPE_ERROR = 0.05  # rows per column by which the slope of a line's middle differs from its baseline's


@dataclass(frozen=True)
class LineOutline:
    """How far the ink of a line reaches above and below its middle, in each column of the page.

    ```python
    import numpy as np
    from text_recognizer import Region
    from text_recognizer.layout.crops import LineCrop
    from text_recognizer.layout.lines import TextLine
    from text_recognizer.layout.outlines import outline

    line = TextLine(Region(20, 20, 220, 60), slope=0.1, middle=30.0, above=20.0, below=20.0)
    ink = np.zeros((40, 240), np.float32)
    ink[10:30, 40:90] = 1  # a word, 10 rows above and below the middle
    print(outline(LineCrop(ink, top=-20), 0, line).polygons([[40, 90]]))
    ```

    Attributes:
        line: The line, in pixels of the page.
        left: Column of the page at which `tops` and `bottoms` begin.
        tops: (w,) first row with ink in each column, counted from the line's middle; inf without ink.
        bottoms: (w,) the row behind the last one with ink; -inf without ink.
    """

    line: TextLine
    left: int
    tops: Reals
    bottoms: Reals

    def polygons(self, spans: npt.ArrayLike) -> Reals:
        """Return polygons that hold the ink of some spans and follow the slope of the line.

        Args:
            spans: (N, 2) the first column of each, and the one behind its last, in pixels of the page.

        Returns:
            (N, 4, 2) x, y of the corners, clockwise from the top left one. Its left and right sides are
            vertical. Spans without ink are as high as the line.
        """
        columns = np.asarray(spans, np.float64).reshape(-1, 2)
        tops, bottoms = self._reaches(columns)
        middles = self.line.middle_at(columns)  # (N, 2)
        rows = np.hstack((middles + tops[:, None], middles[:, ::-1] + bottoms[:, None]))
        return np.stack((np.hstack((columns, columns[:, ::-1])), rows), axis=2)

    def inked_words(self, spans: npt.ArrayLike) -> Reals:
        """Return the columns of words from their first ink to their last: a network's frames are coarse.

        Ink in the gap between two words belongs to the nearer one.

        Args:
            spans: (N, 2) first column of each word, and the one behind its last, from left to right.

        Returns:
            (N, 2) the same for their ink; a word without ink keeps its columns.
        """
        columns = np.asarray(spans, np.float64).reshape(-1, 2)
        reach = _WORD_END_HEIGHTS * self.line.height
        gaps = (columns[1:, 0] + columns[:-1, 1]) / 2  # (N - 1,) the middle between two words
        lows = np.maximum(np.append(-np.inf, gaps), columns[:, 0] - reach)
        highs = np.minimum(np.append(gaps, np.inf), columns[:, 1] + reach)
        inked = self.left + np.flatnonzero(np.isfinite(self.tops))
        first, last = np.searchsorted(inked, lows), np.searchsorted(inked, highs)
        ends = np.append(inked, 0)  # an index behind the last is that of a word without ink
        found = np.stack((ends[first], ends[last - 1] + 1), axis=1)
        return np.where((first < last)[:, None], found, columns)

    def polygon(self) -> Reals:
        """Return (N, 2) x, y: the polygon of the whole line; four corners unless the line is bent."""
        columns = self._course()
        (top,), (bottom,) = self._reaches(columns[None, [0, -1]])
        middles = self.line.middle_at(columns)
        upper, lower = (
            np.stack((columns, middles + top), axis=1),
            np.stack((columns, middles + bottom), axis=1),
        )
        return np.concatenate((upper, lower[::-1]))

    def baseline(self) -> Reals:
        """Return (N, 2) x, y: the line on which the letters stand, from left to right; two ends unless bent.

        The lower edge of the ink lies there in most columns, because descenders are few.
        """
        columns = self._course()
        inked = np.flatnonzero(np.isfinite(self.bottoms))
        if not len(inked):
            return np.stack((columns, self.line.middle_at(columns) + self.line.below), axis=1)
        center = float(inked.mean())
        reach = max(1.0, _BASELINE_HEIGHTS * self.line.height)
        rise, offset = _straight_edge(np.asarray(inked - center, np.float64), self.bottoms[inked], reach)
        rows = offset + rise * (columns - self.left - center)
        return np.stack((columns, self.line.middle_at(columns) + rows), axis=1)

    def _course(self) -> Reals:
        """Return the columns, (N,), between which the line is as good as straight, with its ends."""
        first, last = self._ends().tolist()
        return np.linspace(first, last, 2 if self.line.bow == STRAIGHT else _BENDS + 1)

    def _ends(self) -> Reals:
        """Return (2,): the columns between which the line lies, with the ink beside its box."""
        inked = self.left + np.flatnonzero(np.isfinite(self.tops))
        region = self.line.region
        if not len(inked):
            return np.array([region.x1, region.x2], np.float64)
        return np.array([min(region.x1, inked[0]), max(region.x2, inked[-1] + 1)], np.float64)

    def _reaches(self, columns: Reals) -> tuple[Reals, Reals]:
        """Return (N,) each: the highest top and the lowest bottom of the ink in spans (N, 2)."""
        # reduceat takes from each index to the next, so that every second result is that of a span; it needs
        # indices within the array, and no span may be empty.
        first = np.clip(np.floor(columns[:, 0]) - self.left, 0, len(self.tops) - 1)
        last = np.clip(np.ceil(columns[:, 1]) - self.left, first + 1, len(self.tops))
        edges = np.stack((first, last), axis=1).astype(np.int64).ravel()
        tops = np.minimum.reduceat(np.append(self.tops, np.inf), edges)[::2]
        bottoms = np.maximum.reduceat(np.append(self.bottoms, -np.inf), edges)[::2]
        blank = np.isinf(tops)
        return np.where(blank, -self.line.above, tops), np.where(blank, self.line.below, bottoms)


def outline(crop: LineCrop, left: int, line: TextLine, factor: int = 1) -> LineOutline:
    """Return the outline of a line.

    Args:
        crop: The line, cut out of the page.
        left: Column of the page at which the crop begins.
        line: Where the line lies on the page.
        factor: Pixels of the page per pixel of the crop.
    """
    first, last = twin.reach(crop.ink, _MIN_INK) if twin.is_installed() else _reach(crop.ink)
    tops = np.where(last > 0, factor * (crop.top + first), np.inf)
    bottoms = np.where(last > 0, factor * (crop.top + last), -np.inf)
    return LineOutline(line, left, np.repeat(tops, factor), np.repeat(bottoms, factor))


def _reach(ink: InkMap) -> tuple[Indices, Indices]:
    """Return the first row with ink of each column of (h, w), the one behind its last; h and 0 if blank."""
    inked = ink > np.float32(_MIN_INK)
    blank = ~inked.any(axis=0)
    first, last = inked.argmax(axis=0), len(inked) - inked[::-1].argmax(axis=0)
    return np.where(blank, len(inked), first), np.where(blank, 0, last)


def _straight_edge(x: Reals, y: Reals, reach: float) -> tuple[float, float]:
    """Return slope and intercept of the straight line that most points (w,), (w,) lie near, within `reach`.

    The best of some slopes is found by counting, then both are fitted to the points near that line, by least
    squares.
    """
    step = reach / max(1.0, float(np.abs(x).max()))  # moves the ends of the line by `reach`
    steps = int(_MAX_SLOPE_ERROR / step)
    search = twin.straight_edge if twin.is_installed() else _most_frequent_edge
    slope, intercept = search(x, y, step, steps, round(reach))
    near = np.abs(y - slope * x - intercept) <= reach
    x, y = x[near], y[near]
    spread = float(((x - x.mean()) ** 2).sum())
    if spread == 0:
        return slope, float(y.mean())
    slope = float(((x - x.mean()) * y).sum()) / spread
    return slope, float(y.mean() - slope * x.mean())


def _most_frequent_edge(x: Reals, y: Reals, step: float, steps: int, width: int) -> tuple[float, float]:
    """Return slope and intercept of the straight line that most points (w,), (w,) lie near.

    Args:
        x: Columns.
        y: Rows.
        step: Between slopes that are tried.
        steps: How many of them are tried upwards, and how many downwards.
        width: Rows within which a point is near.
    """
    best, slope, intercept = 0, 0.0, 0.0
    for candidate in step * np.arange(-steps, steps + 1):
        level = y - candidate * x
        lowest = level.min()
        counts = np.convolve(np.bincount((level - lowest).astype(np.int64)), np.ones(width))
        if counts.max() > best:
            best, slope = int(counts.max()), float(candidate)
            intercept = float(lowest) + int(counts.argmax()) - (width - 1) / 2
    return slope, intercept
