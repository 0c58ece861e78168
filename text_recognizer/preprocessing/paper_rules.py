"""Rules of the paper: the lines, squares and triangles that are printed on it, taken out of the ink.

Most of a rule is bare, so that its usual ink is known. Ink is erased where the rules explain it: where it is
no stronger than they are. Where writing is seen through the rules, dark on dark is darker, and what they add
is taken from it; where it is not, strokes that end on both sides of a rule go on across it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from text_recognizer.arrays import Flags, Indices, InkMap, Mask
from text_recognizer.budget import Budget
from text_recognizer.preprocessing.rule_ink import (
    NEAR_PX,
    SAMPLE_PX,
    STROKE_INK,
    bridge,
    cover,
    explain,
    lighten,
    take_back,
)
from text_recognizer.preprocessing.rule_strips import STRIP_PX, count_in_few_strips
from text_recognizer.preprocessing.rule_tracing import (
    MIN_RULE_INK,
    Rule,
    around,
    continued,
    trace_rules,
)

_MAX_INKED_SHARE = 0.45  # of a page: paper has less under its rules and writing, the squares of a board more
_MAX_QUIET_SHARE = 0.25  # of a page inked at all, faintly as well: grained paper has more
_FAINT_RULES = 1.6  # times the ink is seen where rules are looked for again, if paper is as even as that
_MIN_FAINT_RULES = 6  # that are seen then; fewer are frames and folds
_MIN_FAINT_GAIN = 1.5  # times the length of those seen before: else only their edges are seen better
_MIN_CROSSINGS = 8  # columns of strokes across rules: fewer do not tell whether they are seen there
_MIN_SEEN_SHARE = 0.5  # of them in which a stroke is stronger than the rule: writing is seen through it
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
    seen = ink[::SAMPLE_PX, ::SAMPLE_PX]
    if np.count_nonzero(seen > MIN_RULE_INK) > _MAX_INKED_SHARE * seen.size:
        return ink
    families = _families(ink, budget)
    quiet = np.count_nonzero(seen > MIN_RULE_INK / _FAINT_RULES) <= _MAX_QUIET_SHARE * seen.size
    if quiet and _may_have_faint_rules(ink):
        faint = _families(ink * np.float32(_FAINT_RULES), budget)
        many = sum(len(family.rules) for family in faint) >= _MIN_FAINT_RULES
        families = faint if many and _length(faint) > _MIN_FAINT_GAIN * _length(families) else families
    if not families:
        return ink
    written = _written(ink, families, budget)
    return written if budget.may_erase() else ink


def _may_have_faint_rules(ink: InkMap) -> bool:
    """Tell whether more rules may be seen on a page (H, W) in stronger ink, by a few strips of it."""
    more = 0
    for page in (ink, ink.T):
        if page.shape[1] >= STRIP_PX:
            usual, stronger = (
                count_in_few_strips(page, MIN_RULE_INK / factor) for factor in (1, _FAINT_RULES)
            )
            more += stronger - usual
    return more >= _MIN_FAINT_RULES


def _length(families: Sequence[_Family]) -> int:
    """Return how long the rules of all directions are, in pixels along the page."""
    return sum(len(rule.rows) for family in families for rule in family.rules)


def _families(ink: InkMap, budget: Budget) -> list[_Family]:
    """Return the rules of a page (H, W): of up to two directions, or of three on isometric paper."""
    level, upright = (
        _Family(trace_rules(page, budget=budget), upright) for page, upright in ((ink, False), (ink.T, True))
    )
    return [family for family in _isometric(ink, level, upright, budget) or (level, upright) if family.rules]


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


def _written(ink: InkMap, families: Sequence[_Family], budget: Budget) -> InkMap:
    """Return the ink of a page (H, W) without that of its rules; some stay if time is short."""
    erased, counts = np.zeros(ink.shape, bool), np.zeros(ink.shape, np.uint8)  # of families that lie there
    reaches = []
    for family in families:
        band = np.zeros(ink.shape, bool)
        reaches.append(
            [cover(_view(ink, family), rule, _view(band, family)) for rule in _in_time(family.rules, budget)]
        )
        counts += band
    crossed = np.asarray(counts > 1)
    for family in families:
        for rule in _in_time(family.rules, budget):
            explain(_view(ink, family), rule, _view(erased, family))
    if not budget.may_erase():
        return ink
    strokes = (ink > MIN_RULE_INK) & ~erased & ~crossed
    seen_through = _is_seen_through(strokes, families, reaches)
    if not seen_through:
        for family in families:
            for rule in _in_time(family.rules, budget):
                take_back(_view(ink, family), rule, _view(crossed, family), _view(erased, family))
        strokes = (ink > STROKE_INK) & ~erased & ~crossed
        for family, inked in zip(families, reaches, strict=True):
            for rule, reach in zip(_in_time(family.rules, budget), inked, strict=False):
                bridge(_view(strokes, family), rule, reach, _view(erased, family))
    if not budget.may_erase():
        return ink
    rows, columns = np.nonzero(crossed)
    erased[rows, columns] = ~_beside(strokes, rows, columns)
    written = np.where(erased, np.float32(0), ink)
    if seen_through:
        for family in families:
            for rule in _in_time(family.rules, budget):
                lighten(_view(ink, family), rule, _view(written, family))
    return written


def _is_seen_through(strokes: Mask, families: Sequence[_Family], reaches: Sequence[Sequence[int]]) -> bool:
    """Tell whether strokes are seen where they cross rules.

    Args:
        strokes: (H, W) ink that is stronger than that of the rules.
        families: The rules.
        reaches: Rows above and below the middle of each rule that it inks; of the first ones at least.
    """
    crossings = seen = 0
    for family, inked in zip(families, reaches, strict=True):
        for rule, reach in zip(family.rules, inked, strict=False):
            rows, columns, inside = around(_view(strokes, family).shape, rule, reach + 1)
            there = _view(strokes, family)[rows, columns] & inside
            across = there[0] & there[-1]
            crossings += int(np.count_nonzero(across))
            seen += int(np.count_nonzero(across & there[reach : reach + 3].any(axis=0)))
    return crossings >= _MIN_CROSSINGS and seen > _MIN_SEEN_SHARE * crossings


def _view(page: Map, family: _Family) -> Map:
    """Return a map (H, W) as the page on which a family lies."""
    return page.T if family.upright else page


def _beside(strokes: Mask, rows: Indices, columns: Indices) -> Flags:
    """Tell which pixels, (N,) each, have a stroke of (H, W) at most NEAR_PX rows and columns away."""
    padded = np.pad(strokes, NEAR_PX)
    near = np.zeros(len(rows), bool)
    for down in range(2 * NEAR_PX + 1):
        for right in range(2 * NEAR_PX + 1):
            near |= padded[rows + down, columns + right]
    return near
