"""Rules of the paper: the lines, squares and triangles that are printed on it, taken out of the ink.

Most of a rule is bare, so that its usual ink is known. Ink is erased where the rules explain it: where it is
no stronger than they are. Strokes that end on both sides of a rule go on across it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from text_recognizer.arrays import Flags, Floats, Indices, InkMap, Mask
from text_recognizer.budget import Budget
from text_recognizer.preprocessing.rule_tracing import (
    MIN_RULE_INK,
    Rule,
    around,
    continued,
    joined,
    trace_rules,
)

_SIGMAS = 4.5  # by which the ink of a bare rule may differ from its median: it is printed evenly
_MIN_SPREAD = 0.06  # ink that it may differ by anyway: compression, and the grain of the paper
_STRONG_INK = 0.8  # of a rule, which strokes do not exceed by much
_SOFT_EDGES_PX = 1  # rows that a strong rule may ink besides its thickness
_SAMPLE_PX = 4  # every fourth column of a rule tells its usual ink, and every fourth row how much is inked
_MAX_INKED_SHARE = 0.45  # of a page: paper has less under its rules and writing, the squares of a board more
_THIN_ROWS = 2  # a rule that inks no more is strong where it lies on one row, and weak between two
_MAX_EXCESS = 0.1  # ink by which the edge of a rule may be stronger than its middle
_SOFT_EDGE = 0.6  # of a rule's ink may be on the next row, although a stroke follows
_EDGE_INK = 0.04  # a row of a rule has more than this as a rule
_BEYOND_PX = 2  # on both sides of a rule, where a stroke that crosses it is seen
_MAX_LEAN_PX = 3  # by which a stroke moves sideways on half of its way across a rule
_NEAR_PX = 2  # what remains of a stroke this near to a crossing of rules crosses it too
_MIN_ISOMETRIC_RULES = 3  # of each of its three directions
_MIN_RULE_RATIO = 2  # of the rules in its first direction to those across, which it does not have
_ISOMETRIC_DEGREES = 30.0  # of two directions against the perpendicular of the third


Map = TypeVar("Map", InkMap, Mask)


class _Family(NamedTuple):
    """Rules that run in one direction.

    Attributes:
        rules: On the page, or on the transposed page.
        upright: Whether on the transposed page.
    """

    rules: Sequence[Rule]
    upright: bool


def remove_rules(ink: InkMap, budget: Budget | None = None) -> InkMap:
    """Return the ink of a page or a line without the rules of its paper.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper.
        budget: How long it may take; default: no limit.

    Returns:
        (H, W) without level, upright and isometric rules; `ink` itself if there are none, or if the time
        does not suffice, see `Budget.may_erase`.
    """
    budget = budget or Budget()
    seen = ink[::_SAMPLE_PX, ::_SAMPLE_PX]
    if np.count_nonzero(seen > MIN_RULE_INK) > _MAX_INKED_SHARE * seen.size:
        return ink
    level, upright = (
        _Family(trace_rules(page, budget=budget), upright) for page, upright in ((ink, False), (ink.T, True))
    )
    families = [
        family for family in _isometric(ink, level, upright, budget) or (level, upright) if family.rules
    ]
    if not families:
        return ink
    erased = _erased(ink, families, budget)
    return np.where(erased, np.float32(0), ink) if budget.may_erase() else ink


def _in_time(rules: Sequence[Rule], budget: Budget) -> Iterator[Rule]:
    """Yield rules as long as the budget allows."""
    for rule in rules:
        if not budget.may_erase():
            return
        yield rule


def _isometric(ink: InkMap, level: _Family, upright: _Family, budget: Budget) -> list[_Family]:
    """Return the three families of rules of isometric paper (H, W); none if it is other paper.

    Such paper has level or upright rules, and others at 60 degrees to them. Where so much is inked, a few
    rules that run across the first ones may be seen by mistake.
    """
    other, third = sorted((level, upright), key=lambda family: len(family.rules))
    if len(third.rules) < max(_MIN_ISOMETRIC_RULES, _MIN_RULE_RATIO * len(other.rules)):
        return []
    turned = -np.rad2deg(np.arctan(np.median([rule.slope for rule in third.rules])))
    across = ink if third.upright else ink.T
    families = [third]
    for degrees in (turned - _ISOMETRIC_DEGREES, turned + _ISOMETRIC_DEGREES):
        rules = trace_rules(across, float(np.tan(np.deg2rad(degrees))), short=True, budget=budget)
        if len(rules) < _MIN_ISOMETRIC_RULES:
            return []
        families.append(_Family(continued(across, rules), not third.upright))
    return families


def _erased(ink: InkMap, families: Sequence[_Family], budget: Budget) -> Mask:
    """Return where the ink (H, W) is that of rules; of some of them only if the time does not suffice."""
    erased, counts = np.zeros(ink.shape, bool), np.zeros(ink.shape, np.uint8)  # of families that lie there
    reaches = []
    for family in families:
        band = np.zeros(ink.shape, bool)
        reaches.append(
            [_cover(_view(ink, family), rule, _view(band, family)) for rule in _in_time(family.rules, budget)]
        )
        counts += band
    crossed = np.asarray(counts > 1)
    for family in families:
        for rule in _in_time(family.rules, budget):
            _explain(_view(ink, family), rule, _view(crossed, family), _view(erased, family))
    strokes = (ink > MIN_RULE_INK) & ~erased & ~crossed
    for family, inked in zip(families, reaches, strict=True):
        for rule, reach in zip(_in_time(family.rules, budget), inked, strict=False):
            _bridge(_view(strokes, family), rule, reach, _view(erased, family))
    rows, columns = np.nonzero(crossed)
    erased[rows, columns] = ~_beside(strokes, rows, columns)
    return erased


def _view(page: Map, family: _Family) -> Map:
    """Return a map (H, W) as the page on which a family lies."""
    return page.T if family.upright else page


def _cover(ink: InkMap, rule: Rule, band: Mask) -> int:
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
    usual = np.median(ink[rows[:, ::_SAMPLE_PX], columns[::_SAMPLE_PX]], axis=1)
    thick = int(np.abs(np.flatnonzero(usual > _EDGE_INK) - reach).max(initial=0))
    within = slice(reach - thick, reach + thick + 1)
    _mark(band, rows[within], columns, inside[within])
    return thick


def _explain(ink: InkMap, rule: Rule, crossed: Mask, erased: Mask) -> None:
    """Mark the ink of a page (H, W) that a rule explains, in place.

    Args:
        ink: (H, W).
        rule: On it.
        crossed: (H, W) where rules cross.
        erased: (H, W) gets what is no stronger than the rule.
    """
    reach = int(rule.thickness / 2) + 3
    rows, columns, inside = around(ink.shape, rule, reach)
    near = ink[rows, columns]  # (2 reach + 1, n)
    usual = np.median(near[:, ::_SAMPLE_PX], axis=1, keepdims=True)
    explained = (near <= _limits(near, usual)) & inside
    if usual.max() > _STRONG_INK:  # strokes are no stronger: where they touch the rule, it looks thicker
        thick = joined(near > MIN_RULE_INK, reach).sum(axis=0)
        thin = np.asarray(thick <= rule.thickness + _SOFT_EDGES_PX)
        other = np.asarray(crossed[rows, columns].any(axis=0))  # so it does beside another rule
        for step in range(-_NEAR_PX, _NEAR_PX + 1):
            thin |= _moved(other, step)
        explained &= thin
    _mark(erased, rows, columns, explained)


def _mark(mask: Mask, rows: Indices, columns: Indices, marked: Mask) -> None:
    """Mark pixels of (H, W) at rows (h, n) and columns (n,), those that are `marked` (h, n), in place."""
    y, x = np.nonzero(marked)
    mask[rows[y, x], columns[x]] = True


def _limits(near: InkMap, usual: Floats) -> Floats:
    """Return how much ink a rule explains at every pixel around it.

    Args:
        near: (h, n) the ink there.
        usual: (h, 1) its median along the rule.
    """
    spread = 1.4826 * np.median(np.abs(near[:, ::_SAMPLE_PX] - usual), axis=1, keepdims=True)
    most = usual + np.maximum(_MIN_SPREAD, _SIGMAS * spread)
    if np.count_nonzero(usual > _EDGE_INK) > _THIN_ROWS:
        most = np.minimum(most, usual.max() + _MAX_EXCESS)
    # Where a rule runs is known to a pixel: it may be a row further on, if paper follows there.
    paper, middle = near <= MIN_RULE_INK, len(near) // 2
    ends = np.concatenate(
        (paper[:1], paper[: middle - 1], paper[middle : middle + 1], paper[middle + 2 :], paper[-1:])
    )
    beside = np.pad(most, ((1, 1), (0, 0)))
    soft = np.maximum(beside[:-2], beside[2:]) * np.where(ends, 1.0, _SOFT_EDGE)
    return np.asarray(np.maximum(most, soft), np.float32)


def _bridge(strokes: Mask, rule: Rule, reach: int, erased: Mask) -> None:
    """Take back what was erased of strokes that cross a rule, in place.

    Args:
        strokes: (H, W) ink that no rule explains.
        rule: On that page.
        reach: Rows above and below its middle that it inks.
        erased: (H, W) as `_explain` left it.
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


def _beside(strokes: Mask, rows: Indices, columns: Indices) -> Flags:
    """Tell which pixels, (N,) each, have a stroke of (H, W) at most _NEAR_PX rows and columns away."""
    padded = np.pad(strokes, _NEAR_PX)
    near = np.zeros(len(rows), bool)
    for down in range(2 * _NEAR_PX + 1):
        for right in range(2 * _NEAR_PX + 1):
            near |= padded[rows + down, columns + right]
    return near
