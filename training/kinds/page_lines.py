"""Lines of pages of real hands as the detector finds them, with the print that some paper carries."""

from collections.abc import Iterator, Sequence

import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.datasets.labelled_pages.folders import LabelledPage, read_page_folder
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.layout.crops import crop_line
from text_recognizer.line_detector import LineDetector
from text_recognizer.predictions.types import LineKind
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tooling.data_root import raw_dir

FOLDER = "hand_pages"
PRINTED = "copiste_2024/"  # the paper of this set has two printed lines, which are not among the true ones
_MIN_OWN = 0.5  # of the box of a line lie in true ones: it is one of them
_MAX_OTHER = 0.1  # more, and it is neither a true line nor print
_MAX_PRINT_HEIGHT = 0.6  # of the lines written below; a number that a writer put on the sheet is as high


def lines_of_pages(split: str) -> Iterator[tuple[InkMap, LineKind]]:
    """Yield ink (h, w) and kind of the lines of the pages of a split, if there are such pages."""
    folder = raw_dir(FOLDER)
    if not folder.is_dir():
        return
    detector = LineDetector()
    for page in read_page_folder(folder).pages:
        if page.split == split:
            yield from _lines_of(page, detector)


def _lines_of(page: LabelledPage, detector: LineDetector) -> Iterator[tuple[InkMap, LineKind]]:
    """Do what `lines_of_pages` does for one page."""
    ink = writing_ink(load_image(page.image))
    layout = detector.find_all_lines(ink)
    boxes = [Region.around(line.polygon) for line in page.lines if line.polygon]
    shares = [share_within(line.region, boxes) for line in layout.lines]
    own = [line.height for line, share in zip(layout.lines, shares, strict=True) if share > _MIN_OWN]
    highest = _MAX_PRINT_HEIGHT * float(np.median(own)) if own and page.id.startswith(PRINTED) else 0.0
    for index, (line, share) in enumerate(zip(layout.lines, shares, strict=True)):
        if share > _MIN_OWN:
            yield crop_line(ink, layout, index).ink, "handwriting"
        elif share < _MAX_OTHER and line.height < highest:
            yield crop_line(ink, layout, index).ink, "print"


def share_within(box: Region, others: Sequence[Region]) -> float:
    """Return which share of a box lies in other boxes, which hardly overlap each other, 0-1."""
    inner = 0
    for other in others:
        width = min(box.x2, other.x2) - max(box.x1, other.x1)
        height = min(box.y2, other.y2) - max(box.y1, other.y1)
        inner += max(0, width) * max(0, height)
    return min(1.0, inner / max(1, box.width * box.height))
