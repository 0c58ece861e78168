"""A line cut out of the image of its page, level, by the polygon and baseline that people have drawn."""

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import GrayImage, Mask, Reals
from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Points, Region

_ROOM_HEIGHTS = 0.08  # around a polygon, of its height: many are drawn tightly, and cut the ends of strokes
_PAPER_QUANTILE = 0.8  # of the grey values within a polygon: most of it is paper
_MIN_SIDE_PX = 3  # smaller polygons are slips of the mouse
_MAX_SLOPE = 1.0  # 45 degrees: steeper baselines are those of vertical writing


def cut_line(page: GrayImage, polygon: Points, baseline: Points = ()) -> GrayImage:
    """Return a line cut out of a page, with paper in place of what lies outside of its polygon.

    Columns are shifted so that the baseline becomes level, also where it bends.

    Args:
        page: (H, W).
        polygon: Around the ink of the line, at least 3 points.
        baseline: On which it stands; without it, the line is not levelled.

    Returns:
        (h, w), the size of the polygon's box with some room.

    Raises:
        InvalidInputError: If there is no polygon, it lies outside of the page, or the baseline is too steep.
    """
    if len(polygon) < 3:
        raise InvalidInputError("it has no polygon")
    box = _box_within(Region.around(polygon), page.shape[1], page.shape[0])
    part = page[box.y1 : box.y2, box.x1 : box.x2]
    inside = _inside(part.shape[1], part.shape[0], polygon, box)
    paper = np.uint8(np.quantile(part[inside], _PAPER_QUANTILE)) if inside.any() else np.uint8(255)
    line = np.where(inside, part, paper)
    shifts = _shifts(baseline, box)
    return line if shifts is None else moved_up(line, shifts, int(paper))


def _box_within(box: Region, width: int, height: int) -> Region:
    """Return the box with some room, within a page."""
    room = round(_ROOM_HEIGHTS * box.height)
    x1, y1 = max(0, box.x1 - room), max(0, box.y1 - room)
    found = Region(x1, y1, min(width, box.x2 + room), min(height, box.y2 + room))
    if found.width < _MIN_SIDE_PX or found.height < _MIN_SIDE_PX:
        raise InvalidInputError(f"its polygon lies outside of the page, or is empty: {box.to_dict()}")
    return found


def _inside(width: int, height: int, polygon: Points, box: Region) -> Mask:
    """Tell which pixels of the box (h, w) lie within the polygon, or near it."""
    canvas = Image.new("L", (width, height), 0)
    corners = [(x - box.x1, y - box.y1) for x, y in polygon]
    room = max(1, round(_ROOM_HEIGHTS * height))
    draw = ImageDraw.Draw(canvas)
    draw.polygon(corners, fill=255, outline=255)
    draw.line([*corners, corners[0]], fill=255, width=2 * room)
    return np.asarray(canvas) > 0


def _shifts(baseline: Points, box: Region) -> Reals | None:
    """Return the rows by which each column of a box moves up, (w,): its baseline above the lowest point.

    None if there is nothing to level.
    """
    points = sorted(baseline)
    xs, ys = (np.array([point[axis] for point in points], np.float64) for axis in (0, 1))
    if len(points) < 2 or xs[-1] == xs[0]:
        if len(points) > 1:
            raise InvalidInputError("its baseline is vertical")
        return None
    if abs(ys[-1] - ys[0]) > _MAX_SLOPE * (xs[-1] - xs[0]):
        raise InvalidInputError("its baseline is steeper than 45 degrees")
    course = np.interp(np.arange(box.x1, box.x2), xs, ys)
    return np.asarray(course - np.median(course))


def moved_up(image: GrayImage, shifts: Reals, paper: int) -> GrayImage:
    """Return an image (h, w) whose columns are moved up by `shifts` (w,), with rows added as they need.

    As many rows are added above as the largest shift needs, and below as the smallest.
    """
    above, below = (max(0, int(np.ceil(side))) for side in (shifts.max(), -shifts.min()))
    padded = np.pad(image, ((above, below), (0, 0)), constant_values=paper)
    rows = np.arange(len(padded))[:, None] + shifts[None, :]  # (h', w) where each pixel comes from
    upper = np.clip(np.floor(rows).astype(np.int64), 0, len(padded) - 1)
    lower = np.minimum(upper + 1, len(padded) - 1)
    share = np.clip(rows - upper, 0, 1)
    columns = np.arange(padded.shape[1])[None, :]
    moved = padded[upper, columns] * (1 - share) + padded[lower, columns] * share
    return np.asarray(np.round(moved), np.uint8)
