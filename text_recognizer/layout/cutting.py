"""How the lines of a page are cut out of it: large ones out of a reduced page."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from text_recognizer.arrays import InkMap
from text_recognizer.images.resizing import reduce_ink
from text_recognizer.layout.crops import LineCrop, crop_left, crop_line
from text_recognizer.layout.lines import PageLayout, TextLine

# Larger lines are cut out of a reduced page: the network reads them in a quarter of this height, and a crop
# takes 20 bytes for each pixel.
MAX_CROP_HEIGHT_PX = 256
MAX_CROP_PIXELS = 1_500_000

# From the ink maps (h, w) of lines to how surely they are read, 0 at most; see `orientation.legibility`.
Legibility: TypeAlias = Callable[[Sequence[InkMap]], float]


class Cut(NamedTuple):
    """How a line is cut out of a page that is reduced first.

    ```python
    import numpy as np
    from text_recognizer.layout.cutting import cut_out, line_cuts
    from text_recognizer.layout.kernels import kernel_map
    from text_recognizer.layout.lines import find_lines

    labels = np.zeros((100, 300), np.uint8)
    labels[10:30, 20:280] = 1  # one line
    ink = (labels == 1).astype(np.float32)
    (cut,) = line_cuts(find_lines(kernel_map(labels), 1.0, (100, 300)))
    print(cut.factor, cut.left, cut_out(ink, cut, 0).ink.shape)
    ```

    Attributes:
        layout: Layout of the reduced page.
        factor: By how much it is reduced.
        left: Column of the page, not reduced, at which the line is cut out.
    """

    layout: PageLayout
    factor: int
    left: int


def line_cuts(layout: PageLayout) -> list[Cut]:
    """Return how each line of a page is cut out."""
    factors = [_reduction(line) for line in layout.lines]
    layouts = {factor: layout.reduced(factor) for factor in set(factors)}
    return [
        Cut(layouts[factor], factor, factor * crop_left(layouts[factor], index))
        for index, factor in enumerate(factors)
    ]


def _reduction(line: TextLine) -> int:
    """Return by how much the page is reduced before a line is cut out of it; 1 for ordinary lines."""
    area = line.height * line.region.width
    return math.ceil(max(line.height / MAX_CROP_HEIGHT_PX, math.sqrt(area / MAX_CROP_PIXELS), 1.0))


def cut_out(ink: InkMap, cut: Cut, index: int) -> LineCrop:
    """Return line `index` of a page, given as its ink map (H, W)."""
    if cut.factor > 1:
        height, width = ink.shape
        ink = reduce_ink(ink, max(1, round(width / cut.factor)), max(1, round(height / cut.factor)))
    return crop_line(ink, cut.layout, index)
