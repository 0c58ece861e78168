"""Image of a page -> its text, line by line."""

from collections.abc import Iterator
from dataclasses import replace

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.budget import Budget
from text_recognizer.images.ink import ink_map
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.layout.crops import crop_left, crop_line
from text_recognizer.layout.lines import PageLayout
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.types import PagePrediction, Region

MAX_PAGE_PIXELS = 9_000_000  # A4 at 300 dpi; larger pages are reduced, so that memory stays below 300 MB


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
        layout, crops = self._cut(reduced)
        maps = (
            ColumnMap(offset=crop_left(layout, index)).then(columns) for index in range(len(layout.lines))
        )
        budget.expect(len(layout.lines))
        lines = self.line_predictor.predict_inks(crops, maps, budget)
        placed = tuple(
            replace(line, region=_on_page(region, rows, columns))
            for line, region in zip(lines, layout.regions, strict=False)  # fewer if the budget was exhausted
        )
        height, width = page.shape
        return PagePrediction(placed, width, height, complete=len(placed) == len(layout.lines))

    def _cut(self, page: GrayImage) -> tuple[PageLayout, Iterator[InkMap]]:
        """Return the layout of a page (H, W) and its lines' ink maps, whose end frees the page's."""
        ink = ink_map(page)
        layout = self.detector.find_lines(ink)
        return layout, (crop_line(ink, layout, index) for index in range(len(layout.lines)))


def _on_page(region: Region, rows: ColumnMap, columns: ColumnMap) -> Region:
    """Map a region of the reduced page to the page."""
    x1, x2 = columns.rounded([region.x1, region.x2]).tolist()
    y1, y2 = rows.rounded([region.y1, region.y2]).tolist()
    return Region(x1, y1, x2, y2)
