"""The ink of what is written, without what is printed on the paper or shows through it."""

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap, Mask
from text_recognizer.budget import Budget
from text_recognizer.images.components import connected_components
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.paper_dots import paper_dots
from text_recognizer.preprocessing.paper_rules import remove_rules
from text_recognizer.preprocessing.show_through import show_through

_RUNS_STEP = 4  # every fourth row tells whether a page is noise
_MIN_INK = 0.08  # the faintest dots and strokes
_MAX_RUNS = 500_000  # of ink along rows: more are noise, whose components take hundreds of megabytes


def writing_ink(image: GrayImage, budget: Budget | None = None) -> InkMap:
    """Return the ink of an image without rules, squares and dots of its paper, and what shows through it.

    Args:
        image: (H, W) uint8 grey values, dark on light or light on dark.
        budget: How long it may take; rules stay if the time does not suffice. Default: no limit.

    Returns:
        (H, W) float32 in [0, 1], as `ink_map` returns it for blank paper.

    Raises:
        InvalidInputError: If the array is not two-dimensional uint8 or is empty.
    """
    return without_specks(remove_rules(ink_map(image), budget))


def without_specks(ink: InkMap) -> InkMap:
    """Return ink (H, W) without dots of the paper and what shows through; itself if there are none."""
    inked = ink > np.float32(_MIN_INK)
    if _runs(inked) > _MAX_RUNS:
        return ink
    components = connected_components(inked)
    del inked
    erased = paper_dots(components) | show_through(components, ink)
    if not erased.any():
        return ink
    cleaned = ink.copy()
    components.erase(erased, cleaned)
    return cleaned


def _runs(inked: Mask) -> int:
    """Return about how many runs the rows of (H, W) have: some rows tell."""
    rows = inked[::_RUNS_STEP]
    return _RUNS_STEP * int(np.count_nonzero(rows[:, 1:] > rows[:, :-1]))
