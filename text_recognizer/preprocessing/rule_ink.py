"""The ink of one rule of the paper: what it explains, and what of it is a stroke across the rule.

Most of a rule is bare, so that its usual ink is known.
"""

import numpy as np

from text_recognizer.arrays import Flags, Floats, Indices, InkMap, Mask
from text_recognizer.preprocessing.rule_tracing import MIN_RULE_INK, Rule, around, joined

STROKE_INK = 0.3  # of a stroke that touches or crosses a rule; the grain of the paper has less
NEAR_PX = 2  # what remains of a stroke this near to a crossing of rules crosses it too
SAMPLE_PX = 4  # every fourth column of a rule tells its usual ink, and every fourth row how much is inked

_SIGMAS = 4.5  # by which the ink of a bare rule may differ from its median: it is printed evenly
_MIN_SPREAD = 0.06  # ink that it may differ by anyway: compression, and the grain of the paper
_STRONG_INK = 0.8  # of a rule, which strokes do not exceed by much
_GRAIN_PERCENTILE = 80  # of the ink beside a rule: paper; what is written there covers less
_MAX_RULE_INK = 0.95  # of a stronger rule nothing can be taken from what is seen through it
_SOFT_EDGES_PX = 1  # rows that a strong rule may ink besides its thickness
_THIN_ROWS = 2  # a rule that inks no more is strong where it lies on one row, and weak between two
_MAX_EXCESS = 0.1  # ink by which the edge of a rule may be stronger than its middle
_SOFT_EDGE = 0.6  # of a rule's ink may be on the next row, although a stroke follows
_EDGE_INK = 0.04  # a row of a rule has more than this as a rule
_BEYOND_PX = 2  # on both sides of a rule, where a stroke that crosses it is seen
_MAX_LEAN_PX = 3  # by which a stroke moves sideways on half of its way across a rule


def cover(ink: InkMap, rule: Rule, band: Mask) -> int:
    """Mark where a rule inks a page (H, W) as a rule, in place.

    Args:
        ink: (H, W).
        rule: On it.
        band: (H, W) gets the rule.

    Returns:
        Rows above and below the middle of the rule that it inks.
    """
    reach = int(rule.thickness / 2) + 3
    rows, columns, inside = around(ink.shape, rule, reach)
    usual = np.median(ink[rows[:, ::SAMPLE_PX], columns[::SAMPLE_PX]], axis=1)
    thick = int(np.abs(np.flatnonzero(usual > _EDGE_INK) - reach).max(initial=0))
    within = slice(reach - thick, reach + thick + 1)
    _mark(band, rows[within], columns, inside[within])
    return thick


def explain(ink: InkMap, rule: Rule, erased: Mask) -> None:
    """Mark the ink of a page (H, W) that a rule explains, in place.

    Args:
        ink: (H, W).
        rule: On it.
        erased: (H, W) gets what is no stronger than the rule.
    """
    rows, columns, inside = around(ink.shape, rule, int(rule.thickness / 2) + 3)
    near = ink[rows, columns]  # (h, n)
    _mark(erased, rows, columns, (near <= _limits(near, _usual(near))) & inside)


def _usual(near: InkMap) -> Floats:
    """Return the usual ink of a rule on each row around its middle, (h, 1), given the ink there (h, n)."""
    return np.asarray(np.median(near[:, ::SAMPLE_PX], axis=1, keepdims=True))


def take_back(ink: InkMap, rule: Rule, crossed: Mask, erased: Mask) -> None:
    """Take back what was erased where strokes touch a rule that is as strong as they are, in place.

    Args:
        ink: (H, W).
        rule: On it.
        crossed: (H, W) where rules cross.
        erased: (H, W) as `explain` left it.
    """
    reach = int(rule.thickness / 2) + 3
    rows, columns, _ = around(ink.shape, rule, reach)
    near = ink[rows, columns]
    usual = _usual(near)
    if usual.max() <= _STRONG_INK:
        return
    thick = joined(near > STROKE_INK, reach).sum(axis=0)  # where strokes touch it, it looks thicker
    touched = np.asarray(thick > np.count_nonzero(usual > STROKE_INK) + _SOFT_EDGES_PX)
    other = np.asarray(crossed[rows, columns].any(axis=0))  # so it does beside another rule
    for step in range(-NEAR_PX, NEAR_PX + 1):
        touched &= ~_moved(other, step)
    erased[rows[:, touched], columns[touched]] = False


def lighten(ink: InkMap, rule: Rule, written: InkMap) -> None:
    """Take from the ink of a page (H, W) what a rule adds to it, in place.

    Args:
        ink: (H, W).
        rule: On it.
        written: (H, W) the ink without what rules explain.
    """
    rows, columns, _ = around(ink.shape, rule, int(rule.thickness / 2) + 3)
    near = ink[rows, columns]
    usual = np.minimum(_usual(near), _MAX_RULE_INK)
    usual[usual <= _EDGE_INK] = 0
    own = np.maximum(near - usual, 0) / (1 - usual)
    written[rows, columns] = np.minimum(written[rows, columns], own)


def _mark(mask: Mask, rows: Indices, columns: Indices, marked: Mask) -> None:
    """Mark pixels of (H, W) at rows (h, n) and columns (n,), those that are `marked` (h, n), in place."""
    if marked.all():
        mask[rows, columns] = True
        return
    places = np.flatnonzero(marked)  # of a flat array, because nonzero takes longer for two dimensions
    mask[rows.ravel()[places], np.tile(columns, len(rows))[places]] = True


def _limits(near: InkMap, usual: Floats) -> Floats:
    """Return how much ink a rule explains at every pixel around it.

    Args:
        near: (h, n) the ink there.
        usual: (h, 1) its median along the rule.
    """
    spread = 1.4826 * np.median(np.abs(near[:, ::SAMPLE_PX] - usual), axis=1, keepdims=True)
    most = usual + np.maximum(_MIN_SPREAD, _SIGMAS * spread)
    if np.count_nonzero(usual > _EDGE_INK) > _THIN_ROWS:
        most = np.minimum(most, usual.max() + _MAX_EXCESS)
    # Where a rule runs is known to a pixel: it may be a row further on, if paper follows there.
    grain = float(np.percentile(near[[0, -1], ::SAMPLE_PX], _GRAIN_PERCENTILE))
    paper, middle = near <= np.clip(grain, MIN_RULE_INK, STROKE_INK), len(near) // 2
    ends = np.concatenate(
        (paper[:1], paper[: middle - 1], paper[middle : middle + 1], paper[middle + 2 :], paper[-1:])
    )
    beside = np.pad(most, ((1, 1), (0, 0)))
    soft = np.maximum(beside[:-2], beside[2:]) * np.where(ends, 1.0, _SOFT_EDGE)
    return np.asarray(np.maximum(most, soft), np.float32)


def bridge(strokes: Mask, rule: Rule, reach: int, erased: Mask) -> None:
    """Take back what was erased of strokes that cross a rule, in place.

    Args:
        strokes: (H, W) ink that no rule explains.
        rule: On that page.
        reach: Rows above and below its middle that it inks.
        erased: (H, W) as `explain` left it.
    """
    rows, columns, inside = around(strokes.shape, rule, reach + _BEYOND_PX)
    seen = strokes[rows, columns] & inside
    above, below = np.asarray(seen[:_BEYOND_PX].any(axis=0)), np.asarray(seen[-_BEYOND_PX:].any(axis=0))
    crossing = np.zeros(len(columns), bool)
    for lean in range(-_MAX_LEAN_PX, _MAX_LEAN_PX + 1):
        crossing |= _moved(above, lean) & _moved(below, -lean)
    y, x = np.nonzero(inside & crossing)
    erased[rows[y, x], columns[x]] = False


def _moved(flags: Flags, by: int) -> Flags:
    """Return (n,) moved to the right; what comes in from outside is false."""
    moved = np.zeros_like(flags)
    if by > 0:
        moved[by:] = flags[:-by]
    elif by < 0:
        moved[:by] = flags[-by:]
    else:
        moved[:] = flags
    return moved
