"""Parts of a page that are white on mid grey, such as boxes and boards: dense writing is as dark as they are.

Darkness alone does not tell them from writing, shadows or tinted paper. Their ground is even, their border is
sharp, and what stands on them is thin and light, while nothing on them is dark.
"""

import numpy as np

from text_recognizer.arrays import GrayImage, Mask
from text_recognizer.images.components import connected_components
from text_recognizer.preparation.paper import dilated, eroded, without_holes

_GROUNDS = (0.2, 0.75)  # grey relative to the paper's; lighter ground is tinted paper
_FLAT_RADIUS_PX = 2  # of a square that is all ground: the soft edges of strokes are narrower
_GAP_RADIUS_PX = 7  # half of what a line on the ground takes of it
_MIN_AREA_SHARE = 0.002  # of the page; smaller parts are blots
_MIN_HEIGHT_PX = 9  # of a part with a line on it
_MIN_FILL = 0.75  # of its box
_EVENNESS = 0.25  # of the way from the ground to the paper, within which a grey is that of the ground
_MIN_GROUND_SHARE = 0.5  # of a part; a photo has greys of all kinds
_MAX_DARK_SHARE = 0.02  # of a part; with more, dark writing stands on a tint, or in fields cut out of it
_LIGHT_LEVEL = 0.35  # of the way from the ground to the paper: more is writing, or its soft edge
_LIGHT_SHARES = (0.015, 0.4)  # of a part with writing on it
_MAX_STROKE_RADIUS_PX = 4  # half the width of a stroke; broader light parts are fields of a form
_MIN_STROKES = 2  # that are apart; one may be the gap between two blots
_MAX_STEP_RATIO = 0.8  # grey of the ground to that of the paper beside it
_STEP_PX = 3  # how far from the border that is measured


def find_grey_parts(small: GrayImage, paper: float) -> Mask:
    """Return which pixels of an overview belong to parts that are white on mid grey, (h, w).

    Args:
        small: (h, w) grey values.
        paper: Grey of its paper.
    """
    nothing = np.zeros(small.shape, bool)
    low, high = (share * paper for share in _GROUNDS)
    flat = eroded((small > low) & (small < high), _FLAT_RADIUS_PX)
    if np.count_nonzero(flat) < _MIN_AREA_SHARE * small.size:
        return nothing
    ground = dilated(flat, _FLAT_RADIUS_PX)
    closed = eroded(dilated(ground, _GAP_RADIUS_PX), _GAP_RADIUS_PX)
    components = connected_components(closed)
    labels, boxes, areas = components.paint(), components.boxes(), components.areas()
    found = nothing
    for index in np.flatnonzero(areas >= _MIN_AREA_SHARE * small.size):
        x1, y1, x2, y2 = boxes[index].tolist()
        part = without_holes(labels == index)
        is_box = np.count_nonzero(part) >= _MIN_FILL * (x2 - x1) * (y2 - y1)
        if is_box and y2 - y1 >= _MIN_HEIGHT_PX and _is_light_on_grey(small, part, paper):
            found = found | part
    return found


def _is_light_on_grey(small: GrayImage, part: Mask, paper: float) -> bool:
    """Tell whether a part of an overview, both (h, w), has an even ground and thin light strokes on it."""
    inner = eroded(part, _STEP_PX)  # without the soft edge of the part itself
    beside = dilated(part, 2 * _STEP_PX) & ~dilated(part, _STEP_PX)
    if not (inner.any() and beside.any()):
        return False
    ground = float(np.median(small[inner]))
    if ground > _MAX_STEP_RATIO * float(np.median(small[beside])):
        return False
    off = (small.astype(np.float32) - ground) / max(1.0, paper - ground)
    light, dark, even = off > _LIGHT_LEVEL, off < -_EVENNESS, np.abs(off) < _EVENNESS
    if not _LIGHT_SHARES[0] < np.mean(light[inner]) < _LIGHT_SHARES[1]:
        return False
    if np.mean(even[inner]) < _MIN_GROUND_SHARE or np.mean(dark[inner]) > _MAX_DARK_SHARE:
        return False
    strokes = light & inner
    thin = not eroded(strokes, _MAX_STROKE_RADIUS_PX).any()
    return thin and connected_components(strokes).count >= _MIN_STROKES
