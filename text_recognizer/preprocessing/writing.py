"""The ink of what is written, without what is printed on the paper or shows through it."""

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.images.components import connected_components
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.paper_dots import paper_dots
from text_recognizer.preprocessing.paper_rules import remove_rules
from text_recognizer.preprocessing.show_through import show_through

_MIN_INK = 0.08  # the faintest dots and strokes
_MAX_RUNS = 500_000  # of ink along rows: more are noise, whose components take hundreds of megabytes


def writing_ink(image: GrayImage) -> InkMap:
    """Return the ink of an image without rules, squares and dots of its paper, and what shows through it.

    Args:
        image: (H, W) uint8 grey values, dark on light or light on dark.

    Returns:
        (H, W) float32 in [0, 1], as `ink_map` returns it for blank paper.

    Raises:
        InvalidInputError: If the array is not two-dimensional uint8 or is empty.
    """
    return without_specks(remove_rules(ink_map(image)))


def without_specks(ink: InkMap) -> InkMap:
    """Return ink (H, W) without dots of the paper and what shows through; itself if there are none."""
    inked = ink > np.float32(_MIN_INK)
    if np.count_nonzero(inked[:, 1:] > inked[:, :-1]) > _MAX_RUNS:
        return ink
    components = connected_components(inked)
    labels = components.paint()
    erased = paper_dots(components) | show_through(components, labels, ink)
    if not erased.any():
        return ink
    return np.where(np.append(erased, False)[labels], np.float32(0), ink)  # label -1, paper, finds the last
