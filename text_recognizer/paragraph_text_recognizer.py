"""Image of a page -> its text, line by line."""

from collections.abc import Sequence

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.budget import Budget
from text_recognizer.images.further_pages import with_further_pages
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.layout.border import cut_lines
from text_recognizer.layout.cutting import cut_out, line_cuts
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.page_reading import Beside, Reading, SheetReading, read_lines
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_review import (
    looks_foreign,
    of_cut_lines,
    of_pale_strokes,
    of_preparation,
    of_sheets,
    only_lines,
    reviewed,
)
from text_recognizer.predictions.types import LineKind, PagePrediction
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.orientation import (
    SIDEWAYS_CONFIDENCE,
    SURE_CONFIDENCE,
    best_turn,
    legibility,
    may_lie_sideways,
    sampled_lines,
    turned,
    upside_down,
)
from text_recognizer.preparation.pages import PreparedPage, prepare_page
from text_recognizer.preparation.pale_ink import JudgedInk, judge_pale_ink
from text_recognizer.preparation.sheets import sheets_of
from text_recognizer.preprocessing.writing import WrittenInk, written_ink
from text_recognizer.side_notes.finding import SideNote, find_notes, without
from text_recognizer.side_notes.order import lines_before

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
        sheets = sheets_of(reduced)
        del original, reduced
        read: list[SheetReading] = []
        while sheets and (not read or read[-1].complete):
            to_image = sheets[0].to_original.then(to_original)
            prepared = prepare_page(sheets.pop(0).image, budget)
            read.append(self._read_sheet(prepared, to_image, (width, height), budget, language))
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

    def _read_sheet(
        self,
        prepared: PreparedPage,
        to_original: Homography,
        size: tuple[int, int],
        budget: Budget,
        language: LanguageChoice,
    ) -> SheetReading:
        """Return what was read of one sheet, in its place on the image.

        Args:
            prepared: The sheet.
            to_original: From the points of what it was made of to those of the image.
            size: Width and height of the image.
            budget: How long it may take.
            language: What the sheet is written in.
        """
        page, reading = self._read_upright(prepared, budget, language)
        to_image = page.to_original.then(to_original).within(*size)
        placed = reading.placed(to_image)
        warnings = (
            *of_preparation([to_original.box(corners) for corners in page.inverted], page.quarters),
            *of_pale_strokes(reading.pale_strokes),
            *of_cut_lines([placed[index] for index in reading.cut if index < len(placed)]),
        )
        return SheetReading(
            reading.with_notes(placed, to_image),
            None if page.sheet is None else to_original.box(page.sheet),
            warnings,
            reading.complete,
        )

    def _read_upright(
        self, page: PreparedPage, budget: Budget, language: LanguageChoice
    ) -> tuple[PreparedPage, Reading]:
        """Return a page turned so that it is legible, and what was read of it.

        It is read as it is. Only if that is not sure are other orientations tried, as far as the budget
        allows; if none of them is legible, those of the page before it was levelled.
        """
        page, reading = self._read_turned(page, budget, language)
        illegible = reading.page.confidence < SIDEWAYS_CONFIDENCE and reading.complete
        if illegible and page.unlevelled is not None and budget.affords(budget.spent):
            other = self._read_turned(page.unlevelled, budget, language)
            page, reading = max((page, reading), other, key=lambda read: read[1].page.confidence)
        return page, reading

    def _read_turned(
        self, page: PreparedPage, budget: Budget, language: LanguageChoice
    ) -> tuple[PreparedPage, Reading]:
        """Do what `_read_upright` does with quarter turns alone."""
        budget.give_way()
        written = written_ink(page.image, budget)
        reading = self._read(page, written, budget, language)
        surely = reading.page.confidence > SURE_CONFIDENCE and not looks_foreign(reading.page.text)
        if surely or not (reading.complete and budget.affords(budget.spent)):
            return page, reading
        sideways = may_lie_sideways(reading.page.confidence, page.upright_gain)
        turn = self._best_turn(written.ink, reading, sideways, budget)
        if turn:
            other = page.turned(turn), self._read(page.turned(turn), written.turned(turn), budget, language)
            # A few short words may look more legible upside down; then nothing of them is text.
            if other[1].has_text or not reading.has_text:
                return other
        return page, reading

    def _best_turn(self, ink: InkMap, reading: Reading, sideways: bool, budget: Budget) -> int:
        """Return by how many quarter turns, clockwise, a page becomes legible.

        Args:
            ink: Ink map (H, W) of the page.
            reading: What was read of it as it is.
            sideways: Whether it may lie on its side.
            budget: How long finding lines may take.
        """
        if self.line_predictor.decoder is None:
            return 0
        samples = reading.samples
        scores = {0: self._legibility(samples), 2: self._legibility(upside_down(samples))}
        if sideways:
            samples = self._samples(turned(ink, 1), budget)
            scores |= {1: self._legibility(samples), 3: self._legibility(upside_down(samples))}
        return best_turn(scores, reading.page.confidence)

    def _legibility(self, lines: Sequence[InkMap]) -> float:
        """Return how surely the network reads lines (h, w)."""
        return legibility(self.line_predictor.predict_ink_logits(lines))

    def _samples(self, ink: InkMap, budget: Budget) -> list[InkMap]:
        """Return the ink maps of some lines of a page, given as its ink map (H, W)."""
        layout = self.detector.find_lines(ink, budget)
        cuts = line_cuts(layout)
        return [cut_out(ink, cuts[index], index).ink for index in sampled_lines(layout)]

    def _read(
        self, page: PreparedPage, written: WrittenInk, budget: Budget, language: LanguageChoice
    ) -> Reading:
        """Find and read the lines of a page with so much ink, and the notes beside them."""
        ink, pale_strokes = self._judge_pale_ink(written, budget)
        notes = self._side_notes(ink, budget, language)
        ink = without(ink, [note for note, _ in notes])
        layout = self.detector.find_all_lines(ink, budget)
        budget.expect(len(layout.lines))
        read = self.line_predictor.predict_inks
        reading = read_lines(ink, layout, read, budget, language, sampled_lines(layout))
        beside = [
            Beside(lines_before(note.box, layout.lines), note.to_page, of_note) for note, of_note in notes
        ]
        return reading._replace(
            cut=cut_lines(ink, layout) if page.has_image_border else [],
            notes=sorted(beside, key=lambda each: each.before),
            pale_strokes=pale_strokes,
        )

    def _judge_pale_ink(self, written: WrittenInk, budget: Budget) -> JudgedInk:
        """Return the ink of a page with its pale strokes, if they are found to be writing."""
        if written.pale is None or self.line_predictor.decoder is None or not budget.affords(budget.spent):
            return JudgedInk(written.ink, unread=written.pale is not None)
        return judge_pale_ink(written, lambda ink: self.detector.find_lines(ink, budget), self._legibility)

    def _side_notes(
        self, ink: InkMap, budget: Budget, language: LanguageChoice
    ) -> list[tuple[SideNote, Reading]]:
        """Return the notes that run up or down a page (H, W), if time allows, and what was read of them.

        What is no text when it is read stays part of the page.
        """
        if self.line_predictor.decoder is None or not budget.affords(budget.spent):
            return []
        found = find_notes(ink, lambda part: self.detector.find_lines(part, budget), self._legibility)
        read = self.line_predictor.predict_inks
        readings = [read_lines(note.ink, note.layout, read, budget, language) for note in found]
        return [
            (note, reading)
            for note, reading in zip(found, readings, strict=True)
            if reading.complete and any(line.text for line in reading.texts())
        ]
