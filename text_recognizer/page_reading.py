"""Lines of a page, found in its ink -> what was read of them, and where it goes on the image."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from text_recognizer.arrays import InkMap, Reals
from text_recognizer.budget import Budget
from text_recognizer.geometry import Region
from text_recognizer.kinds.classifier import line_kinds, print_evidence
from text_recognizer.kinds.textness import Strokes, are_text, strokes_of, text_probability
from text_recognizer.layout.cutting import Cut, cut_out, line_cuts
from text_recognizer.layout.lines import PageLayout
from text_recognizer.layout.marks.bullets import without_bullet
from text_recognizer.layout.marks.check_boxes import CheckBox, take_check_boxes
from text_recognizer.layout.outlines import LineOutline, outline
from text_recognizer.layout.placing import PointMap, place
from text_recognizer.predictions.check_boxes import check_box, with_check_boxes
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_warnings import PageWarning
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan
from text_recognizer.preprocessing.column_map import ColumnMap


class LineReader(Protocol):
    """Reads the ink maps of lines, as `LinePredictor.predict_inks` does."""

    def __call__(
        self, inks: Iterator[InkMap], columns: list[ColumnMap], budget: Budget, language: LanguageChoice
    ) -> list[LinePrediction]:
        """Return one prediction for each ink map (h, w), fewer if the budget was exhausted."""


class Beside(NamedTuple):
    """What was read of a note that was turned.

    Attributes:
        before: How many lines of the page are read before it.
        to_page: Maps points of the turned note to the page.
        reading: Its lines.
    """

    before: int
    to_page: PointMap
    reading: "Reading"


class Reading(NamedTuple):
    """The lines of a page, in columns and rows of that page.

    ```python
    from text_recognizer import LinePrediction
    from text_recognizer.page_reading import Reading

    print(Reading([LinePrediction("a line", 0.9)]).page.text)
    ```

    Attributes:
        lines: What was read.
        outlines: Where the lines lie; there may be more of them.
        strokes: Those of each line, see `strokes_of`.
        samples: Ink maps (h, w) of the lines that were asked for.
        complete: Whether all lines were read.
        cut: Indices of lines that run into the border of the image.
        notes: Those that run up or down the page, in reading order.
        pale_strokes: Whether pale strokes that may be writing were left out.
    """

    lines: list[LinePrediction]
    outlines: Sequence[LineOutline] = ()
    strokes: Sequence[Strokes] = ()
    samples: Sequence[InkMap] = ()
    complete: bool = True
    cut: Sequence[int] = ()
    notes: Sequence[Beside] = ()
    pale_strokes: bool = False

    @property
    def page(self) -> PagePrediction:
        """The lines as a page, before those without text are left out; without notes."""
        return PagePrediction(tuple(self.lines))

    @property
    def has_text(self) -> bool:
        """Whether any of the lines is text, see `texts`; without notes."""
        return any(line.text.strip() for line in self.texts())

    def texts(self) -> list[LinePrediction]:
        """Return the lines; without text if what was read is none, a stain for example."""
        probabilities = [
            text_probability(line, outline.line.region.width, outline.line.height, strokes)
            for line, outline, strokes in zip(self.lines, self.outlines, self.strokes, strict=False)
        ]
        texts = [line.text for line in self.lines]
        return [
            line if is_text else replace(line, text="", words=(), characters=())
            for line, is_text in zip(self.lines, are_text(probabilities, texts), strict=True)
        ]

    def placed(self, to_image: PointMap) -> list[LinePrediction]:
        """Return the lines, `texts`, in their places on the image; without notes."""
        # There are fewer lines than outlines if the budget was exhausted.
        return [place(*each, to_image) for each in zip(self.texts(), self.outlines, strict=False)]

    def with_notes(self, placed: list[LinePrediction], to_image: PointMap) -> list[LinePrediction]:
        """Return lines of the page in their places with those of its notes, in reading order.

        Beside a page without text there are no notes: what runs up or down there is part of a picture.
        """
        if not any(line.text.strip() for line in placed):
            return placed
        ordered = list(placed)
        for note in reversed(self.notes):

            def through_page(points: Reals, to_page: PointMap = note.to_page) -> Reals:
                """Return points (N, 2) of the turned note on the image."""
                return to_image(to_page(points))

            ordered[note.before : note.before] = note.reading.placed(through_page)
        return ordered


class SheetReading(NamedTuple):
    """What was read of one sheet of an image, which may show several.

    ```python
    from text_recognizer.page_reading import SheetReading

    print(SheetReading([], None, (), complete=True).lines)
    ```

    Attributes:
        lines: In reading order, in their places on the image; without text if none was read.
        sheet: Box of the sheet on the image; None if there is nothing around it.
        warnings: About its preparation and its lines.
        complete: Whether all lines were read.
    """

    lines: list[LinePrediction]
    sheet: Region | None
    warnings: tuple[PageWarning, ...]
    complete: bool


def read_lines(
    ink: InkMap,
    layout: PageLayout,
    read: LineReader,
    budget: Budget,
    language: LanguageChoice,
    sampled: Sequence[int] = (),
) -> Reading:
    """Return what is read of the lines of a page.

    Args:
        ink: Ink map (H, W) of the page.
        layout: Its lines.
        read: Reads them.
        budget: How long it may take.
        language: What the page is written in.
        sampled: Indices of the lines whose ink maps are wanted.
    """
    cuts = line_cuts(layout)
    outlines: list[LineOutline] = []
    evidence: list[float] = []
    strokes: list[Strokes] = []
    boxes: list[list[TextSpan]] = []
    samples: dict[int, InkMap] = {}

    def inks() -> Iterator[InkMap]:
        """Yield the ink map (h, w) of each line; what else is told from it is kept."""
        for index, cut in enumerate(cuts):
            crop = cut_out(ink, cut, index)
            if index in sampled:
                samples[index] = crop.ink
            outlines.append(outline(crop, cut.left, layout.lines[index], cut.factor))
            evidence.append(print_evidence(crop.ink))
            strokes.append(strokes_of(crop.ink))
            found, rest = take_check_boxes(crop.ink)
            boxes.append([_on_page(box, cut) for box in found])
            yield without_bullet(rest)

    lines = read(inks(), [_columns(cut) for cut in cuts], budget, language)
    kinds = line_kinds(evidence, [each.line.height for each in outlines])
    lines = [
        with_check_boxes(replace(line, kind=kind), of_line)
        for line, kind, of_line in zip(lines, kinds, boxes, strict=False)
    ]
    return Reading(lines, outlines, strokes, [*samples.values()], len(lines) == len(cuts))


def _on_page(box: CheckBox, cut: Cut) -> TextSpan:
    """Return the word that a check box of a line is, in columns of the page."""
    x1, x2 = (cut.left + cut.factor * x for x in (box.x1, box.x2))
    return check_box(x1, x2, box.checked)


def _columns(cut: Cut) -> ColumnMap:
    """Return where the columns of a line that is cut out lie on the page."""
    return ColumnMap(cut.factor, cut.left)
