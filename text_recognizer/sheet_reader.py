"""A sheet that is prepared -> the lines that are read of it, turned until they are legible."""

from collections.abc import Sequence

from text_recognizer.arrays import InkMap
from text_recognizer.budget import Budget
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
)
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
from text_recognizer.preparation.pages import PreparedPage
from text_recognizer.preparation.pale_ink import JudgedInk, judge_pale_ink
from text_recognizer.preprocessing.writing import WrittenInk, written_ink
from text_recognizer.side_notes.finding import SideNote, find_notes, without
from text_recognizer.side_notes.order import lines_before


class SheetReader:
    """Reads one sheet: the way up that is legible, its pale strokes, its lines, and the notes beside them.

    ```python
    from text_recognizer import LineDetector, LinePredictor
    from text_recognizer.images.loading import load_image
    from text_recognizer.preparation.homography import Homography
    from text_recognizer.preparation.pages import prepare_page
    from text_recognizer.sheet_reader import SheetReader
    from text_recognizer.budget import Budget

    image = load_image(f"{folder}/page.png")
    height, width = image.shape
    page = prepare_page(image, Budget())
    reader = SheetReader(LineDetector(), LinePredictor())
    reading = reader.read(page, Homography.scaling(1, 1), (width, height), Budget(), "auto")
    print(reading.complete, [line.text for line in reading.lines])
    ```

    Attributes:
        detector: Finds the lines.
        line_predictor: Reads them.
    """

    def __init__(self, detector: LineDetector, line_predictor: LinePredictor) -> None:
        """Combine two predictors."""
        self.detector = detector
        self.line_predictor = line_predictor

    def read(
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
        reading = self._read_as_it_lies(page, written, budget, language)
        surely = reading.page.confidence > SURE_CONFIDENCE and not looks_foreign(reading.page.text)
        if surely or not (reading.complete and budget.affords(budget.spent)):
            return page, reading
        sideways = may_lie_sideways(reading.page.confidence, page.upright_gain)
        turn = self._best_turn(written.ink, reading, sideways, budget)
        if turn:
            other = (
                page.turned(turn),
                self._read_as_it_lies(page.turned(turn), written.turned(turn), budget, language),
            )
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

    def _read_as_it_lies(
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
