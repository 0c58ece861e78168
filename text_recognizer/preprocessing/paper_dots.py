"""The dots of dotted paper: specks of one size that stand in a lattice."""

from collections.abc import Iterator

import numpy as np

from text_recognizer.arrays import Flags, Indices, Reals
from text_recognizer.images.components import Components

_MAX_SIDE_PX = 9  # larger ones are no dots
_MIN_DOTS = 40  # fewer are the dots of letters and sentences
_MIN_STEP_PX = 10  # a denser lattice is a texture
_MAX_STEP_PX = 200  # a wider one is not printed on paper
_TOLERANCE = 0.1  # of the shorter step: a dot stands within it of where the lattice wants it; paper bends
_SIZE_PX = 1  # by which the sides of printed dots differ; small letters differ more
_MIN_OCCUPIED = 0.25  # of the places of the lattice on the page; writing covers the others


def paper_dots(components: Components) -> Flags:
    """Tell which components of a page's ink are dots of dotted paper.

    Args:
        components: `count` of them.

    Returns:
        (count,) true for those that stand in a lattice.
    """
    boxes = components.boxes()
    small = np.flatnonzero((boxes[:, 2:] - boxes[:, :2] <= _MAX_SIDE_PX).all(axis=1))
    dots = np.zeros(components.count, bool)
    if small.size < _MIN_DOTS:
        return dots
    centres = (boxes[small, :2] + boxes[small, 2:] - 1) / 2  # (N, 2): x, y
    sides = boxes[small, 2:] - boxes[small, :2]
    height, width = components.shape
    for steps in _lattices(centres):
        found = np.asarray(_neighbours(centres, centres, steps, components.shape).all(axis=0))
        alike = _alike(sides, found)
        found &= alike
        if np.count_nonzero(found) >= max(_MIN_DOTS, _MIN_OCCUPIED * height * width / _area(steps)):
            # Beside writing, which covers dots, one neighbour is enough, or one of the next but one.
            further = np.concatenate((steps, 2 * steps), axis=1)
            dots[small] |= alike & _neighbours(centres, centres[found], further, components.shape).any(axis=0)
    return dots


def _lattices(centres: Reals) -> Iterator[Reals]:
    """Yield lattices that dots (N, 2) may stand in: steps (2, K, 2) to the neighbours in two directions."""
    across, down = _step(centres[:, 0], centres[:, 1]), _step(centres[:, 1], centres[:, 0])
    if across and down:
        yield np.array([[(across, 0), (-across, 0)], [(0, down), (0, -down)]])
    if across:  # isometric: rows are moved by half a step
        half, row = across / 2, across * np.sqrt(3) / 2
        yield np.array([[(half, row), (-half, -row)], [(half, -row), (-half, row)]])


def _step(along: Reals, across: Reals) -> float:
    """Return the usual distance between dots that follow each other in a row; 0 if there is none.

    Args:
        along: (N,) coordinates in which the rows run.
        across: (N,) the others.
    """
    rows = np.rint(across / 3).astype(np.int64)  # dots of a row differ by a pixel or two
    order = np.lexsort((along, rows))
    steps = np.diff(along[order])[np.diff(rows[order]) == 0]
    steps = steps[(steps >= _MIN_STEP_PX) & (steps <= _MAX_STEP_PX)]
    if steps.size < _MIN_DOTS // 2:
        return 0.0
    counts = np.bincount(np.rint(steps).astype(np.int64))
    common = int((counts + np.append(counts[1:], 0)).argmax())
    return float(np.mean(steps[np.abs(steps - common - 0.5) <= 1.5]))


def _neighbours(centres: Reals, others: Reals, steps: Reals, shape: tuple[int, int]) -> Flags:
    """Tell which dots (N, 2) have one of the others (M, 2) at steps (2, K, 2) from them, (2, N)."""
    reach = max(1, round(_TOLERANCE * float(np.linalg.norm(steps, axis=2).min())))
    occupied = np.zeros((shape[0] + 2 * reach, shape[1] + 2 * reach), bool)
    columns, rows = (np.rint(others).astype(np.int64) + reach).T
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            occupied[rows + dy, columns + dx] = True
    places = np.rint(centres[:, None, None] + steps).astype(np.int64) + reach  # (N, 2, K, 2)
    x, y = places[..., 0], places[..., 1]
    inside = (x >= 0) & (x < occupied.shape[1]) & (y >= 0) & (y < occupied.shape[0])
    there = occupied[np.where(inside, y, 0), np.where(inside, x, 0)] & inside
    return np.asarray(there.any(axis=2).T)


def _alike(sides: Indices, dots: Flags) -> Flags:
    """Tell which specks, with sides (N, 2), are as large as most of the dots (N,)."""
    if not dots.any():
        return dots
    return np.asarray((np.abs(sides - np.median(sides[dots], axis=0)) <= _SIZE_PX).all(axis=1))


def _area(steps: Reals) -> float:
    """Return the pixels for each dot of a lattice, steps (2, K, 2)."""
    return float(abs(np.linalg.det(steps[:, 0])))
