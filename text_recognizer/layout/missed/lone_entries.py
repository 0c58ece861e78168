"""Single characters that stand alone, which the detector hardly knows: a digit in a cell, a page's number.

It has learned lines, and of a letter without others it sees too little to make a line of it. So what is as
high as letters and stands free becomes a line of its own, or the last word of the line that it stands close
behind; whether it is text, and what it says, tells the line network.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from text_recognizer.arrays import Flags, Indices, InkMap
from text_recognizer.geometry import Region
from text_recognizer.images.components import Components, connected_components
from text_recognizer.images.letters import MAX_LETTERS
from text_recognizer.images.resizing import reduce_to_bytes
from text_recognizer.layout.letter_size import letter_height
from text_recognizer.layout.lines import PageLayout, TextLine, resampled
from text_recognizer.layout.reading_order import reading_order

_MAX_PIXELS = 1_200_000  # about, of the page on which entries are looked for
_LETTER_PX = 6  # of the lowest entries there, so that most pages can be reduced
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_LINE_HEIGHTS = 1.8  # of a line, in heights of its letters
_MIN_HEIGHT_PX = 5  # lower components are dots and specks

# All other lengths are in units of the height of lines.
_LETTER_HEIGHTS = (0.25, 1.2)  # of an entry
_MAX_WIDTH = 1.5  # of an entry: a longer one is a line, which the detector finds
_MAX_STICK_HEIGHT = 0.9  # of an upright stroke without width, which is a 1 or else a rule
_STICK_ASPECT = 0.15  # width of such a stroke, in its heights
_MAX_PART_GAP = 0.25  # between the parts of an entry, the digits of a number for example
_FREE = 0.3  # around an entry there are no lines
_MARGIN = 0.2  # of a line, above and below its letters
_MAX_WORD_GAP = 0.8  # from a line to its last word, in its heights; entries of tables stand farther away
_MAX_ENTRIES = 4  # on a page without lines
_ENTRIES_PER_LINE = 3  # besides: more are specks, grain or a drawing


def with_lone_entries(layout: PageLayout, ink: InkMap) -> PageLayout:
    """Return the lines of a page together with the entries that stand free; itself if there are none.

    Args:
        layout: What the detector found.
        ink: (H, W) ink map of the page.
    """
    boxes = lone_entries(layout, ink)
    if not len(boxes):
        return layout
    lines = list(layout.lines)
    parts: list[tuple[int, Region]] = []  # of the page that go to lines, by their indices
    for box in boxes.tolist():
        owner = _continued(lines[: len(layout.lines)], box)
        if owner is None:
            lines.append(_as_line(box))
            parts.append((len(lines) - 1, lines[-1].region))
        else:
            parts.append((owner, _up_to(lines[owner], box)))
            lines[owner] = replace(lines[owner], region=_union(lines[owner].region, parts[-1][1]))
    order = reading_order([line.as_fit() for line in lines])
    ranks = np.full(len(lines) + 1, -1, np.int32)  # one more, which index -1 (no line) finds
    ranks[order] = np.arange(len(order))
    owners, marked = ranks[layout.owners], layout.labels > 0
    for owner, region in parts:
        sides = (region.x1, region.y1, region.x2, region.y2)
        x1, y1, x2, y2 = (round(side * layout.scale) for side in sides)
        part = owners[y1:y2, x1:x2]
        part[part < 0] = ranks[owner]
        marked[y1:y2, x1:x2] |= part == ranks[owner]
    labels = np.where(marked & (owners >= 0), 1 + owners % 2, 0).astype(np.uint8)
    return PageLayout(tuple(lines[index] for index in order), labels, owners, layout.scale, layout.bridged)


def _continued(lines: Sequence[TextLine], box: list[int]) -> int | None:
    """Return the index of the line whose last word is ink with a box, which the detector missed, or None.

    What stands on its left may as well be a number in the margin, and stays apart.
    """
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for index, line in enumerate(lines):
        level = abs(float(line.middle_at(np.array(x))) - y) < line.height / 2
        if level and box[2] > line.region.x2 >= box[0] - _MAX_WORD_GAP * line.height:
            return index
    return None


def _up_to(line: TextLine, box: list[int]) -> Region:
    """Return the region from the end of a line to that of ink with a box behind it."""
    around = _around(box)
    return replace(around, x1=min(around.x1, line.region.x2))


def _union(first: Region, second: Region) -> Region:
    """Return the region that includes two."""
    low = min(first.x1, second.x1), min(first.y1, second.y1)
    return Region(*low, max(first.x2, second.x2), max(first.y2, second.y2))


def lone_entries(layout: PageLayout, ink: InkMap) -> Indices:
    """Return the boxes x1, y1, x2, y2 of the ink of entries that stand free, (N, 4), in pixels of the page.

    Args:
        layout: What the detector found.
        ink: (H, W) ink map of the page.
    """
    height = layout.line_height / layout.scale or _LINE_HEIGHTS * letter_height(ink)
    factor = max(1, round((ink.size / _MAX_PIXELS) ** 0.5), int(_LETTER_HEIGHTS[0] * height / _LETTER_PX))
    small = reduce_to_bytes(ink, factor)
    inked = small > 255 * _MIN_INK
    taken = (resampled(layout.owners, factor * layout.scale, small.shape) >= 0) & inked
    components = connected_components(inked)
    boxes = _free_boxes(components, taken)
    if len(boxes) > MAX_LETTERS:
        return np.empty((0, 4), np.int64)
    boxes = _grouped(boxes, _MAX_PART_GAP * height / factor)
    entries = boxes[_are_entries(boxes, taken, height / factor)]
    most = _MAX_ENTRIES + _ENTRIES_PER_LINE * len(layout.lines)
    return factor * entries if len(entries) <= most else np.empty((0, 4), np.int64)


def _free_boxes(components: Components, taken: Flags) -> Indices:
    """Return the boxes (N, 4) of components that belong to no line and do not reach the border of the page.

    Args:
        components: Of the ink of the page.
        taken: (H, W) which of its pixels belong to lines.
    """
    boxes = components.boxes()
    height, width = taken.shape
    inside = (boxes[:, :2] > 0).all(axis=1) & (boxes[:, 2] < width) & (boxes[:, 3] < height)
    free = inside & (components.maxima(taken.astype(np.float32)) == 0)
    return np.asarray(boxes[free])


def _grouped(boxes: Indices, gap: float) -> Indices:
    """Return the boxes (M, 4) of groups of boxes (N, 4) that are at most `gap` apart."""
    apart = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:])
    close = (apart <= gap).all(axis=2)
    groups = np.arange(len(boxes))
    while True:  # each takes the smallest number around it
        smallest = np.where(close, groups, len(boxes)).min(axis=1, initial=len(boxes))
        if np.array_equal(smallest, groups):
            break
        groups = smallest
    _, groups = np.unique(groups, return_inverse=True)
    count = int(groups.max(initial=-1)) + 1
    grouped = np.column_stack((np.full((count, 2), np.iinfo(np.int64).max), np.zeros((count, 2), np.int64)))
    np.minimum.at(grouped[:, :2], groups, boxes[:, :2])
    np.maximum.at(grouped[:, 2:], groups, boxes[:, 2:])
    return grouped


def _are_entries(boxes: Indices, taken: Flags, line_height: float) -> Flags:
    """Tell which boxes (N, 4) of ink are as large as an entry of few characters and stand free, (N,).

    Args:
        boxes: Of groups of ink.
        taken: (H, W) where the ink of lines is.
        line_height: Of the page.
    """
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    low, high = (factor * line_height for factor in _LETTER_HEIGHTS)
    sized = (heights >= max(low, _MIN_HEIGHT_PX)) & (heights <= high) & (widths <= _MAX_WIDTH * line_height)
    sized &= (widths >= _STICK_ASPECT * heights) | (heights <= _MAX_STICK_HEIGHT * line_height)
    around = round(_FREE * line_height)
    free = [
        not taken[max(0, y1 - around) : y2 + around, max(0, x1 - around) : x2 + around].any()
        for x1, y1, x2, y2 in boxes[sized].tolist()
    ]
    sized[sized] = free
    return np.asarray(sized)


def _as_line(box: list[int]) -> TextLine:
    """Return the line of an entry whose ink has a box."""
    region = _around(box)
    reach = (box[3] - box[1]) / 2 + _margin(box)
    return TextLine(region, slope=0.0, middle=(box[1] + box[3]) / 2, above=reach, below=reach)


def _around(box: list[int]) -> Region:
    """Return the region of ink with a box, which has some paper above and below it."""
    x1, y1, x2, y2 = box
    return Region(x1, max(0, y1 - _margin(box)), x2, y2 + _margin(box))


def _margin(box: list[int]) -> int:
    """Return the rows of paper above and below ink with a box."""
    return max(1, round(_MARGIN * (box[3] - box[1])))
