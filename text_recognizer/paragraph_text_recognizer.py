"""Image of a page -> its text, line by line."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.budget import Budget
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image, reduce_ink
from text_recognizer.layout.crops import LineCrop, crop_left, crop_line
from text_recognizer.layout.lines import PageLayout, TextLine
from text_recognizer.layout.outlines import LineOutline, outline
from text_recognizer.layout.placing import PointMap, place
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.types import PagePrediction

MAX_PAGE_PIXELS = 9_000_000  # A4 at 300 dpi; larger pages are reduced, so that memory stays below 300 MB
# Larger lines are cut out of a reduced page: the network reads them in a quarter of this height, and a crop
# takes 20 bytes for each pixel.
MAX_CROP_HEIGHT_PX = 256
MAX_CROP_PIXELS = 1_500_000


class ParagraphTextRecognizer:
    """Recognizes pages of handwriting; safe to share between threads.

    ```python
    from text_recognizer import ParagraphTextRecognizer

    page = ParagraphTextRecognizer().predict(f"{folder}/page.png")
    print(page.text)
    print(page.confidence, page.lines[0].region)
    ```

    Attributes:
        detector: Finds the lines.
        line_predictor: Reads them.
        limits: What images are accepted.
    """

    def __init__(
        self,
        detector: LineDetector | None = None,
        line_predictor: LinePredictor | None = None,
        limits: ImageLimits = LIBRARY_LIMITS,
    ) -> None:
        """Combine two predictors.

        Args:
            detector: Finds the lines; default: the shipped model.
            line_predictor: Reads them; default: the shipped model.
            limits: What images are accepted; pages above 9 million pixels are reduced once they are loaded.

        Raises:
            ArtifactError: If a shipped model is missing or damaged.
        """
        self.detector = detector or LineDetector()
        self.line_predictor = line_predictor or LinePredictor()
        self.limits = limits

    def predict(self, image: ImageSource, budget: Budget | None = None) -> PagePrediction:
        """Return the lines of the page, each with text, confidence, region, baseline and polygons.

        Args:
            image: Path, bytes, data URI, PIL image or array of a page.
            budget: How long it may take; default: no limit.

        Returns:
            The prediction; without any line if none is found, and without lines in which no text is read.
            Not `complete` if the budget was exhausted before the last line.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        page = load_image(image, self.limits)
        reduced = reduce_image(page, MAX_PAGE_PIXELS)
        budget = budget or Budget()
        budget.give_way()
        ink = writing_ink(reduced)
        layout = self.detector.find_lines(ink, budget)
        cuts = _cuts(layout)
        outlines: list[LineOutline] = []
        inks = _inks(ink, layout, cuts, outlines)
        del ink
        budget.expect(len(cuts))
        columns = [ColumnMap(cut.factor, cut.left) for cut in cuts]
        lines = self.line_predictor.predict_inks(inks, columns, budget)
        to_image = _point_map(reduced.shape, page.shape)
        # There are fewer lines than outlines if the budget was exhausted.
        placed = (place(*each, to_image) for each in zip(lines, outlines, strict=False))
        height, width = page.shape
        written = tuple(line for line in placed if line.text.strip())
        return PagePrediction(written, width, height, complete=len(lines) == len(cuts))


class _Cut(NamedTuple):
    """How a line is cut out of a page that is reduced first.

    Attributes:
        layout: Layout of the reduced page.
        factor: By how much it is reduced.
        left: Column of the page, not reduced, at which the line is cut out.
    """

    layout: PageLayout
    factor: int
    left: int


def _cuts(layout: PageLayout) -> list[_Cut]:
    """Return how each line of a page is cut out."""
    factors = [_reduction(line) for line in layout.lines]
    layouts = {factor: layout.reduced(factor) for factor in set(factors)}
    return [
        _Cut(layouts[factor], factor, factor * crop_left(layouts[factor], index))
        for index, factor in enumerate(factors)
    ]


def _reduction(line: TextLine) -> int:
    """Return by how much the page is reduced before a line is cut out of it; 1 for ordinary lines."""
    area = line.height * line.region.width
    return math.ceil(max(line.height / MAX_CROP_HEIGHT_PX, math.sqrt(area / MAX_CROP_PIXELS), 1.0))


def _inks(ink: InkMap, layout: PageLayout, cuts: list[_Cut], outlines: list[LineOutline]) -> Iterator[InkMap]:
    """Yield the ink map of each line of a page (H, W), and append its outline; the end frees the page's."""
    for index, cut in enumerate(cuts):
        crop = _crop(ink, cut, index)
        outlines.append(outline(crop, cut.left, layout.lines[index], cut.factor))
        yield crop.ink


def _crop(ink: InkMap, cut: _Cut, index: int) -> LineCrop:
    """Return line `index` of a page, given as its ink map (H, W)."""
    if cut.factor > 1:
        height, width = ink.shape
        ink = reduce_ink(ink, max(1, round(width / cut.factor)), max(1, round(height / cut.factor)))
    return crop_line(ink, cut.layout, index)


def _point_map(reduced: tuple[int, int], page: tuple[int, int]) -> PointMap:
    """Return what maps points of a reduced page (h, w) to the page (H, W), within its borders."""
    size = np.array(page[::-1], np.float64)
    scale = size / reduced[::-1]
    return lambda points: np.clip(points * scale, 0, size)
