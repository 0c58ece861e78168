"""Ink of a page -> its notes that run upwards or downwards, turned so that they can be read."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap, Reals
from text_recognizer.geometry import Region
from text_recognizer.images.resizing import with_paper
from text_recognizer.layout.cutting import Legibility, cut_out, line_cuts
from text_recognizer.layout.lines import PageLayout
from text_recognizer.side_notes.bands import Band, find_bands

# Of a note. Drawn ones had -0.01 to -0.1, a hasty one of 1914 -0.42; other bands -0.46 and less.
_MIN_LEGIBILITY = -0.45
_MIN_GAIN = 0.15  # by which it is more legible turned than level
_MIN_HEIGHTS = 3.0  # of a line of it, its width: that of ten letters is more
_SAMPLES = 2  # lines that are read to find that out: the largest ones
_LEVEL_SAMPLES = 12  # and of the band as it stands: words below each other are short
_MIN_PAPER_PX = 8
_PAPER_WIDTHS = 0.5  # around a note, in its widths: as the detector knows lines


class SideNote(NamedTuple):
    """A note that runs upwards or downwards.

    ```python
    import numpy as np
    from text_recognizer.geometry import Region
    from text_recognizer.layout.kernels import kernel_map
    from text_recognizer.layout.lines import find_lines
    from text_recognizer.side_notes.bands import Band
    from text_recognizer.side_notes.finding import SideNote

    nothing = find_lines(kernel_map(np.zeros((20, 200), np.uint8)), 1.0, (20, 200))
    box = Region(40, 100, 60, 300)
    note = SideNote(np.zeros((20, 200), np.float32), nothing, 1, box, Band(box, np.ones((200, 20), bool)))
    print(note.to_page(np.array([[0.0, 20.0]])))  # runs upwards: its first letters stand below
    ```

    Attributes:
        ink: (h, w), turned so that its lines are level.
        layout: Its lines.
        quarters: By how many quarter turns, clockwise, it was turned: 1 if it runs upwards, 3 if downwards.
        box: What was turned, in pixels of the page; it may reach beyond its edges.
        band: Its ink on the page.
    """

    ink: InkMap
    layout: PageLayout
    quarters: int
    box: Region
    band: Band

    def to_page(self, points: Reals) -> Reals:
        """Return the places on the page of points (N, 2) x, y of the turned note."""
        x, y = points[:, 0], points[:, 1]
        if self.quarters == 1:
            return np.stack((self.box.x1 + y, self.box.y2 - x), axis=1)
        return np.stack((self.box.x2 - y, self.box.y1 + x), axis=1)


def find_notes(
    ink: InkMap, find_lines: Callable[[InkMap], PageLayout], legibility: Legibility
) -> list[SideNote]:
    """Return the notes of a page that run upwards or downwards, from the top.

    Most pages have no band of ink that might be one, and cost a few milliseconds.

    Args:
        ink: Ink map (H, W) of the page.
        find_lines: Returns the lines of an ink map (h, w).
        legibility: Says how surely lines are read, 0 at most.
    """
    turned = (_read_turned(band, ink, find_lines, legibility) for band in find_bands(ink))
    notes = [note for note in turned if note is not None]
    return sorted(notes, key=lambda note: (note.box.y1, note.box.x1))


def without(ink: InkMap, notes: Sequence[SideNote]) -> InkMap:
    """Return the ink of a page (H, W) without its notes; the same array if there are none."""
    if not notes:
        return ink
    rest = ink.copy()
    for note in notes:
        note.band.erase(rest)
    return rest


def _read_turned(
    band: Band, ink: InkMap, find_lines: Callable[[InkMap], PageLayout], legibility: Legibility
) -> SideNote | None:
    """Return the note that a band of a page (H, W) is; None if it is legible in neither direction."""
    paper = max(_MIN_PAPER_PX, round(_PAPER_WIDTHS * band.box.width))
    part = with_paper(band.of(ink), (paper, paper), (paper, paper))
    x1, y1 = band.box.x1 - paper, band.box.y1 - paper
    box = Region(x1, y1, x1 + part.shape[1], y1 + part.shape[0])
    turned = np.ascontiguousarray(np.rot90(part, -1))
    layout = find_lines(turned)
    upwards = _crops(turned, layout, _MIN_HEIGHTS)[:_SAMPLES]
    if not upwards:
        return None
    downwards = [np.ascontiguousarray(line[::-1, ::-1]) for line in upwards]
    surely = legibility(upwards), legibility(downwards)
    if max(surely) < _MIN_LEGIBILITY:
        return None
    level = _crops(part, find_lines(part))[:_LEVEL_SAMPLES]
    if level and legibility(level) > max(surely) - _MIN_GAIN:  # the words at which some lines begin
        return None
    if surely[0] >= surely[1]:
        return SideNote(turned, layout, 1, box, band)
    turned = np.ascontiguousarray(turned[::-1, ::-1])
    return SideNote(turned, find_lines(turned), 3, box, band)


def _crops(ink: InkMap, layout: PageLayout, least: float = 0.0) -> list[InkMap]:
    """Return the ink maps (h, w) of the lines of a note (H, W), the largest first.

    Args:
        ink: Ink map of the note.
        layout: Its lines.
        least: Their width, in their heights; others are left out.
    """
    sizes = {
        index: line.region.width * line.height
        for index, line in enumerate(layout.lines)
        if line.region.width >= least * line.height
    }
    cuts = line_cuts(layout)
    return [cut_out(ink, cuts[index], index).ink for index in sorted(sizes, key=lambda index: -sizes[index])]
