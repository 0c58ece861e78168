"""Where the rules of the paper run: lines that are inked almost everywhere, followed strip by strip.

Paper bends, so a rule is found in each strip as a row that is inked almost everywhere, and it goes on in the
next strips. Rules that run obliquely are level ones of a page whose columns are shifted against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from text_recognizer.arrays import Indices, InkMap, Mask, Reals
from text_recognizer.budget import Budget
from text_recognizer.preprocessing.rule_strips import STRIP_PX, filled_rows

MIN_RULE_INK = 0.08  # faint rules are weaker than any stroke

_MAX_STEP_PX = 2.5  # a rule rises by no more from one strip to the next
_MAX_MISSING_STRIPS = 2  # where a blot or a fold hides the rule
_MIN_STRIPS = 4  # shorter ones may be strokes of large letters
_MIN_LENGTH_SHARE = 0.3  # of the width of the image: a shorter one underlines a word
_MAX_CONTINUED = 8  # rules in a corner that are shorter than that: squares are twelve pixels wide, or more
_WINDOW_PX = 16  # columns over which the middle of a rule is measured exactly
_FADING_INK = 0.3  # a rule of no more ink is not seen everywhere
_MIN_INKED_SHARE = 0.85  # of the columns of a stronger rule; letters below each other leave gaps
_MIN_WINDOW_COLUMNS = 4  # of such a window in which nothing but the rule is inked


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule of the paper.

    ```python
    import numpy as np
    from text_recognizer.preprocessing.rule_tracing import trace_rules

    ink = np.zeros((60, 400), np.float32)
    ink[30:32] = 0.4
    (rule,) = trace_rules(ink)
    print(rule.first, rule.rows[:3], rule.thickness)
    ```

    Attributes:
        first: First column.
        rows: (n,) row of its middle at each column from the first on.
        thickness: Rows that it inks.
        strips: In how many strips it was seen.
    """

    first: int
    rows: Reals
    thickness: float
    strips: int

    @property
    def slope(self) -> float:
        """Rows per column from its one end to the other."""
        return float(self.rows[-1] - self.rows[0]) / max(1, len(self.rows) - 1)


def trace_rules(
    ink: InkMap, slope: float = 0.0, short: bool = False, budget: Budget | None = None
) -> list[Rule]:
    """Return the rules of a page that run about level, or about along a slope.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper.
        slope: Rows per column; rules may differ from it by three degrees.
        short: Whether rules count that are shorter than a third of the page.
        budget: How long it may take; rules are missing if `Budget.may_erase` forbids more of them.
    """
    budget = budget or Budget()
    height, width = ink.shape
    if width < _MIN_STRIPS * STRIP_PX:
        return []
    starts, middles, thickness = filled_rows(ink, slope, MIN_RULE_INK)
    least = _MIN_STRIPS * STRIP_PX if short else max(_MIN_LENGTH_SHARE * width, _MIN_STRIPS * STRIP_PX)
    centres = np.asarray(starts + STRIP_PX / 2, np.float64)
    rules = []
    for chain in _chains(middles):
        along = centres[[strip for strip, _ in chain]]
        if along[-1] - along[0] + STRIP_PX < least:
            continue
        if not budget.may_erase():
            break
        rows = np.array([middles[strip][k] for strip, k in chain])
        thick = float(np.median([thickness[strip][k] for strip, k in chain]))
        rule = _refined(ink, _through(along, rows, thick, slope, width))
        rule = _trimmed(ink, rule, along[0], along[-1])
        if _goes_through(ink, rule):
            rules.append(rule)
    return rules


def continued(ink: InkMap, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules of a page (H, W) with those that are too short to be seen, in its corners.

    Args:
        ink: (H, W).
        rules: Three or more, parallel and at equal distances.
    """
    middle = ink.shape[1] / 2
    lines = [np.polyfit(rule.first + np.arange(len(rule.rows)) - middle, rule.rows, 1) for rule in rules]
    lines.sort(key=lambda line: float(line[1]))  # slope, and row in the middle of the page
    spacing = float(np.median(np.diff([line[1] for line in lines])))
    found, thickness = list(rules), float(np.median([rule.thickness for rule in rules]))
    for (slope, row), step in ((lines[0], -spacing), (lines[-1], spacing)):
        for _ in range(_MAX_CONTINUED):
            row += step
            along = row + slope * (np.arange(ink.shape[1]) - middle)
            columns = np.flatnonzero((along >= -thickness) & (along < len(ink) + thickness))
            if not columns.size:
                break
            straight = Rule(int(columns[0]), along[columns], thickness, 0)
            found.append(_refined(ink, straight))
            row += float(np.mean(found[-1].rows - straight.rows))  # the next one bends alike
    return found


def _through(along: Reals, rows: Reals, thickness: float, slope: float, width: int) -> Rule:
    """Return the rule with these rows (n,) at these columns (n,), the middles of strips, and a strip more.

    A rule that begins within a strip is not seen there.
    """
    reach = 1.5 * STRIP_PX
    columns = np.arange(max(0, int(along[0] - reach)), min(width, int(along[-1] + reach)))
    middle = np.interp(columns, along, rows)
    before, behind = (along[1] - along[0], rows[1] - rows[0]), (along[-1] - along[-2], rows[-1] - rows[-2])
    middle += np.minimum(columns - along[0], 0) * (before[1] / before[0])
    middle += np.maximum(columns - along[-1], 0) * (behind[1] / behind[0])
    return Rule(int(columns[0]), middle + slope * columns, thickness, len(along))


def _trimmed(ink: InkMap, rule: Rule, begin: float, end: float) -> Rule:
    """Return a rule of a page (H, W) that ends where its ink does, behind the columns `begin` to `end`."""
    rows, columns, inside = around(ink.shape, rule, 1)
    inked = np.asarray(((ink[rows, columns] > MIN_RULE_INK) | ~inside).any(axis=0))
    blank = np.flatnonzero(~(inked[:-2] | inked[1:-1] | inked[2:])) + 1  # of three columns
    first, last = int(begin) - rule.first, int(end) - rule.first
    start = int(blank[blank < first].max(initial=-1)) + 1
    stop = int(blank[blank >= last].min(initial=len(columns)))
    return replace(rule, first=rule.first + start, rows=rule.rows[start:stop])


def _goes_through(ink: InkMap, rule: Rule) -> bool:
    """Tell whether a rule of a page (H, W) is inked from end to end, or so faint that it need not be."""
    rows, columns, inside = around(ink.shape, rule, 1)
    strongest = np.where(inside, ink[rows, columns], 0).max(axis=0)
    inked = strongest > MIN_RULE_INK
    if not inked.any() or np.median(strongest[inked]) <= _FADING_INK:
        return True
    return bool(np.mean(inked | ~inside.all(axis=0)) >= _MIN_INKED_SHARE)


def _refined(ink: InkMap, rule: Rule) -> Rule:
    """Return a rule of a page (H, W) whose rows are exact where nothing but the rule is inked."""
    reach = int(rule.thickness / 2) + 3
    rows, columns, inside = around(ink.shape, rule, reach)
    near = np.where(inside, ink[rows, columns], 0)  # (2 reach + 1, n)
    near *= joined(near > MIN_RULE_INK, reach)
    thin = (near > MIN_RULE_INK).sum(axis=0)
    bare = (thin > 0) & (thin <= rule.thickness + 2) & inside.all(axis=0)
    offsets = np.arange(-reach, reach + 1) @ near / np.maximum(near.sum(axis=0), MIN_RULE_INK)
    offsets += np.rint(rule.rows) - rule.rows
    places, shifts = _medians(np.where(bare, offsets, np.inf))
    if not places.size:
        return rule
    return replace(rule, rows=rule.rows + np.interp(np.arange(len(rule.rows)), places, shifts))


def _medians(values: Reals) -> tuple[Reals, Reals]:
    """Return the medians of windows of (n,), infinite ones left out, and the middles of these windows.

    Windows in which too few values are finite are left out; (k,) both.
    """
    padded = np.append(values, np.full(-len(values) % _WINDOW_PX, np.inf))
    ordered = np.sort(padded.reshape(-1, _WINDOW_PX), axis=1)
    counts = np.isfinite(ordered).sum(axis=1)
    enough = np.flatnonzero(counts >= _MIN_WINDOW_COLUMNS)
    return np.asarray((enough + 0.5) * _WINDOW_PX, np.float64), ordered[enough, counts[enough] // 2]


def _chains(middles: Sequence[Reals]) -> list[list[tuple[int, int]]]:
    """Return rules as lists of (strip, index of the middle), of two strips or more.

    Args:
        middles: Of each strip, the rows (n,) of what may be a rule.
    """
    open_chains: list[list[tuple[int, int]]] = []
    chains: list[list[tuple[int, int]]] = []
    for strip, rows in enumerate(middles):
        taken: set[int] = set()
        for chain in open_chains:
            last, k = chain[-1]
            away = np.abs(rows - middles[last][k])
            near = int(away.argmin()) if away.size else -1
            if near >= 0 and near not in taken and away[near] <= _MAX_STEP_PX * (strip - last):
                taken.add(near)
                chain.append((strip, near))
        new = [[(strip, k)] for k in range(len(rows)) if k not in taken]
        chains += new
        open_chains = [chain for chain in (*open_chains, *new) if strip - chain[-1][0] <= _MAX_MISSING_STRIPS]
    return [chain for chain in chains if len(chain) > 1]


def around(shape: tuple[int, ...], rule: Rule, reach: int) -> tuple[Indices, Indices, Mask]:
    """Return rows (2 reach + 1, n) and columns (n,) around a rule, and which of the rows are on the page.

    Args:
        shape: (H, W) of the page.
        rule: n columns long.
        reach: Rows above and below its middle.
    """
    middles, offsets = np.rint(rule.rows).astype(np.int64), np.arange(-reach, reach + 1)
    rows, columns = middles[None, :] + offsets[:, None], rule.first + np.arange(len(rule.rows))
    if np.all((middles >= reach) & (middles < shape[0] - reach)):  # as most are: nothing to clip
        return rows, columns, np.ones(rows.shape, bool)
    inside = np.asarray((rows >= 0) & (rows < shape[0]))
    return np.clip(rows, 0, shape[0] - 1), columns, inside


def joined(near: Mask, middle: int) -> Mask:
    """Return which pixels around a rule, (h, n), ink joins to its middle.

    Args:
        near: Where there is ink.
        middle: Row of the middle of the rule; it is known to one row.
    """
    start = near.copy()
    start[middle] = near[middle - 1 : middle + 2].any(axis=0)
    down = np.logical_and.accumulate(start[middle:], axis=0)
    up = np.logical_and.accumulate(start[middle::-1], axis=0)[::-1]
    return np.concatenate((up[:-1], down))
