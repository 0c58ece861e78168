"""The ink of what is written, without what is printed on the paper or shows through it."""

from typing import NamedTuple, Self

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap, Mask
from text_recognizer.budget import Budget
from text_recognizer.images.components import connected_components
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.paper_dots import paper_dots
from text_recognizer.preprocessing.paper_rules import remove_rules
from text_recognizer.preprocessing.show_through import may_be_writing, show_through

_RUNS_STEP = 4  # every fourth row tells whether a page is noise
_MIN_INK = 0.08  # the faintest dots and strokes
_MAX_RUNS = 500_000  # of ink along rows: more are noise, whose components take hundreds of megabytes


class WrittenInk(NamedTuple):
    """The ink of a page, and strokes of which only reading tells whether they belong to it.

    ```python
    import numpy as np
    from text_recognizer.preprocessing.writing import written_ink

    written = written_ink(np.full((40, 60), 255, np.uint8))
    print(written.ink.shape, written.pale)
    ```

    Attributes:
        ink: (H, W) float32 in [0, 1], as `ink_map` returns it for blank paper.
        pale: (H, W) the same of strokes that are faint from end to end, beside strong ones, and as many as
            letters: they show through from the other side of the sheet, or a paler pen wrote them. None if
            there are none.
    """

    ink: InkMap
    pale: InkMap | None

    def turned(self, quarters: int) -> Self:
        """Return the same turned clockwise by quarter turns; the pixels are not copied."""
        pale = None if self.pale is None else np.rot90(self.pale, -quarters)
        return self._replace(ink=np.rot90(self.ink, -quarters), pale=pale)


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
    return written_ink(image, budget).ink


def written_ink(image: GrayImage, budget: Budget | None = None) -> WrittenInk:
    """Do what `writing_ink` does, and keep pale strokes that may be writing, apart from the ink."""
    return without_specks(remove_rules(ink_map(image), budget))


def without_specks(ink: InkMap) -> WrittenInk:
    """Return ink (H, W) without dots of the paper and pale strokes; itself if there are none."""
    inked = ink > np.float32(_MIN_INK)
    if _runs(inked) > _MAX_RUNS:
        return WrittenInk(ink, None)
    components = connected_components(inked)
    del inked
    dots, faint = paper_dots(components), show_through(components, ink)
    if not (dots | faint).any():
        return WrittenInk(ink, None)
    cleaned = ink.copy()
    components.erase(dots | faint, cleaned)
    pale = None
    if may_be_writing(components, faint & ~dots, ink):
        pale = ink.copy()
        components.erase(~faint | dots, pale)
    return WrittenInk(cleaned, pale)


def _runs(inked: Mask) -> int:
    """Return about how many runs the rows of (H, W) have: some rows tell."""
    rows = inked[::_RUNS_STEP]
    return _RUNS_STEP * int(np.count_nonzero(rows[:, 1:] > rows[:, :-1]))
