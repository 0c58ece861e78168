"""From recorded pen points to the path of a pen on paper: level, sized, slanted and smooth.

Lengths are in pixels of the page to be drawn; the unit of size is the spread of the ink: the standard
deviation of y along the path, about a sixth of the height of a line with ascenders and descenders.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]

_STEP = 0.6  # pixels between the samples of a path
_GLITCH = 3.0  # spreads between two points of a stroke: no hand is that fast, the sensor lost the pen
_STRAY_DISTANCE, _STRAY_LENGTH = 4.2, 3.0  # spreads: a mark of another line, beyond even high quotes
_MOST_SPREADS = 30  # of a line's height: what is higher is a few stray marks, and would be drawn huge
_ITERATIONS = 10
_SLOPE_PRIOR = 1.0  # weighs as much as this many letters that say the line is level


@dataclass(frozen=True)
class Path:
    """Dense samples along the strokes.

    Attributes:
        x: (N,) columns.
        y: (N,) rows.
        speed: (N,) relative to the line's median.
        from_start: (N,) way from the start of the stroke.
        to_end: (N,) way to its end.
    """

    x: Float
    y: Float
    speed: Float
    from_start: Float
    to_end: Float


def split_points(points: npt.NDArray[np.int16]) -> tuple[Float, Bool]:
    """Return the places (N, 2) and, for each point, whether its stroke ends there; glitches end one too."""
    places = points[:, :2].astype(np.float32)
    ends = points[:, 2].astype(bool)
    ends[-1] = True
    gaps = np.hypot(*np.diff(places, axis=0).T)
    ends[:-1] |= gaps > _GLITCH * max(1.0, spread(places, ends))
    return places, ends


def spread(places: Float, ends: Bool) -> float:
    """Return the standard deviation of y along the strokes; of a level line it tells the size."""
    least = float(np.ptp(places[:, 1])) / _MOST_SPREADS + 1e-6
    middle = (places[1:, 1] + places[:-1, 1]) / 2
    weights = np.where(ends[:-1], 0, np.hypot(*np.diff(places, axis=0).T)) + 1e-3
    if middle.size == 0:
        return least
    variance = np.average((middle - np.average(middle, weights=weights)) ** 2, weights=weights)
    return max(float(np.sqrt(variance)), least)


def levelled(places: Float, ends: Bool) -> Float:
    """Return the places with slope and bow of the base line taken out, as far as they can be told.

    The base line is a parabola through the lower turning points of the pen, fitted by iteratively
    reweighted least squares (Cauchy weights), so that descenders, dots and bars count little.
    """
    x, y = places.T
    turns = np.flatnonzero((y[1:-1] >= y[:-2]) & (y[1:-1] > y[2:]) & ~ends[:-2] & ~ends[1:-1]) + 1
    if turns.size < 4:
        return places
    middle, half = (x.max() + x.min()) / 2, max(1.0, float(np.ptp(x)) / 2)
    basis = _parabola((x[turns] - middle) / half)
    prior = np.diag([0, _SLOPE_PRIOR, 2 * _SLOPE_PRIOR])
    target = y[turns] - np.median(y[turns])
    weights = np.ones_like(target)
    for _ in range(_ITERATIONS):
        weighted = basis * weights[:, None]
        fit = np.linalg.solve(weighted.T @ basis + prior, weighted.T @ target)
        rest = np.abs(target - basis @ fit)
        weights = 1 / (1 + (rest / (1.5 * np.median(rest) + 1e-3)) ** 2)
    fit[0] = 0
    return np.stack([x, y - _parabola((x - middle) / half) @ fit], axis=1).astype(np.float32)


def _parabola(t: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return np.stack([np.ones_like(t), t, t * t - 1 / 3], axis=1)


def without_strays(places: Float, ends: Bool) -> tuple[Float, Bool]:
    """Leave out short strokes that lie wholly above or below a level line: they belong to its neighbours."""
    lengths = np.where(ends[:-1], 0, np.hypot(*np.diff(places, axis=0).T))
    lengths = np.append(lengths, 0) + 1e-3
    away = np.abs(places[:, 1] - np.average(places[:, 1], weights=lengths)) / max(1.0, spread(places, ends))
    first = np.flatnonzero(np.concatenate([[True], ends[:-1]]))
    near = np.minimum.reduceat(away, first)
    long = np.add.reduceat(lengths, first) > _STRAY_LENGTH * spread(places, ends)
    kept = (near < _STRAY_DISTANCE) | long
    if not kept.any():  # a few dots
        return places, ends
    keep = np.repeat(kept, np.diff(np.append(first, len(places))))
    return places[keep], ends[keep]


def smoothed(places: Float, ends: Bool) -> Float:
    """Return the places with the sensor's tremble taken out: weights 1-2-1 within a stroke."""
    result = places.copy()
    inner = np.flatnonzero(~ends[:-2] & ~ends[1:-1]) + 1
    result[inner] = (places[inner - 1] + 2 * places[inner] + places[inner + 1]) / 4
    return result


def trace(places: Float, ends: Bool) -> Path:
    """Return samples at most `_STEP` apart along Catmull-Rom splines through the points of each stroke."""
    starts = np.concatenate([[True], ends[:-1]])
    index = np.arange(len(places))
    after = np.where(ends, index, np.minimum(index + 1, index[-1]))
    lengths = np.hypot(*(places[after] - places).T)  # 0 at the end of a stroke
    counts = np.maximum(1, np.ceil(lengths / _STEP)).astype(np.int64)
    i = np.repeat(index, counts)
    t = ((np.arange(i.size) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[i]).astype(np.float32)
    before = np.where(starts, index, index - 1)
    p0, p1, p2, p3 = (places[k[i]] for k in (before, index, after, after[after]))
    u = t[:, None]
    spots = p1 + u / 2 * (p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * (3 * (p1 - p2) + p3 - p0)))
    speed = _smooth_speed(lengths, starts, ends)
    way = np.cumsum(lengths) - lengths
    stroke = np.cumsum(starts) - 1
    done = way[i] + t * lengths[i]
    return Path(
        x=spots[:, 0],
        y=spots[:, 1],
        speed=(1 - t) * speed[i] + t * speed[after[i]],
        from_start=(done - way[starts][stroke[i]]).astype(np.float32),
        to_end=(way[ends][stroke[i]] - done).astype(np.float32),
    )


def _smooth_speed(lengths: Float, starts: Bool, ends: Bool) -> Float:
    """Return the speed at each point relative to the line's median: the mean of the steps around it."""
    before = np.where(starts, lengths, np.roll(lengths, 1))
    after = np.where(ends, before, lengths)
    speed = (before + after) / 2
    moving = speed[speed > 0]
    return (speed / (np.median(moving) if moving.size else 1)).astype(np.float32)
