"""Image of a page -> its text, line by line."""

from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.images.further_pages import with_further_pages
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.page_reading import SheetReading
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_review import of_sheets, only_lines, reviewed
from text_recognizer.predictions.types import LineKind, PagePrediction
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.pages import prepare_page
from text_recognizer.preparation.sheets import sheets_of
from text_recognizer.sheet_reader import SheetReader

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

    def with_alternatives(self, count: int) -> "ParagraphTextRecognizer":
        """Return a recognizer that gives each line so many alternatives; it shares the models with this one.

        Raises:
            ConfigError: If the lines are decoded without beam search.
        """
        return ParagraphTextRecognizer(
            self.detector, self.line_predictor.with_alternatives(count), self.limits
        )

    def predict(
        self,
        image: ImageSource,
        budget: Budget | None = None,
        only: LineKind | None = None,
        language: LanguageChoice = "auto",
    ) -> PagePrediction:
        """Return the lines of the page, each with text, confidence, kind, region, baseline and polygons.

        Args:
            image: Path, bytes, data URI, PIL image or array of a page; or a file of several pages, a TIFF or
                a PDF. Those behind the first are `following` it, and `text` is that of all pages.
            budget: How long it may take, with all pages; default: no limit.
            only: `handwriting` or `print`: lines of the other kind are left out; default: none are.
            language: What the page is written in, see `LinePredictor.predict`; `auto` asks its first lines.

        Returns:
            The prediction; without any line if none is found, and without lines in which no text is read.
            Not `complete` if the budget was exhausted before the last line. `warnings` say what was not
            read, or may be wrong.

        Raises:
            InvalidInputError: If `image` cannot be read, see `LinePredictor.predict`.
        """

        def read(page: GrayImage) -> PagePrediction:
            """Return the prediction of one page (H, W)."""
            return self._read_page(page, budget or Budget(), only, language)

        first = read(load_image(image, self.limits))
        return with_further_pages(
            first, image, self.limits, read, lambda: budget is None or not budget.exhausted
        )

    def _read_page(
        self, original: GrayImage, budget: Budget, only: LineKind | None, language: LanguageChoice
    ) -> PagePrediction:
        """Do what `predict` does for one page (H, W)."""
        height, width = original.shape
        greedy_before = budget.greedy_lines
        reduced = reduce_image(original, MAX_PAGE_PIXELS)
        to_original = Homography.scaling(width / reduced.shape[1], height / reduced.shape[0])
        reader = SheetReader(self.detector, self.line_predictor)
        sheets = sheets_of(reduced)
        del original, reduced
        read: list[SheetReading] = []
        while sheets and (not read or read[-1].complete):
            to_image = sheets[0].to_original.then(to_original)
            prepared = prepare_page(sheets.pop(0).image, budget)
            read.append(reader.read(prepared, to_image, (width, height), budget, language))
        lines = [line for each in read for line in each.lines]
        written = tuple(line for line in lines if line.text.strip())
        complete = not sheets and read[-1].complete
        warnings = (
            *of_sheets([each.sheet for each in read if each.sheet is not None]),
            *(warning for each in read for warning in each.warnings),
        )
        result = PagePrediction(written, width, height, complete, warnings=warnings)
        greedy = budget.greedy_lines - greedy_before
        result = reviewed(result, greedy, len(lines) - len(written), budget.unprepared)
        return result if only is None else only_lines(result, only)
