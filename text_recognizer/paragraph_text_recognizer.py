"""Image of a page -> its text, line by line."""

from collections.abc import Iterator
from dataclasses import replace

from text_recognizer.arrays import InkMap
from text_recognizer.images.ink import ink_map
from text_recognizer.images.loading import Gray, ImageSource, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.layout.crops import crop_left, crop_line
from text_recognizer.layout.lines import PageLayout
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.types import LinePrediction, PagePrediction, Region, TextSpan

MAX_PAGE_PIXELS = 9_000_000  # A4 at 300 dpi; larger pages are reduced, so that memory stays below 300 MB


class ParagraphTextRecognizer:
    """Recognizes pages of handwriting; safe to share between threads.

    Attributes:
        detector: Finds the lines.
        line_predictor: Reads them.
    """

    def __init__(
        self, detector: LineDetector | None = None, line_predictor: LinePredictor | None = None
    ) -> None:
        """Take over the two predictors; the shipped ones are loaded where None is given.

        Raises:
            ArtifactError: If a shipped model is missing or damaged.
        """
        self.detector = detector or LineDetector()
        self.line_predictor = line_predictor or LinePredictor()

    def predict(self, image: ImageSource) -> PagePrediction:
        """Return the lines of the page, each with text, confidence and region.

        Args:
            image: Path, bytes, data URI, PIL image or array of a page.

        Returns:
            The prediction; without any line if none is found.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        page = load_image(image)
        reduced = reduce_image(page, MAX_PAGE_PIXELS)
        layout, crops = self._cut(reduced)
        lines = self.line_predictor.predict_inks(crops)
        scale = page.shape[1] / reduced.shape[1]
        placed = tuple(
            replace(_move(line, crop_left(layout, index), scale), region=_scale(region, reduced, page))
            for index, (line, region) in enumerate(zip(lines, layout.regions, strict=True))
        )
        return PagePrediction(placed, width=page.shape[1], height=page.shape[0])

    def _cut(self, page: Gray) -> tuple[PageLayout, Iterator[InkMap]]:
        """Return the layout of a page (H, W) and its lines' ink maps, whose end frees the page's."""
        ink = ink_map(page)
        layout = self.detector.find_lines(ink)
        return layout, (crop_line(ink, layout, index) for index in range(len(layout.lines)))


def _move(line: LinePrediction, left: int, scale: float) -> LinePrediction:
    """Translate the places in a crop that begins at column `left` of the reduced page to the page."""

    def moved(span: TextSpan) -> TextSpan:
        return replace(span, x1=round((left + span.x1) * scale), x2=round((left + span.x2) * scale))

    return replace(line, words=tuple(map(moved, line.words)), characters=tuple(map(moved, line.characters)))


def _scale(region: Region, reduced: Gray, page: Gray) -> Region:
    """Translate a region of the reduced page to the page."""
    x, y = page.shape[1] / reduced.shape[1], page.shape[0] / reduced.shape[0]
    return Region(round(region.x1 * x), round(region.y1 * y), round(region.x2 * x), round(region.y2 * y))
