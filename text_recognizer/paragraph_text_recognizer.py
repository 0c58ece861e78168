"""Image of a page -> its text, line by line."""

import math
from collections.abc import Iterator
from dataclasses import replace

from text_recognizer.arrays import InkMap
from text_recognizer.budget import Budget
from text_recognizer.images.ink import ink_map
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image, reduce_ink
from text_recognizer.layout.crops import crop_left, crop_line
from text_recognizer.layout.lines import PageLayout, TextLine
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.types import PagePrediction, Region

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
        """Return the lines of the page, each with text, confidence and region.

        Args:
            image: Path, bytes, data URI, PIL image or array of a page.
            budget: How long it may take; default: no limit.

        Returns:
            The prediction; without any line if none is found. Not `complete` if the budget was exhausted
            before the last line.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        page = load_image(image, self.limits)
        reduced = reduce_image(page, MAX_PAGE_PIXELS)
        rows, columns = (ColumnMap(page.shape[axis] / reduced.shape[axis]) for axis in (0, 1))
        budget = budget or Budget()
        ink = ink_map(reduced)
        layout = self.detector.find_lines(ink)
        crops, maps = self._crops(ink, layout, columns)
        del ink
        budget.expect(len(layout.lines))
        lines = self.line_predictor.predict_inks(crops, maps, budget)
        placed = tuple(
            replace(line, region=_on_page(region, rows, columns))
            for line, region in zip(lines, layout.regions, strict=False)  # fewer if the budget was exhausted
        )
        height, width = page.shape
        return PagePrediction(placed, width, height, complete=len(placed) == len(layout.lines))

    def _crops(
        self, ink: InkMap, layout: PageLayout, columns: ColumnMap
    ) -> tuple[Iterator[InkMap], list[ColumnMap]]:
        """Return the ink maps of the lines of a page (H, W), and where the columns of each lie on the image.

        The end of the ink maps frees the page's.
        """
        factors = [_reduction(line) for line in layout.lines]
        maps = [
            ColumnMap(factor, factor * crop_left(layout.reduced(factor), index)).then(columns)
            for index, factor in enumerate(factors)
        ]
        return (_crop(ink, layout, index, factor) for index, factor in enumerate(factors)), maps


def _reduction(line: TextLine) -> int:
    """Return by how much the page is reduced before a line is cut out of it; 1 for ordinary lines."""
    area = line.height * line.region.width
    return math.ceil(max(line.height / MAX_CROP_HEIGHT_PX, math.sqrt(area / MAX_CROP_PIXELS), 1.0))


def _crop(ink: InkMap, layout: PageLayout, index: int, factor: int) -> InkMap:
    """Return a line of a page (H, W) that is reduced by `factor`."""
    if factor > 1:
        height, width = ink.shape
        ink = reduce_ink(ink, max(1, round(width / factor)), max(1, round(height / factor)))
    return crop_line(ink, layout.reduced(factor), index)


def _on_page(region: Region, rows: ColumnMap, columns: ColumnMap) -> Region:
    """Map a region of the reduced page to the page."""
    x1, x2 = columns.rounded([region.x1, region.x2]).tolist()
    y1, y2 = rows.rounded([region.y1, region.y2]).tolist()
    return Region(x1, y1, x2, y2)
