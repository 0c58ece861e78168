"""The ink of a line -> the same without the bullet before it, which the network reads as a letter."""

import numpy as np

from text_recognizer.arrays import InkMap

_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_BODY = (0.05, 0.95)  # share of the ink of a line within its body, without single long strokes
# In heights of the body of the line.
_SIDES = (0.12, 0.68)  # of a bullet
_MIN_GAP = 0.3  # behind it
_MIDDLES = (0.25, 0.8)  # of it, from the top: a dot above is that of an i, one below is a full stop
_MIN_LENGTH = 2.0  # of the line behind it: what is shorter may be a part of a character
_MAX_ASPECT = 1.5  # of a bullet; a longer one is a dash, which is read as such
_MIN_FILLED = 0.62  # of its box; a circle fills 0.79, and the letters o and a are empty


def without_bullet(ink: InkMap) -> InkMap:
    """Return the ink (h, w) of a line without the filled dot that it begins with; itself if there is none.

    ```python
    import numpy as np
    from text_recognizer.layout.marks.bullets import without_bullet

    ink = np.zeros((40, 200), np.float32)
    ink[16:24, 5:13] = 1  # a bullet
    ink[8:32, 40:180:4] = 1
    print(without_bullet(ink)[:, :30].any())
    ```
    """
    inked = ink > np.float32(_MIN_INK)
    columns = inked.any(axis=0)
    edges = np.flatnonzero(np.diff(columns, prepend=False, append=False))
    if len(edges) < 4:
        return ink
    begin, end, following, last = (int(edges[index]) for index in (0, 1, 2, -1))
    below = np.cumsum(np.count_nonzero(inked[:, following:], axis=1))
    top, bottom = (int(np.searchsorted(below, share * below[-1])) for share in _BODY)
    body = bottom - top + 1
    rows = np.flatnonzero(inked[:, begin:end].any(axis=1))
    width, height = end - begin, int(rows[-1] - rows[0]) + 1
    middle = (int(rows[0] + rows[-1] + 1) / 2 - top) / body
    is_bullet = (
        _SIDES[0] * body <= min(width, height)
        and max(width, height) <= min(_SIDES[1] * body, _MAX_ASPECT * min(width, height))
        and np.count_nonzero(inked[:, begin:end]) >= _MIN_FILLED * width * height
        and _MIDDLES[0] <= middle <= _MIDDLES[1]
        and following - end >= _MIN_GAP * body
        and last - following >= _MIN_LENGTH * body
    )
    if not is_bullet:
        return ink
    cleared = ink.copy()
    cleared[:, : (end + following) // 2] = 0
    return cleared
