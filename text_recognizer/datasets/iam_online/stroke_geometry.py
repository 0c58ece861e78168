"""From recorded pen points to the path of a pen on paper: level, sized, slanted and smooth.

Lengths are in pixels of the page to be rendered. The unit of size is the spread of the ink: the standard
deviation of y along the path, about a sixth of the height of a line with ascenders and descenders.
"""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Floats, PenPoints, Reals

_STEP_PX = 0.6  # between the samples of a path: their discs then overlap without gaps
_GLITCH_SPREADS = 3.0  # between two points of a stroke: nobody writes that fast, the sensor lost the pen
_STRAY_DISTANCE_SPREADS = 4.2  # short strokes that far from the line are stray marks: high quotes are nearer
_STRAY_LENGTH_SPREADS = 3.0  # longer strokes are writing wherever they lie
_MAX_HEIGHT_SPREADS = 30  # a line with more is a few stray marks, and would be rendered huge
_ITERATIONS = 10  # reweightings, by which the fit has settled
_SLOPE_PRIOR = 1.0  # weighs as much as this many letters that say the line is level


@dataclass(frozen=True)
class Path:
    """Dense samples along the strokes.

    ```python
    import numpy as np

    from text_recognizer.datasets.iam_online.stroke_geometry import split_points, trace

    stroke = np.array([(0, 0, 0), (40, 30, 0), (80, 0, 1)], np.int16)
    path = trace(*split_points(stroke))
    print(path.x.shape, path.to_end.max())
    ```

    Attributes:
        x: (N,) columns.
        y: (N,) rows.
        speed: (N,) relative to the line's median.
        from_start: (N,) length of the path from the start of the stroke.
        to_end: (N,) length of the path to its end.
    """

    x: Floats
    y: Floats
    speed: Floats
    from_start: Floats
    to_end: Floats


def split_points(points: PenPoints) -> tuple[Floats, Flags]:
    """Return positions (N, 2) and whether a stroke ends at each of them (N,); glitches end one too."""
    positions = points[:, :2].astype(np.float32)
    ends = points[:, 2].astype(bool)
    ends[-1] = True
    gaps = np.hypot(*np.diff(positions, axis=0).T)
    ends[:-1] |= gaps > _GLITCH_SPREADS * max(1.0, spread(positions, ends))
    return positions, ends


def spread(positions: Floats, ends: Flags) -> float:
    """Return the standard deviation of y along the strokes, which measures the size of a level line.

    Args:
        positions: (N, 2) positions.
        ends: (N,) whether a stroke ends there.
    """
    # A few stray marks must not count as tiny writing, nor a lone dot as one of size 0.
    least = float(np.ptp(positions[:, 1])) / _MAX_HEIGHT_SPREADS + 1e-6
    middle = (positions[1:, 1] + positions[:-1, 1]) / 2
    weights = np.where(ends[:-1], 0, np.hypot(*np.diff(positions, axis=0).T)) + 1e-3
    if middle.size == 0:
        return least
    variance = np.average((middle - np.average(middle, weights=weights)) ** 2, weights=weights)
    return max(float(np.sqrt(variance)), least)


def level(positions: Floats, ends: Flags) -> Floats:
    """Return the positions (N, 2) without slope and bow of the base line, as far as they can be estimated.

    The base line is a parabola through the lower turning points of the pen, fitted by iteratively
    reweighted least squares (Cauchy weights), so that descenders, dots and bars count little.

    Args:
        positions: (N, 2) positions.
        ends: (N,) whether a stroke ends there.
    """
    x, y = positions.T
    # Where the pen went down and then up, within one stroke.
    turns = np.flatnonzero((y[1:-1] >= y[:-2]) & (y[1:-1] > y[2:]) & ~ends[:-2] & ~ends[1:-1]) + 1
    if turns.size < 4:
        return positions
    middle, half = (x.max() + x.min()) / 2, max(1.0, float(np.ptp(x)) / 2)
    # Few turns say little about slope and bow: the prior keeps them near 0.
    basis = _parabola((x[turns] - middle) / half)
    prior = np.diag([0, _SLOPE_PRIOR, 2 * _SLOPE_PRIOR])
    target = y[turns] - np.median(y[turns])
    weights = np.ones_like(target)
    for _ in range(_ITERATIONS):
        weighted = basis * weights[:, None]
        fit = np.linalg.solve(weighted.T @ basis + prior, weighted.T @ target)
        rest = np.abs(target - basis @ fit)
        weights = 1 / (1 + (rest / (1.5 * np.median(rest) + 1e-3)) ** 2)
    fit[0] = 0  # the height of the line stays
    return np.stack([x, y - _parabola((x - middle) / half) @ fit], axis=1).astype(np.float32)


def _parabola(t: Reals) -> Reals:
    """Return the first Legendre polynomials at t (N,), in [-1, 1], as columns (N, 3)."""
    return np.stack([np.ones_like(t), t, t * t - 1 / 3], axis=1)


def without_strays(positions: Floats, ends: Flags) -> tuple[Floats, Flags]:
    """Leave out short strokes far above or below a level line, which belong to its neighbours.

    Args:
        positions: (N, 2) positions.
        ends: (N,) whether a stroke ends there.

    Returns:
        Positions (M, 2) and ends (M,) of the strokes that remain.
    """
    lengths = np.where(ends[:-1], 0, np.hypot(*np.diff(positions, axis=0).T))
    lengths = np.append(lengths, 0) + 1e-3
    size = spread(positions, ends)
    away = np.abs(positions[:, 1] - np.average(positions[:, 1], weights=lengths)) / max(1.0, size)
    first = np.flatnonzero(np.concatenate([[True], ends[:-1]]))
    # One value per stroke: the distance of its nearest point, and whether it is long.
    near = np.minimum.reduceat(away, first)
    long = np.add.reduceat(lengths, first) > _STRAY_LENGTH_SPREADS * size
    kept = (near < _STRAY_DISTANCE_SPREADS) | long
    if not kept.any():  # the line is a few dots
        return positions, ends
    keep = np.repeat(kept, np.diff(np.append(first, len(positions))))
    return positions[keep], ends[keep]


def smooth(positions: Floats, ends: Flags) -> Floats:
    """Return the positions (N, 2) without the sensor's tremble: weights 1-2-1 within a stroke."""
    result = positions.copy()
    inner = np.flatnonzero(~ends[:-2] & ~ends[1:-1]) + 1
    result[inner] = (positions[inner - 1] + 2 * positions[inner] + positions[inner + 1]) / 4
    return result


def trace(positions: Floats, ends: Flags) -> Path:
    """Return samples at most `_STEP_PX` apart along Catmull-Rom splines through the points of each stroke.

    Args:
        positions: (N, 2) positions.
        ends: (N,) whether a stroke ends there.
    """
    starts = np.concatenate([[True], ends[:-1]])
    index = np.arange(len(positions))
    after = np.where(ends, index, np.minimum(index + 1, index[-1]))
    lengths = np.hypot(*(positions[after] - positions).T)  # 0 at the end of a stroke
    counts = np.maximum(1, np.ceil(lengths / _STEP_PX)).astype(np.int64)
    # Sample k lies behind point i[k], at the part t[k] of the way to the next point.
    i = np.repeat(index, counts)
    t = ((np.arange(i.size) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[i]).astype(np.float32)
    before = np.where(starts, index, index - 1)
    # The four control points of each sample; at the ends of a stroke the outer ones are repeated.
    p0, p1, p2, p3 = (positions[k[i]] for k in (before, index, after, after[after]))
    u = t[:, None]
    samples = p1 + u / 2 * (p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * (3 * (p1 - p2) + p3 - p0)))
    speed = _smooth_speed(lengths, starts, ends)
    travelled = np.cumsum(lengths) - lengths  # to each point, from the start of the line
    stroke = np.cumsum(starts) - 1
    at_sample = travelled[i] + t * lengths[i]
    return Path(
        x=samples[:, 0],
        y=samples[:, 1],
        speed=(1 - t) * speed[i] + t * speed[after[i]],
        from_start=(at_sample - travelled[starts][stroke[i]]).astype(np.float32),
        to_end=(travelled[ends][stroke[i]] - at_sample).astype(np.float32),
    )


def _smooth_speed(lengths: Floats, starts: Flags, ends: Flags) -> Floats:
    """Return the speed (N,) relative to the line's median: the mean step before and after each point."""
    before = np.where(starts, lengths, np.roll(lengths, 1))
    after = np.where(ends, before, lengths)
    speed = (before + after) / 2
    moving = speed[speed > 0]
    return (speed / (np.median(moving) if moving.size else 1)).astype(np.float32)
