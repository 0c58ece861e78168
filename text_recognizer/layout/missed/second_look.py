"""Text that a first look at a page missed, print beside handwriting for example, and two looks made one.

The detector learned print beside handwriting as background, but finds print that stands alone, and it sees
letters of one size at a time. So it looks once more at the ink that belongs to no line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.arrays import Flags, IndexMap, Indices, InkMap, LabelMap, Mask, Reals
from text_recognizer.geometry import Region
from text_recognizer.images.components import connected_components
from text_recognizer.images.letters import MAX_LETTERS, neighbours
from text_recognizer.images.resizing import reduce_ink, reduce_to_bytes
from text_recognizer.layout.lines import PageLayout, TextLine, resampled
from text_recognizer.layout.reading_order import reading_order

_MAX_PIXELS = 1_600_000  # of the page on which both looks are joined: the most that the detector sees
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_MIN_FREE_SHARE = 0.02  # of the ink that belongs to no line: less is dots and ends of strokes
_MIN_LETTER_PX = 5  # lower components are dots and specks
_LETTER_HEIGHTS = (0.1, 3.0)  # of components that may be letters, in median heights of the lines
_MAX_LETTER_ASPECT = 4.0  # wider ones are dashes and pieces of rules
_MIN_WORD_LETTERS = 3  # beside one: fewer are marks
_CONTINUED_HEIGHTS = 1.5  # beside a line, in its heights, free ink continues it
_MIN_CONTINUED_SHARE = 0.25  # of the columns there that have ink
_MIN_COVERED_SHARE = 0.6  # of the columns of a line that another one covers, if it is the same line
_MIN_LINE_LETTERS = 2  # of a line; a single sign in the margin is no text


@dataclass(frozen=True, eq=False)
class FreeInk:
    """The ink that belongs to no line, on a page reduced to at most 1.6 million pixels.

    Attributes:
        ink: (h, w) of the reduced page, only the rows that have words.
        rows: (h,) the row of the reduced page of each of them.
        scale: Pixels of the reduced page per pixel of the page.
        taken: (H', W') int32, the line of each pixel of the reduced page, -1 = none.
        marked: (H', W') where a line was found, without what reaches out of it.
        continued: (lines,) which lines go on into free ink, so that their ink counts as free.
    """

    ink: InkMap
    rows: Indices
    scale: float
    taken: IndexMap
    marked: Mask
    continued: Flags


def free_ink(ink: InkMap, layout: PageLayout) -> FreeInk | None:
    """Return the ink of a page (H, W) that belongs to no line; None if there is hardly any that may be text.

    Args:
        ink: Ink map of the page.
        layout: Its lines; without any there is nothing that a second look could add.
    """
    if not layout.lines:
        return None
    owners = _widened(layout.owners)
    if _free_share(ink, owners, layout.scale) < _MIN_FREE_SHARE:
        return None
    scale = min(1.0, (_MAX_PIXELS / ink.size) ** 0.5)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    small = reduce_ink(ink, width, height) if scale < 1 else ink
    taken = resampled(owners, layout.scale / scale, (height, width))
    free = np.where(taken < 0, small, np.float32(0))
    line_height = scale * float(np.median([line.height for line in layout.lines]))
    words = _words(free, line_height)
    if not len(words):
        return None
    marked = resampled(layout.labels.astype(np.int32), layout.scale / scale, taken.shape) > 0
    taken = np.where(_beside_words(small, taken, marked, words, line_height), np.int32(-1), taken)
    free = np.where(taken < 0, small, np.float32(0))
    continued = np.array([_is_continued(free, line.reduced(1 / scale)) for line in layout.lines])
    free = np.where((taken < 0) | continued[taken], small, np.float32(0))
    rows = _written_rows(_words(free, line_height), height)
    if not len(rows):  # the words have become one with lines that go on into them
        return None
    return FreeInk(free[rows], rows, scale, taken, marked, continued)


def _widened(owners: IndexMap) -> IndexMap:
    """Return lines (h, w) a pixel wider on both sides: where they end, half a pixel's ink is theirs."""
    padded = np.pad(owners, ((0, 0), (1, 1)), constant_values=-1)
    return np.where(owners >= 0, owners, np.maximum(padded[:, :-2], padded[:, 2:]))


def _free_share(ink: InkMap, owners: IndexMap, scale: float) -> float:
    """Return the share of the ink (H, W) of a page that belongs to none of its lines, (h, w).

    Args:
        ink: Of the page.
        owners: (h, w) line of each pixel, -1 = none.
        scale: Pixels of `owners` per pixel of the page.
    """
    factor = max(1, int(1 / scale))
    small = reduce_to_bytes(ink, factor)
    total = float(small.sum())
    free = resampled(owners, factor * scale, small.shape) < 0
    return float(small[free].sum()) / total if total > 0 else 0.0


def _words(free: InkMap, line_height: float) -> Indices:
    """Return the boxes (N, 4) of letters beside others in free ink (h, w); lines of the page are so high."""
    boxes = _letters(free, line_height)
    return boxes if len(boxes) > MAX_LETTERS else boxes[neighbours(boxes).sum(axis=0) > _MIN_WORD_LETTERS]


def _beside_words(small: InkMap, taken: IndexMap, marked: Mask, words: Indices, line_height: float) -> Mask:
    """Return which ink (h, w) a line reaches for, although it is letters that go on with free words.

    Args:
        small: Ink of the page.
        taken: The line of each pixel, -1 = none.
        marked: Where a line was found; what touches that belongs to it.
        words: Boxes (N, 4) of free words.
        line_height: Of the page.
    """
    components = connected_components(small > np.float32(_MIN_INK))
    labels = components.paint()
    own = np.zeros(components.count, bool)
    own[labels[marked & (labels >= 0)]] = True
    boxes = components.boxes()
    loose = np.flatnonzero(~own & _may_be_letters(boxes, line_height))
    if len(loose) > MAX_LETTERS:
        return np.zeros(small.shape, bool)
    boxes = boxes[loose]
    near = neighbours(boxes)
    near &= near.T  # of about one size
    joined = (boxes[:, None] == words).all(axis=2).any(axis=1)
    while (more := near[:, joined].any(axis=1) | joined).sum() > joined.sum():
        joined = more
    released = np.zeros(components.count + 1, bool)  # one more, which label -1 (paper) finds
    released[loose[joined]] = True
    return np.asarray(released[labels] & (taken >= 0))


def _letters(ink: InkMap, line_height: float) -> Indices:
    """Return the boxes (N, 4) of what may be letters in ink (h, w), on a page whose lines are so high."""
    boxes = connected_components(ink > np.float32(_MIN_INK)).boxes()
    return np.asarray(boxes[_may_be_letters(boxes, line_height)])


def _may_be_letters(boxes: Indices, line_height: float) -> Flags:
    """Tell which components with boxes (N, 4) may be letters, on a page whose lines are so high."""
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    low, high = (line_height * factor for factor in _LETTER_HEIGHTS)
    narrow = widths <= _MAX_LETTER_ASPECT * heights
    return np.asarray(narrow & (heights >= max(_MIN_LETTER_PX, low)) & (heights <= high))


def _is_continued(free: InkMap, line: TextLine) -> bool:
    """Tell whether a line goes on into free ink (h, w) on its left or right."""
    reach = max(1, round(_CONTINUED_HEIGHTS * line.height))
    box = line.region
    for first, last in ((box.x1 - reach, box.x1), (box.x2, box.x2 + reach)):
        middle = float(line.middle_at(np.array((first + last) / 2)))
        rows = slice(max(0, round(middle - line.above / 2)), max(0, round(middle + line.below / 2)) + 1)
        beside = free[rows, max(0, first) : max(0, last)]
        if beside.size and np.mean((beside > _MIN_INK).any(axis=0)) > _MIN_CONTINUED_SHARE:
            return True
    return False


def _written_rows(letters: Indices, height: int) -> Indices:
    """Return the rows, of `height`, near to letters with boxes (N, 4); others only cost time."""
    near = np.zeros(height, bool)
    for _, y1, _, y2 in letters.tolist():
        near[max(0, 2 * y1 - y2) : 2 * y2 - y1] = True
    return np.flatnonzero(near)


def with_missed(layout: PageLayout, free: FreeInk, found: PageLayout) -> PageLayout:
    """Return the lines of both looks at a page, in reading order.

    Args:
        layout: The first look.
        free: What it left.
        found: The second look, at `free.ink`.
    """
    places = [_on_page(line, free) for line in found.lines]
    letters = _letters_of(free, found)
    rows, other_rows = _rows_of(layout.lines), _rows_of(places)
    covered = np.array([
        free.continued[index] and any(_covers(places[near], line) for near in _level(line, other_rows))
        for index, line in enumerate(layout.lines)
    ], bool)  # fmt: skip
    new = [
        number for number, place in enumerate(places)
        if letters[number] >= _MIN_LINE_LETTERS
        and not any(_covers(layout.lines[near], place) for near in _level(place, rows) if not covered[near])
    ]  # fmt: skip
    kept = np.flatnonzero(~covered)
    lines = [layout.lines[index] for index in kept] + [places[number] for number in new]
    order = reading_order([line.as_fit() for line in lines])
    ranks = np.full(len(lines), -1, np.int32)
    ranks[order] = np.arange(len(order))
    of_first, of_second = (np.full(count + 1, -1, np.int32) for count in (len(layout.lines), len(places)))
    of_first[kept], of_second[new] = ranks[: len(kept)], ranks[len(kept) :]
    owners = of_first[free.taken]
    owners = np.where(owners < 0, of_second[_on_rows(found.owners, -1, free, found)], owners)
    marked = free.marked | (_on_rows(found.labels.astype(np.int32), 0, free, found) > 0)
    return PageLayout(tuple(lines[index] for index in order), _labels(owners, marked), owners, free.scale)


def _rows_of(lines: Sequence[TextLine]) -> Reals:
    """Return top, bottom and height of lines, (lines, 3)."""
    return np.array([(line.region.y1, line.region.y2, line.height) for line in lines], float).reshape(-1, 3)


def _level(line: TextLine, rows: Reals) -> Indices:
    """Return the lines that may cover a line or be covered: a page has thousands, of which few are near.

    Args:
        line: The line.
        rows: (lines, 3) see `_rows_of`.
    """
    tops, bottoms, heights = rows.T
    apart = np.maximum(tops, line.region.y1) - np.minimum(bottoms, line.region.y2)
    return np.flatnonzero(apart <= np.maximum(heights, line.height))


def _on_page(line: TextLine, free: FreeInk) -> TextLine:
    """Return a line of the second look in pixels of the page."""
    box = line.region
    middle = min(len(free.rows) - 1, max(0, (box.y1 + box.y2) // 2))
    down = int(free.rows[middle]) - middle
    place = Region(box.x1, box.y1 + down, box.x2, box.y2 + down)
    return replace(line, region=place, middle=line.middle + down).reduced(free.scale)


def _letters_of(free: FreeInk, found: PageLayout) -> Indices:
    """Return the number of letters of each line of the second look, (lines,)."""
    heights = [line.height for line in found.lines]
    boxes = _letters(free.ink, float(np.median(heights)) if heights else 0.0)
    owners = resampled(found.owners, found.scale, free.ink.shape)
    middles = owners[(boxes[:, 1] + boxes[:, 3]) // 2, (boxes[:, 0] + boxes[:, 2]) // 2]
    return np.bincount(middles[middles >= 0], minlength=len(found.lines))


def _covers(line: TextLine, other: TextLine) -> bool:
    """Tell whether a line stands where another one does."""
    a, b = line.region, other.region
    shared = min(a.x2, b.x2) - max(a.x1, b.x1)
    x = (max(a.x1, b.x1) + min(a.x2, b.x2)) / 2
    apart = abs(float(line.middle_at(np.array(x))) - float(other.middle_at(np.array(x))))
    return shared > _MIN_COVERED_SHARE * b.width and apart < max(line.height, other.height) / 2


def _on_rows(values: IndexMap, nothing: int, free: FreeInk, found: PageLayout) -> IndexMap:
    """Return a map (h, w) of the second look on the reduced page, (H', W'), with `nothing` elsewhere."""
    page = np.full(free.taken.shape, nothing, np.int32)
    page[free.rows] = resampled(values, found.scale, free.ink.shape)
    return page


def _labels(owners: IndexMap, marked: Mask) -> LabelMap:
    """Return the labels (h, w) of lines: 0 background, 1 odd, 2 even, of their owners and marks."""
    return np.where(marked & (owners >= 0), 1 + owners % 2, 0).astype(np.uint8)
