"""Rules of the paper: the lines and squares that are printed on it, taken out of the ink.

A rule is found strip by strip, since paper bends: in each strip it is a row that is inked almost everywhere,
and it goes on in the next strips. It is erased where nothing but the rule is inked; what crosses it stays
whole. Vertical rules are horizontal ones of the transposed page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Indices, InkMap, Mask, Reals

_SAMPLE_PX = 2  # every second column tells how much of a strip is inked
_STRIP_PX = 40  # a rule that slopes by three degrees rises by two pixels within it
_MIN_INK = 0.08  # faint rules are weaker than any stroke
_MIN_FILL = 0.88  # of the columns of a strip; the middles of small letters fill about half of them
_MAX_STEP_PX = 2.5  # a rule rises by no more from one strip to the next
_MAX_MISSING_STRIPS = 2  # where a blot or a fold hides the rule
_MIN_STRIPS = 4  # shorter ones may be strokes of large letters
_MIN_LENGTH_SHARE = 0.3  # of the width of the image: a shorter one underlines a word
_MAX_THICKNESS_PX = 8  # more is a bar, or the edge of a scan
_SOFT_EDGES_PX = (
    1  # rows that a rule may ink besides its thickness; more is a stroke that crosses or touches it
)
_INK_EXCESS = 1.25  # ink of a rule where it is strongest, relative to its usual ink; more is a stroke
_NEAR_PX = 2  # what remains of a stroke this near to a crossing of rules crosses it too


@dataclass(frozen=True)
class _Rule:
    """A rule of the paper.

    Attributes:
        first: First column.
        rows: (n,) row of its middle at each column from the first on.
        thickness: Rows that it inks.
        ink: How strong it usually is.
    """

    first: int
    rows: Reals
    thickness: float
    ink: float


def remove_rules(ink: InkMap) -> InkMap:
    """Return the ink of a page or a line without the rules of its paper.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper.

    Returns:
        (H, W) without horizontal and vertical rules; `ink` itself if there are none.
    """
    level, upright = _find_rules(ink), _find_rules(ink.T)
    if not level and not upright:
        return ink
    erased = _bare(ink, level) | _bare(ink.T, upright).T
    if level and upright:  # where rules cross, each looks like a stroke to the other
        crossings = _bands(ink, level) & _bands(ink.T, upright).T
        strokes = (ink > _MIN_INK) & ~erased & ~crossings
        rows, columns = np.nonzero(crossings)
        bare = ~_beside(strokes, rows, columns)
        erased[rows[bare], columns[bare]] = True
    return np.where(erased, np.float32(0), ink)


def _find_rules(ink: InkMap) -> list[_Rule]:
    """Return the horizontal rules of (H, W)."""
    height, width = ink.shape
    strips = width // _STRIP_PX
    if strips < _MIN_STRIPS:
        return []
    # Rows of a strip are filled by a rule that slopes only together with their neighbours.
    inked = ink[:, : strips * _STRIP_PX : _SAMPLE_PX] > np.float32(_MIN_INK)
    smeared = inked.copy()
    smeared[1:] |= inked[:-1]
    smeared[:-1] |= inked[1:]
    fill = smeared.reshape(height, strips, -1).mean(axis=2, dtype=np.float32)  # (H, strips)
    middles, thickness = _filled_rows(fill >= _MIN_FILL)
    rules = []
    for chain in _chains(middles):
        columns = np.array([(strip + 0.5) * _STRIP_PX for strip, _ in chain])
        if columns[-1] - columns[0] + _STRIP_PX < max(_MIN_LENGTH_SHARE * width, _MIN_STRIPS * _STRIP_PX):
            continue
        rows = np.array([middles[strip][k] for strip, k in chain])
        along = np.arange(int(columns[0] - _STRIP_PX / 2), min(width, int(columns[-1] + _STRIP_PX)))
        rows = np.interp(along, columns, rows)
        thick = float(np.median([thickness[strip][k] for strip, k in chain]))
        rules.append(
            _Rule(int(along[0]), rows, thick, float(np.median(ink[np.rint(rows).astype(int), along])))
        )
    return rules


def _filled_rows(filled: Mask) -> tuple[list[Reals], list[Reals]]:
    """Return, for each strip of (H, strips), the middles of the runs of filled rows and their thickness."""
    edges = np.diff(filled.T.astype(np.int8), axis=1, prepend=0, append=0)  # (strips, H + 1)
    middles, thickness = [], []
    for edge in edges:
        starts, ends = np.flatnonzero(edge > 0), np.flatnonzero(edge < 0)
        thick = np.maximum(1, ends - starts - 2)  # the smear is a row on both sides
        kept = thick <= _MAX_THICKNESS_PX
        middles.append(((starts + ends - 1) / 2)[kept])
        thickness.append(thick[kept].astype(np.float64))
    return middles, thickness


def _chains(middles: Sequence[Reals]) -> list[list[tuple[int, int]]]:
    """Return rules as lists of (strip, index of the middle).

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
    return chains


def _around(shape: tuple[int, int], rule: _Rule, reach: int) -> tuple[Indices, Indices, Mask]:
    """Return rows (2 reach + 1, n) and columns (n,) around a rule, and which of the rows are in the image."""
    offsets = np.arange(-reach, reach + 1)
    rows = np.rint(rule.rows).astype(np.int64)[None, :] + offsets[:, None]
    inside = np.asarray((rows >= 0) & (rows < shape[0]))
    return np.clip(rows, 0, shape[0] - 1), rule.first + np.arange(len(rule.rows)), inside


def _bare(ink: InkMap, rules: Sequence[_Rule]) -> Mask:
    """Return where (H, W) is inked by rules only."""
    bare = np.zeros(ink.shape, bool)
    for rule in rules:
        reach = int(2 * rule.thickness) + 4
        rows, columns, inside = _around(ink.shape, rule, reach)
        near = np.where(inside, ink[rows, columns], 0)  # (2 reach + 1, n)
        joined = _joined(near > _MIN_INK, reach)
        only = (
            joined
            & (joined.sum(axis=0) <= rule.thickness + _SOFT_EDGES_PX)
            & (near <= _INK_EXCESS * rule.ink)
        )
        y, x = np.nonzero(only & inside)
        bare[rows[y, x], columns[x]] = True
    return bare


def _joined(near: Mask, middle: int) -> Mask:
    """Return which pixels of (h, n) ink joins to row `middle` of their column, or to the rows beside it."""
    start = near.copy()
    start[middle] = near[middle - 1 : middle + 2].any(axis=0)
    down = np.logical_and.accumulate(start[middle:], axis=0)
    up = np.logical_and.accumulate(start[middle::-1], axis=0)[::-1]
    return np.concatenate((up[:-1], down))


def _bands(ink: InkMap, rules: Sequence[_Rule]) -> Mask:
    """Return the pixels of (H, W) on which rules lie, whatever else does."""
    mask = np.zeros(ink.shape, bool)
    for rule in rules:
        rows, columns, inside = _around(ink.shape, rule, int(rule.thickness / 2) + 1)
        y, x = np.nonzero(inside)
        mask[rows[y, x], columns[x]] = True
    return mask


def _beside(strokes: Mask, rows: Indices, columns: Indices) -> Flags:
    """Tell which pixels, (N,) each, have a stroke of (H, W) at most _NEAR_PX rows and columns away."""
    padded = np.pad(strokes, _NEAR_PX)
    near = np.zeros(len(rows), bool)
    for down in range(2 * _NEAR_PX + 1):
        for right in range(2 * _NEAR_PX + 1):
            near |= padded[rows + down, columns + right]
    return near
