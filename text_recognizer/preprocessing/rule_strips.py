"""Rows of upright strips of a page that are inked almost everywhere: what its rules are made of.

Within a strip a rule is level, whatever it does further on. Oblique rules are level ones of a page whose
columns are shifted against each other.
"""

from itertools import pairwise

import numpy as np

from text_recognizer.arrays import Bytes, Indices, InkMap, Mask, Reals
from text_recognizer.images.components import horizontal_runs

STRIP_PX = 40  # a rule that slopes by three degrees rises by two pixels within it

_SAMPLE_PX = 2  # every second column tells how much of a strip is inked
_SAMPLES = STRIP_PX // _SAMPLE_PX  # of each strip, a multiple of four
_STRIPS_AT_ONCE = 16
_FEW_STRIPS = 5  # a rule that is a third as long as the page is wide meets one of so many
_MIN_FILL = 0.88  # of the columns of a strip; the middles of small letters fill about half of them
_MAX_THICKNESS_PX = 8  # more is a bar, or the edge of a scan


def filled_rows(ink: InkMap, slope: float, least: float) -> tuple[Indices, list[Reals], list[Reals]]:
    """Return what may be parts of rules in the strips of a page that follow each other.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper; W >= `STRIP_PX`.
        slope: Rows per column that the rules rise, about.
        least: Ink of a pixel that is inked.

    Returns:
        First columns of the strips, (n,), the last of which overlaps the one before; for each of them, the
        middles of the runs of filled rows, counted where the slope is taken away, and their thickness.
    """
    width = ink.shape[1]
    starts = np.array([*range(0, width - STRIP_PX, STRIP_PX), width - STRIP_PX])
    inked = ink[:, ::_SAMPLE_PX] > np.float32(least)
    shifts = np.rint(slope * _SAMPLE_PX * np.arange(inked.shape[1])).astype(np.int64)
    runs = horizontal_runs(np.ascontiguousarray(_filled(inked, shifts - shifts.max(), len(starts)).T))
    thick = np.maximum(1, runs.lengths - 2)  # the smear is a row on both sides
    kept = thick <= _MAX_THICKNESS_PX
    bounds = [0, *np.searchsorted(runs.rows[kept], np.arange(1, len(starts) + 1)).tolist()]
    middles = ((runs.starts + runs.ends - 1) / 2)[kept] - shifts.max()
    thickness = thick[kept].astype(np.float64)
    parts = [slice(begin, end) for begin, end in pairwise(bounds)]
    return starts, [middles[part] for part in parts], [thickness[part] for part in parts]


def count_in_few_strips(ink: InkMap, least: float) -> int:
    """Return how many runs of rows are filled in a few strips of a page (H, W), which tell about the others.

    Args:
        ink: (H, W) float32 in [0, 1], 0 = paper; W >= `STRIP_PX`.
        least: Ink of a pixel that is inked.
    """
    starts = np.linspace(0, ink.shape[1] - STRIP_PX, _FEW_STRIPS).astype(np.int64).tolist()
    parts = np.concatenate([ink[:, start : start + STRIP_PX : _SAMPLE_PX] for start in starts], axis=1)
    filled = _fill(parts > np.float32(least)) >= _MIN_FILL * _SAMPLES
    return int(np.count_nonzero(filled[1:] & ~filled[:-1]))


def _filled(inked: Mask, shifts: Indices, strips: int) -> Mask:
    """Return which rows of each strip are inked almost everywhere, (H - min(shifts), strips).

    Args:
        inked: (H, n) sampled columns.
        shifts: (n,) <= 0, by which the columns are shifted up, that is down.
        strips: How many; the last one ends with the last column, and may overlap the one before.
    """
    if not shifts.any():
        last = inked[:, -_SAMPLES:]
        parts = (inked[:, : (strips - 1) * _SAMPLES], last) if strips > 1 else (last,)
        return np.concatenate([_fill(part) for part in parts], axis=1) >= _MIN_FILL * _SAMPLES
    count = inked.shape[1]
    filled = np.zeros((len(inked) - int(shifts.min()), strips), bool)
    # A few strips at a time: a long page that is shifted as a whole would be many times as high as it is.
    for first in (*range(0, strips - 1, _STRIPS_AT_ONCE), strips - 1):
        behind = strips if first == strips - 1 else min(first + _STRIPS_AT_ONCE, strips - 1)
        stop = count if behind == strips else behind * _SAMPLES
        columns = slice(stop - (behind - first) * _SAMPLES, stop)
        down = -int(shifts[columns].max())
        rows = _fill(_sheared(inked[:, columns], shifts[columns] + down)) >= _MIN_FILL * _SAMPLES
        top, bottom = max(0, 1 - down), min(len(rows), len(filled) - down + 1)
        filled[down - 1 + top : down - 1 + bottom, first:behind] = rows[top:bottom]
    return filled


def _fill(inked: Mask) -> Bytes:
    """Return how many samples of each row of each strip are inked, (H, strips); `inked` is (H, samples)."""
    # Rows of a strip are filled by a rule that slopes only together with their neighbours.
    smeared = inked.copy(order="K")
    smeared[1:] |= inked[:-1]
    smeared[:-1] |= inked[1:]
    if smeared.flags.f_contiguous:  # an upright page, whose samples lie below each other
        return np.asarray(smeared.T.reshape(-1, _SAMPLES, len(inked)).sum(axis=1, dtype=np.uint8).T)
    fours = np.bitwise_count(smeared.view(np.uint32)).reshape(len(inked), -1, _SAMPLES // 4)
    return np.asarray(sum(fours[:, :, part] for part in range(_SAMPLES // 4)), np.uint8)


def _sheared(inked: Mask, shifts: Indices) -> Mask:
    """Return (H, n) with its columns shifted down by `-shifts` (n,), with room for that and a row around."""
    low = int(shifts.min())
    if low == 0:
        return np.pad(inked, ((1, 1), (0, 0)))
    sheared = np.zeros((len(inked) - low + 2, inked.shape[1]), bool)
    rows, columns = np.nonzero(inked)
    sheared[rows - shifts[columns] + 1, columns] = True
    return sheared
