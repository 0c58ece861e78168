"""Label maps of pages with known lines, and what a perfect detector would find on them."""

import numpy as np

from text_recognizer.arrays import LabelMap
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout
from text_recognizer.layout.lines import find_lines as find_lines_of_kernels


def page(*boxes: tuple[int, int, int, int], shape: tuple[int, int] = (200, 300)) -> LabelMap:
    """Label map with the boxes (x1, y1, x2, y2) as alternating lines."""
    labels = np.zeros(shape, np.uint8)
    for index, (x1, y1, x2, y2) in enumerate(boxes):
        labels[y1:y2, x1:x2] = 1 + index % 2
    return labels


def sloping_page(slope: float, lines: int = 6, pitch: int = 20, short_last: bool = True) -> LabelMap:
    """Lines of 18 rows that descend by `slope` per column and touch each other; the last one ends early."""
    rows, columns = np.mgrid[0:200, 0:300]
    level = rows - slope * (columns - 150) - 30
    index = np.floor(level / pitch).astype(int)
    inside = (index >= 0) & (index < lines) & (columns > 20) & (columns < 280) & (level % pitch < 18)
    if short_last:
        inside &= (index < lines - 1) | (columns < 90)
    return np.where(inside, 1 + index % 2, 0).astype(np.uint8)


def find_lines(labels: LabelMap, scale: float, page_shape: tuple[int, int]) -> PageLayout:
    """Find the lines of a map of odd and even lines, as a perfect detector would show it."""
    return find_lines_of_kernels(kernel_map(labels), scale, page_shape)
