"""Pale strokes beside strong ones: a second pen, or the other side of the sheet, from what can be read."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.layout.cutting import Legibility, cut_out, line_cuts
from text_recognizer.layout.lines import PageLayout, resampled
from text_recognizer.preprocessing.writing import WrittenInk

_MAX_LINES = 40  # that are read, as they stand and mirrored: the largest ones
_MIN_LEGIBILITY = -0.45  # of writing, as of a page that is turned
_MIN_GAIN = 0.08  # of legibility, by which one way round must exceed the other
_MIN_INK = 0.08  # weaker pixels are no stroke
_FULL_PERCENTILE = 90  # of the ink of pale strokes: that of their middle, which becomes full ink


class JudgedInk(NamedTuple):
    """The ink of a page, once it is known whether its pale strokes belong to it.

    ```python
    import numpy as np
    from text_recognizer.preparation.pale_ink import JudgedInk

    print(JudgedInk(np.zeros((40, 60), np.float32), unread=False).unread)
    ```

    Attributes:
        ink: (H, W) in [0, 1].
        unread: Whether pale strokes were left out that may be writing.
    """

    ink: InkMap
    unread: bool


class _Side(Enum):
    """Of the sheet, on which pale strokes are."""

    THIS = auto()
    OTHER = auto()
    UNKNOWN = auto()


def judge_pale_ink(
    written: WrittenInk, find_lines: Callable[[InkMap], PageLayout], legibility: Legibility
) -> JudgedInk:
    """Return the ink of a page with those of its pale strokes, made strong, that are writing of this side.

    What shows through from the other side of a sheet is mirrored, and often as sharp as the writing of a
    paler pen. So each line of it is read both ways round. Those that say nothing alone, short ones above all,
    are as all others, or are read together.

    Args:
        written: Ink of the page.
        find_lines: Returns the lines of an ink map (h, w).
        legibility: Says how surely lines are read, 0 at most.
    """
    if written.pale is None:
        return JudgedInk(written.ink, unread=False)
    pale = _strengthened(written.pale)
    layout = find_lines(pale)
    sides = _sides(pale, layout, legibility)
    if set(sides) == {_Side.THIS}:  # with the dots and accents beside the lines
        return JudgedInk(np.maximum(written.ink, pale), unread=False)
    ours = np.array([side is _Side.THIS for side in sides] + [False])  # one more, which -1 (no line) finds
    kept = np.where(ours[resampled(layout.owners, layout.scale, pale.shape)], pale, np.float32(0))
    return JudgedInk(np.maximum(written.ink, kept), unread=not sides or _Side.UNKNOWN in sides)


def _sides(pale: InkMap, layout: PageLayout, legibility: Legibility) -> list[_Side]:
    """Return on which side of the sheet each line of pale ink (H, W) is written."""
    cuts = line_cuts(layout)
    sizes = [line.region.width * line.height for line in layout.lines]
    largest = sorted(range(len(sizes)), key=lambda index: -sizes[index])[:_MAX_LINES]
    crops = {index: cut_out(pale, cuts[index], index).ink for index in largest}
    sides = {index: _side([crop], legibility) for index, crop in crops.items()}
    known = set(sides.values()) - {_Side.UNKNOWN}
    if len(known) == 1:  # of lines that say nothing alone, all others tell
        rest = known.pop()
    else:
        rest = _side([crops[index] for index in largest if sides[index] is _Side.UNKNOWN], legibility)
    found = (sides.get(index, _Side.UNKNOWN) for index in range(len(sizes)))
    return [rest if side is _Side.UNKNOWN else side for side in found]


def _side(lines: Sequence[InkMap], legibility: Legibility) -> _Side:
    """Return on which side of the sheet lines (h, w) are written."""
    if not lines:
        return _Side.UNKNOWN
    as_is = legibility(lines)
    mirrored = legibility([np.ascontiguousarray(line[:, ::-1]) for line in lines])
    if as_is >= max(_MIN_LEGIBILITY, mirrored + _MIN_GAIN):
        return _Side.THIS
    return _Side.OTHER if mirrored >= max(_MIN_LEGIBILITY, as_is + _MIN_GAIN) else _Side.UNKNOWN


def _strengthened(pale: InkMap) -> InkMap:
    """Return pale ink (H, W), some of which there must be, as strong as other ink."""
    full = np.percentile(pale[pale > np.float32(_MIN_INK)], _FULL_PERCENTILE)
    return np.asarray(np.minimum(pale / np.float32(full), np.float32(1)))
