"""The direction in which the lines of a page run, from how sharply its ink is divided into rows."""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import InkMap, Reals
from text_recognizer.images import twin
from text_recognizer.layout.letter_size import letter_height

MAX_SKEW_DEGREES = 32  # more is a matter of orientation
MIN_SKEW_DEGREES = 3.0  # less is left to the lines, each of which is levelled by itself
_COARSE_DEGREES = 1.0  # lines of a page 30 times as long as high still stand out
_FINE_DEGREES = 0.25
_MIN_INK = 0.3  # weaker pixels are soft edges of strokes, or noise
_MAX_POINTS = 6_000  # of ink: more make the answer no better
_MIN_POINTS = 150  # fewer say nothing
_ROW_LETTERS = 0.5  # heights of letters: rows in which strokes disappear, and lines do not
_MIN_LINE_GAIN = 1.4  # of that sharpness, for the same
_MIN_SKEW_GAIN = 1.6  # sharpness of a turned page against that of the page as it is
MIN_UPRIGHT_GAIN = 1.5  # sharpness of columns against rows; below it, lines are taken to run across the page


@dataclass(frozen=True)
class Direction:
    """How the lines of a page run.

    ```python
    import numpy as np
    from text_recognizer.preparation.skew import find_direction

    ink = np.zeros((300, 400), np.float32)
    ink[40:260:20, 30:370] = 1
    print(find_direction(ink))
    ```

    Attributes:
        degrees: Clockwise, -32 to 32; 0 if they are level but for what each line takes care of.
        upright_gain: How much sharper the ink is divided into columns than into rows. Above
            `MIN_UPRIGHT_GAIN`, `degrees` are those of lines that run from top to bottom or back.
    """

    degrees: float = 0.0
    upright_gain: float = 0.0


def find_direction(ink: InkMap) -> Direction:
    """Return how the lines of a page run, given the ink map (h, w) of its overview.

    Source: profiles of projections, Postl 1986 (ICPR, Detection of linear oblique structures and skew scan in
    digitized documents): the sum of the squared differences of neighbouring rows is greatest along the lines.
    """
    points = np.argwhere(ink > _MIN_INK)
    if len(points) < _MIN_POINTS:
        return Direction()
    y, x = points[:: -(-len(points) // _MAX_POINTS)].T.astype(np.float64)
    across, along = np.ptp(y), np.ptp(x)
    angles = np.arange(-MAX_SKEW_DEGREES, MAX_SKEW_DEGREES + 1, _COARSE_DEGREES)
    level, upright = _sharpness(x, y, angles), _sharpness(y, -x, angles)
    gain = float(upright.max() / level.max())
    if gain > MIN_UPRIGHT_GAIN:
        x, y, level = y, -x, upright
        across, along = along, across
    # A line cannot be steeper than the diagonal of all ink; the joining strokes of a single line are.
    level[np.abs(angles) > np.rad2deg(np.arctan2(across, along)) + _COARSE_DEGREES] = 0
    nearly_level = level[np.abs(angles) < MIN_SKEW_DEGREES].max()
    if level.max() < _MIN_SKEW_GAIN * nearly_level:
        return Direction(0.0, gain)
    best = angles[int(level.argmax())]
    if not _are_lines(x, y, best, angles, _ROW_LETTERS * letter_height(ink)):
        return Direction(0.0, gain)
    fine = np.arange(best - _COARSE_DEGREES, best + _COARSE_DEGREES + _FINE_DEGREES, _FINE_DEGREES)
    degrees = float(fine[int(_sharpness(x, y, fine).argmax())])
    return Direction(degrees if abs(degrees) >= MIN_SKEW_DEGREES else 0.0, gain)


def _are_lines(x: Reals, y: Reals, best: float, angles: Reals, row: float) -> bool:
    """Tell whether lines run at an angle, not only the joining strokes of large writing.

    Args:
        x: (N,) of the ink.
        y: (N,) of the ink.
        best: The angle in degrees.
        angles: (A,) all that were tried.
        row: Height of rows in which strokes cannot be told apart.
    """
    level = angles[np.abs(angles) < MIN_SKEW_DEGREES]
    x, y = x / max(1.0, row), y / max(1.0, row)
    sharp = _sharpness(x, y, np.append(level, best))
    return bool(sharp[-1] > _MIN_LINE_GAIN * sharp[:-1].max())


def _sharpness(x: Reals, y: Reals, angles: Reals) -> Reals:
    """Return how sharply ink at x and y (N,) is divided into rows of 1 at angles (A,) in degrees; (A,)."""
    radians = np.deg2rad(angles)
    reach = np.float32(np.hypot(np.ptp(x), np.ptp(y)) + 2)
    # In single precision all of it takes half of the time.
    across, along = (y - y.mean()).astype(np.float32), (x - x.mean()).astype(np.float32)
    sines, cosines = np.sin(radians).astype(np.float32), np.cos(radians).astype(np.float32)
    if twin.is_installed():
        return twin.sharpness(across, along, sines, cosines, float(reach))
    sharpness = np.empty(len(angles))
    for index, (sine, cosine) in enumerate(zip(sines, cosines, strict=True)):
        profile = np.bincount((across * cosine - along * sine + reach).astype(np.int32))
        steps = np.diff(profile)
        sharpness[index] = steps @ steps
    return sharpness
