"""Where ink runs up or down a page: tall narrow groups of letters, found before any line is.

Letters of a note that runs upwards stand closer above each other than lines of text do, and beside one of its
sides there is paper. Rules, edges and bindings have none of the gaps that letters have, or are thinner. What
is found may still be a column of short words: only reading it tells.
"""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Indices, InkMap, Mask
from text_recognizer.geometry import Region
from text_recognizer.images.components import connected_components
from text_recognizer.images.resizing import reduce_to_bytes
from text_recognizer.layout.letter_size import letter_height

_LETTER_PX = 6  # height of letters on the reduced page, about
_MIN_INK = 0.2  # of the mean of a reduced pixel: thin strokes fill a fifth of it
# All lengths are in heights of the page's letters or joined words, which are half as high as its lines.
_MAX_WIDTH = 3.2  # of a letter, a word or a line that runs upwards, from the tops to the feet of its letters
_MAX_LONG_WIDTH = 5.0  # of a line that slopes,
_LONG_ASPECT = 6.0  # if it is so many times as long as wide
_MIN_WIDTH = 0.5  # of such a line; narrower is a rule
_RULE = (0.35, 4.0)  # a rule is narrower and longer; so is a stroke, but few letters have such
_WORD_GAP = 1.6  # between the words of a line; lines of a text have more between most of their letters
_LETTER_GAP = 0.4  # between the letters of a word
_MIN_LENGTH = 5.0
_MIN_ASPECT = 3.0  # length of a line in its widths
_MIN_INKED = 0.7  # of its rows, but for gaps between letters; of words below each other half are
_MAX_FILLED = 0.7  # of its box: strokes fill a fifth, small print half, a shadow all of it
_LINE_GAP = 1.5  # between lines beside each other, which are one note
_SIDE = 1.2  # within so much paper beside a note, on one side at least,
# so many of its rows may have ink, by each letter of its length: a long group is no accident.
_MAX_BESIDE = 0.02
_MAX_BESIDE_ALL = 0.3  # but no more than so many
_DOT = 0.6  # height and width of what belongs to a note although it stands beside its letters
_MAX_BANDS = 6  # of a page, the largest
_MAX_SHARE = 0.4  # of the ink of a page: more, and the page itself lies on its side


@dataclass(frozen=True, eq=False)
class Band:
    """Ink that may be a note.

    ```python
    import numpy as np
    from text_recognizer.geometry import Region
    from text_recognizer.side_notes.bands import Band

    band = Band(Region(10, 20, 30, 220), np.ones((200, 20), bool))
    print(band.of(np.ones((300, 100), np.float32)).sum())
    ```

    Attributes:
        box: Where it lies, in pixels of the page.
        own: (h, w) which pixels of the box are its own.
    """

    box: Region
    own: Mask

    def of(self, ink: InkMap) -> InkMap:
        """Return the ink (h, w) of the band out of that of its page (H, W)."""
        return np.where(self.own, self._part(ink), np.float32(0))

    def erase(self, ink: InkMap) -> None:
        """Take the ink of the band out of that of its page (H, W), in place."""
        self._part(ink)[self.own] = 0

    def _part(self, ink: InkMap) -> InkMap:
        return ink[self.box.y1 : self.box.y2, self.box.x1 : self.box.x2]


def find_bands(ink: InkMap) -> list[Band]:
    """Return what may be notes that run up or down a page, given as its ink map (H, W); the largest first."""
    letters = letter_height(ink)
    if not letters:
        return []
    factor = max(1, round(letters / _LETTER_PX))
    height = letters / factor
    small = reduce_to_bytes(ink, factor) > 255 * _MIN_INK if factor > 1 else ink > np.float32(_MIN_INK)
    components = connected_components(small)
    boxes = components.boxes()
    narrow = _may_be_letters(boxes, height)
    inked = components.paint(narrow.astype(np.int64)) > 0
    found = [box for box in _merged(_upright_lines(inked, height), height) if _is_free(small, box, height)]
    if not found:
        return []
    found = sorted(found, key=lambda box: -box.width * box.height)[:_MAX_BANDS]
    labels = components.paint()
    owned = [np.flatnonzero(_members(boxes, box, height)) for box in found]
    areas = components.areas()
    if sum(int(areas[members].sum()) for members in owned) > _MAX_SHARE * int(areas.sum()):
        return []
    return [
        _band(np.isin(labels, members), labels >= 0, factor, ink.shape) for members in owned if len(members)
    ]


def _may_be_letters(boxes: Indices, height: float) -> Flags:
    """Tell which components with boxes (N, 4) may be parts of letters or words that run up the page."""
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    rule = (widths < _RULE[0] * height) & (heights > _RULE[1] * height)
    return np.asarray((widths <= _MAX_WIDTH * height) & ~rule)


def _upright_lines(inked: Mask, height: float) -> list[Region]:
    """Return the boxes of lines that run up or down, of what may be letters (h, w) of a height."""
    boxes = connected_components(_closed(inked, _WORD_GAP * height)).boxes()
    widths, lengths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    most = np.minimum(_MAX_LONG_WIDTH * height, np.maximum(_MAX_WIDTH * height, lengths / _LONG_ASPECT))
    fit = (widths >= _MIN_WIDTH * height) & (widths <= most)
    fit &= (lengths >= _MIN_LENGTH * height) & (lengths >= _MIN_ASPECT * widths)
    return [box for each in boxes[fit].tolist() if _is_written(inked, box := Region(*each), height)]


def _is_written(inked: Mask, box: Region, height: float) -> bool:
    """Tell whether most rows of a box have ink (h, w), as between letters, and not all of it is ink."""
    part = inked[box.y1 : box.y2, box.x1 : box.x2]
    rows = _closed(np.asarray(part.any(axis=1))[:, None], _LETTER_GAP * height)
    return bool(rows.mean() >= _MIN_INKED and part.mean() <= _MAX_FILLED)


def _closed(mask: Mask, gap: float) -> Mask:
    """Return a mask (h, w) whose columns have no gap of at most so many rows."""
    rows = np.arange(len(mask), dtype=np.int32)[:, None]
    far = np.int32(2 * len(mask) + round(gap) + 2)
    before = np.maximum.accumulate(np.where(mask, rows, -far), axis=0)
    behind = np.minimum.accumulate(np.where(mask, rows, far)[::-1], axis=0)[::-1]
    return np.asarray(behind - before <= gap + 1)


def _merged(lines: list[Region], height: float) -> list[Region]:
    """Return boxes of lines that run side by side as one."""
    merged: list[Region] = []
    for line in lines:
        box = line
        while (other := next((each for each in merged if _are_beside(each, box, height)), None)) is not None:
            merged.remove(other)
            box = Region.around([*box.corners, *other.corners])
        merged.append(box)
    return merged


def _are_beside(first: Region, second: Region, height: float) -> bool:
    """Tell whether two boxes are lines of one note."""
    shared = min(first.y2, second.y2) - max(first.y1, second.y1)
    apart = max(first.x1, second.x1) - min(first.x2, second.x2)
    return apart <= _LINE_GAP * height and shared > min(first.height, second.height) / 2


def _is_free(small: Mask, box: Region, height: float) -> bool:
    """Tell whether there is paper beside a box on one side at least, on a page with ink (h, w)."""
    reach = max(1, round(_SIDE * height))
    rows = small[box.y1 : box.y2]
    sides = rows[:, max(0, box.x1 - reach) : box.x1], rows[:, box.x2 : box.x2 + reach]
    least = min(float(side.any(axis=1).mean()) for side in sides)
    return least <= min(_MAX_BESIDE_ALL, _MAX_BESIDE * box.height / height)


def _members(boxes: Indices, band: Region, height: float) -> Flags:
    """Tell which components with boxes (N, 4) belong to a band: what lies in it, and dots beside it."""
    x1, y1, x2, y2 = boxes.T
    dot = np.maximum(x2 - x1, y2 - y1) <= _DOT * height
    reach = np.where(dot, _DOT * height, 0)
    within = (x1 >= band.x1 - reach) & (x2 <= band.x2 + reach)
    return np.asarray(within & (y1 >= band.y1 - reach) & (y2 <= band.y2 + reach))


def _band(own: Mask, inked: Mask, factor: int, shape: tuple[int, int]) -> Band:
    """Return a band of a page of some shape, whose ink is `own` of all that is `inked`, (h, w) each.

    Soft edges of its strokes are its own, too, and what is too faint between them to be a component.
    """
    rows, columns = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    y1, x1 = max(0, int(rows[0]) - 1), max(0, int(columns[0]) - 1)
    part = (slice(y1, int(rows[-1]) + 2), slice(x1, int(columns[-1]) + 2))
    others = inked[part] & ~own[part]
    wide = (_widened(own[part]) & ~others) | ~_widened(others)
    large = wide.repeat(factor, axis=0).repeat(factor, axis=1)
    large = large[: shape[0] - factor * y1, : shape[1] - factor * x1]
    height, width = large.shape
    return Band(Region(factor * x1, factor * y1, factor * x1 + width, factor * y1 + height), large)


def _widened(mask: Mask) -> Mask:
    """Return a mask (h, w) with the pixels around its own."""
    padded = np.pad(mask, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
